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

}  // namespace
}  // namespace fovea::tasks
