// Where the twins of a model can be made, and where not.
#include "flows/twins.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "flows/training.h"
#include "flows/variants.h"
#include "support/scratch.h"
#include "tasks/kinds.h"

namespace fovea::flows {
namespace {

using test::Scratch;
using ::testing::HasSubstr;

// An audit of a model that was moved goes on without them, whichever of the files is not there.
TEST(ModelTwins, WithoutTheFileOfWordVectorsThereAreNone) {
  const Scratch scratch;
  std::string reviews;
  for (int i = 0; i < 60; ++i) {
    reviews += (i % 2 ? "good\ta clever film, number " : "bad\ta dull film, number ") + std::to_string(i) + "\n";
  }
  const std::string data = scratch.write("reviews.tsv", reviews);
  const std::string vectors = scratch.write("vectors.txt", "clever 0.5 1 2\ndull -1 0.25 3\n");
  TrainPlan plan =
      Variants(tasks::kind_named("text"), {{"", {data}}, {"vectors", {vectors}}, {"max-epochs", {"1"}}}).with({});
  plan.out = scratch.file("model");
  train(plan, {});
  TwinOptions options;
  options.model = plan.out;
  const AuditedInputs audited;
  std::string why;
  EXPECT_NE(ModelTwins::find(options, audited, why), nullptr) << why;
  std::filesystem::remove(vectors);
  EXPECT_EQ(ModelTwins::find(options, audited, why), nullptr);
  EXPECT_THAT(why, HasSubstr("vectors.txt"));
  options.train = {data};
  EXPECT_THROW(ModelTwins::find(options, audited, why), UserError);
}

}  // namespace
}  // namespace fovea::flows
