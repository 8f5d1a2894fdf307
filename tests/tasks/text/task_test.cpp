#include "tasks/text/task.h"

#include <numeric>

#include <gtest/gtest.h>

#include "tasks/text/fixture.h"

namespace fovea::tasks {
namespace {

std::vector<int64_t> first_examples() {
  std::vector<int64_t> examples(8);
  std::iota(examples.begin(), examples.end(), int64_t{0});
  return examples;
}

// Each of several members learns as it would alone, by the penalty on rows that look alike too.
TEST(TextTask, AMemberHasTheGradientsThatItWouldHaveAlone) {
  const test::Scratch scratch;
  const TextData data = load_text_data(test::review_options(scratch, 60));
  TextModelOptions options = test::tiny_model();
  options.structure = Structure::kRows;
  options.row_penalty = 5;
  options.embedding_dropout = options.state_dropout = options.output_dropout = options.ngram_dropout = 0;
  TextTask alone(data, options, 7);
  options.members = 3;
  TextTask together(data, options, 7);
  const std::string member = "member1.";
  {
    const at::NoGradGuard guard;
    for (auto& item : together.model()->named_parameters()) {
      if (item.key().starts_with(member)) {
        alone.model()->named_parameters()[item.key().substr(member.size())].copy_(item.value());
      }
    }
  }
  const std::vector<int64_t> examples = first_examples();
  alone.loss(examples, {}).backward();
  together.loss(examples, {}).backward();
  int compared = 0;
  for (const auto& item : together.model()->named_parameters()) {
    if (!item.key().starts_with(member) || !item.value().grad().defined()) continue;
    const at::Tensor own = alone.model()->named_parameters()[item.key().substr(member.size())].grad();
    EXPECT_TRUE(at::allclose(own.to_dense(), item.value().grad().to_dense(), 1e-4, 1e-6)) << item.key();
    ++compared;
  }
  EXPECT_GT(compared, 5);
}

// Only a penalty makes weights of early epochs others than those of late ones.
TEST(TextTask, TheBestEpochIsALateOneWhereWeightsAreMadeSharp) {
  const test::Scratch scratch;
  const TextData data = load_text_data(test::review_options(scratch, 20));
  const auto from = [&](auto change) {
    TextModelOptions options = test::tiny_model();
    options.look = Look::kClear;
    change(options);
    return TextTask(data, options, 1).chosen_from();
  };
  EXPECT_GT(from([](TextModelOptions&) {}), 0.5);
  EXPECT_EQ(from([](TextModelOptions& options) { options.look = Look::kPlain; }), 0);
  EXPECT_EQ(from([](TextModelOptions& options) { options.entropy_penalty = 0; }), 0);
  EXPECT_EQ(from([](TextModelOptions& options) { options.attention = nn::PoolingKind::kMax; }), 0);
  EXPECT_GT(from([](TextModelOptions& options) { options.attention = nn::PoolingKind::kMean; }), 0.5) << "its control";
}

// Sharp weights before the answers are known would stay on any word: the penalty grows with 1 − loss / loss of
// guessing, and with the share of training that is done.
TEST(TextTask, EntropyIsPaidAsFarAsTheAnswersAreKnown) {
  const test::Scratch scratch;
  const TextData data = load_text_data(test::review_options(scratch, 60));
  TextModelOptions options = test::tiny_model();
  options.look = Look::kClear;
  const std::vector<int64_t> examples = {0};
  const double label = data.train.label(0) == 0 ? 1 : -1;
  const auto loss_with = [&](double penalty, double confidence, double done = 0.5) {
    options.entropy_penalty = penalty;
    TextTask task(data, options, 7);
    const at::NoGradGuard guard;
    task.model()->named_parameters()["head.bias"].copy_(at::tensor({label * confidence, -label * confidence}));
    return task.loss(examples, {.done = done}).item<double>();
  };
  const double guessing = TextLoss({}, data).of_guessing();
  const auto paid = [&](double confidence) { return loss_with(1, confidence) - loss_with(0, confidence); };
  const auto known = [&](double confidence) { return 1 - loss_with(0, confidence) / guessing; };
  ASSERT_LT(known(-3), 0);
  EXPECT_EQ(paid(-3), 0);
  ASSERT_GT(known(3), known(1));
  ASSERT_GT(known(1), 0);
  EXPECT_GT(paid(1), 0);
  EXPECT_NEAR(paid(3) / paid(1), known(3) / known(1), 1e-4);
  EXPECT_EQ(loss_with(1, 3, 0), loss_with(0, 3, 0));
  EXPECT_NEAR(loss_with(1, 3, 1) - loss_with(0, 3, 1), 2 * paid(3), 1e-5);
}

}  // namespace
}  // namespace fovea::tasks
