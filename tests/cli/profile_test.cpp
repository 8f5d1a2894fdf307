// --profile from outside: the parts of a step in the JSON and on standard error, and nothing where nobody asked.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Outcome train(const Scratch& scratch, const std::vector<std::string>& more) {
  const std::string data = scratch.write("r.txt", label_lines(tiny_reviews(60)));
  return run_fovea(join({{"train", data, "--out", scratch.file("m"), "--json"}, kTiny, more}));
}

TEST(Profile, TellsThePartsOfAStepInTheirOrder) {
  const Scratch scratch;
  const Outcome outcome = train(scratch, {"--profile"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json report = parsed(outcome.out);
  expect_schema("train", report);
  std::vector<std::string> parts;
  double sum = 0;
  for (const auto& [part, seconds] : report.at("training").at("profile").items()) {
    parts.push_back(part);
    // An average begins only later; the rest is what is left; all others are entered in a run of some steps.
    if (part != "average" && part != "rest") {
      EXPECT_GT(seconds.get<double>(), 0) << part;
    }
    sum += seconds.get<double>();
  }
  EXPECT_THAT(parts, ElementsAre("batch", "embedding", "recurrence", "attention", "head", "head_backward",
                                 "attention_backward", "recurrence_backward", "embedding_backward", "optimizer",
                                 "average", "evaluation", "saving", "rest"));
  EXPECT_NEAR(sum, report.at("training").at("seconds").get<double>(), 0.01);
  EXPECT_THAT(outcome.err, HasSubstr("recurrence, backward"));
  EXPECT_THAT(outcome.err, HasSubstr(" %"));
}

TEST(Profile, WithoutAnEncoderTheRecurrenceHasNoBackwardPass) {
  const Scratch scratch;
  const std::string data = scratch.write("r.txt", label_lines(tiny_reviews(60)));
  const Outcome outcome = run_fovea({"train", data, "--out", scratch.file("m"), "--json", "--profile", "--quiet",
                                     "--encoder", "average", "--max-epochs", "1"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json report = parsed(outcome.out);
  const Json& profile = report.at("training").at("profile");
  EXPECT_FALSE(profile.contains("recurrence_backward")) << to_line(profile);
  EXPECT_TRUE(profile.contains("embedding_backward")) << to_line(profile);
}

TEST(Profile, IsNullAndSilentWhereNobodyAsked) {
  const Scratch scratch;
  const Outcome outcome = train(scratch, {});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(parsed(outcome.out).at("training").at("profile").is_null());
  expect_schema("train", parsed(outcome.out));
  EXPECT_EQ(outcome.err, "");
}

}  // namespace
}  // namespace fovea::test
