// Probabilities that can be believed, and answers withheld, through the program.
#include <cmath>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

TEST(Calibration, TheTemperatureIsFittedKeptAndUsed) {
  const Scratch scratch;
  const std::string data = scratch.write("ok.txt", label_lines(tiny_reviews(700))), model = scratch.file("m");
  const Outcome trained = run_fovea(join({{"train", data, "--out", model, "--json"}, kTiny}));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const Json json = parsed(trained.out);
  expect_schema("train", json);
  const double temperature = json.at("calibration").at("temperature");
  EXPECT_NE(temperature, 1);
  EXPECT_EQ(parsed(read_file(model + "/config.json")).at("temperature"), temperature);
  EXPECT_EQ(parsed(read_file(model + "/metrics.json")).at("calibration"), json.at("calibration"));
  EXPECT_TRUE(json.at("test").contains("calibration_error"));

  const Json lesson = parsed(run_fovea({"explain", model, "--text", "a lovely film", "--steps", "--json"}).out);
  expect_schema("explain", lesson);
  const double difference = lesson.at("logits")[0].get<double>() - lesson.at("logits")[1].get<double>();
  EXPECT_NEAR(lesson.at("probability").get<double>(), 1 / (1 + std::exp(-std::abs(difference) / temperature)), 1e-6);
  const Outcome told = run_fovea({"explain", model, "--text", "a lovely film", "--steps"});
  EXPECT_THAT(told.out, ::testing::HasSubstr("fitted on the validation part"));
}

TEST(Calibration, BelowAConfidenceNoLabelIsGiven) {
  const Scratch scratch;
  const std::string data = scratch.write("ok.txt", label_lines(tiny_reviews(120))), model = scratch.file("m");
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", model}, kTiny})).exit_code, 0);
  const double probability = parsed(run_fovea({"predict", model, "a lovely film", "--json"}).out).at("probability");
  const std::string below = std::to_string(probability - 0.001), above = std::to_string(probability + 0.001);
  EXPECT_NE(run_fovea({"predict", model, "a lovely film", "--abstain", below}).out.front(), '\t');
  EXPECT_EQ(run_fovea({"predict", model, "a lovely film", "--abstain", above}).out.front(), '\t');
  EXPECT_EQ(run_fovea({"predict", model, "a lovely film", "--abstain", above, "--fasttext"}).out, "\n");
  const Json withheld = parsed(run_fovea({"predict", model, "a lovely film", "--abstain", above, "--json"}).out);
  expect_schema("predict", withheld);
  EXPECT_TRUE(withheld.at("label").is_null());
  EXPECT_EQ(withheld.at("abstained"), true);
  EXPECT_FALSE(withheld.at("probabilities").empty());

  const Json all = parsed(run_fovea({"test", model, data, "--json", "--quiet"}).out);
  const Json some = parsed(run_fovea({"test", model, data, "--abstain", above, "--json", "--quiet"}).out);
  expect_schema("test", some);
  EXPECT_EQ(some.at("accuracy"), all.at("accuracy"));
  EXPECT_FALSE(all.contains("answered"));
  EXPECT_GE(some.at("answered"), 0);
  EXPECT_LT(some.at("answered"), 1);
  EXPECT_THAT(run_fovea({"test", model, data, "--abstain", above}).out, ::testing::HasSubstr("answered"));
}

}  // namespace
}  // namespace fovea::test
