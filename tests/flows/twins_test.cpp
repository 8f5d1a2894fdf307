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

// A model without context reads under weights that were made elsewhere, and none of these twins is trained twice.
TEST(ModelTwins, TrainsAgainstTheModelAndUnderItsWeights) {
  const Scratch scratch;
  std::string reviews;
  for (int i = 0; i < 120; ++i) {
    reviews += (i % 2 ? "good\ta clever film, number " : "bad\ta dull film, number ") + std::to_string(i) + "\n";
  }
  const std::string data = scratch.write("reviews.tsv", reviews);
  TrainPlan plan = Variants(tasks::kind_named("text"), {{"", {data}},
                                                        {"max-epochs", {"2"}},
                                                        {"embedding-size", {"8"}},
                                                        {"hidden-size", {"8"}},
                                                        {"attention-size", {"8"}}})
                       .with({});
  plan.out = scratch.file("model");
  train(plan, {});
  const OpenModel open = open_model(plan.out);
  const std::unique_ptr<tasks::Inputs> inputs = open.model->read({.paths = {data}, .table = {}});
  const AuditedInputs audited{inputs.get(), {0, 1, 5}};
  TwinOptions options;
  options.model = plan.out;
  std::string why;
  for (const bool again : {false, true}) {
    const auto twins = ModelTwins::find(options, audited, why);
    ASSERT_NE(twins, nullptr) << why;
    for (const double pull : {0.0, 0.25}) ASSERT_TRUE(twins->adversary(pull));
    std::vector<std::vector<std::vector<double>>> answers;
    for (const audit::TransferWeights weights : {audit::TransferWeights::kEven, audit::TransferWeights::kOwn,
                                                 audit::TransferWeights::kModel, audit::TransferWeights::kAdversary}) {
      const auto twin = twins->transfer(weights, 0.25);
      ASSERT_TRUE(twin);
      const attribution::Looks even = {attribution::Weights(static_cast<size_t>(twin->subject->parts(0)),
                                                            1.0 / static_cast<double>(twin->subject->parts(0)))};
      answers.push_back(twin->subject->logits_under(0, {&even, 1}));
    }
    EXPECT_NE(answers[0], answers[2]) << "learnt under other weights";
    EXPECT_NE(answers[2], answers[3]);
    EXPECT_EQ(twins->trained(), again ? 0 : 6);
    EXPECT_EQ(twins->found(), again ? 6 : 0);
  }
  for (const char* twin : {"adversary-0", "adversary-0.25", "transfer-even", "transfer-own", "transfer-model",
                           "transfer-adversary-0.25"}) {
    EXPECT_TRUE(std::filesystem::exists(scratch.file(std::string("model.twins/") + twin + "/twin.json"))) << twin;
  }
}

}  // namespace
}  // namespace fovea::flows
