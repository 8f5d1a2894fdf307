#include "kernels/reference/attention.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::kernels::reference {
namespace {

// The arrays of one call, sized from the offsets, with distinct values everywhere.
struct Case {
  Case(Score score, std::vector<int64_t> given_offsets, int64_t D, int64_t A) : offsets(std::move(given_offsets)) {
    const int64_t B = static_cast<int64_t>(offsets.size()) - 1, N = offsets.back();
    fill(memory, N * D, 1);
    fill(query, B * A, 2);
    fill(projection, A * D, 3);
    fill(score_vector, A, 4);
    arguments.score = score;
    arguments.memory_width = D;
    arguments.score_width = A;
    scores.assign(static_cast<size_t>(N), std::numeric_limits<double>::quiet_NaN());
    weights = scores;
    context.assign(static_cast<size_t>(B * D), std::numeric_limits<double>::quiet_NaN());
  }

  void run() { run(0, static_cast<int64_t>(offsets.size()) - 1); }
  void run(int64_t begin, int64_t end) {
    const bool additive = arguments.score == Score::kAdditive;
    arguments.offsets = offsets.data();
    arguments.memory = memory.data();
    arguments.query = query.data();
    arguments.projection = additive ? projection.data() : nullptr;
    arguments.score_vector = additive ? score_vector.data() : nullptr;
    arguments.scores = scores.data();
    arguments.weights = weights.data();
    arguments.context = context.data();
    attend(arguments, begin, end);
  }

  static void fill(std::vector<double>& values, int64_t size, uint64_t step) {
    const uint64_t base = stream_base({31, Purpose::kTest, step});
    for (int64_t i = 0; i < size; ++i) values.push_back(4 * uniform(base, static_cast<uint64_t>(i)) - 2);
  }

  std::vector<int64_t> offsets;
  std::vector<double> memory, query, projection, score_vector, scores, weights, context;
  AttendArguments arguments;
};

Case worked(Score score) {
  Case example(score, {0, 3}, 2, 2);
  example.memory = {1, 2, -0.5, 0.75, 3, -1};
  example.projection = {0.5, -1, 2, 0.25};
  example.score_vector = {1.5, -0.75};
  return example;
}

void expect_near(const std::vector<double>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-14) << "at " << i;
}

// First score: 1.5 tanh(0.5·1 − 1·2 + 0.1) − 0.75 tanh(2·1 + 0.25·2 − 0.2) = 1.5 tanh(−1.4) − 0.75 tanh(2.3).
TEST(ReferenceAttention, AdditiveWorkedByHand) {
  Case example = worked(Score::kAdditive);
  example.query = {0.1, -0.2};
  example.run();
  expect_near(example.scores, {-2.0630997695030375, -0.4993512590402458, 0.7335637714448102});
  expect_near(example.weights, {0.04511298983804057, 0.21549091233538203, 0.7393960978265774});
  expect_near(example.context, {2.1555558271500823, -0.4875519338989598});
}

// First score: 0.3·1 − 0.7·2 = −1.1.
TEST(ReferenceAttention, DotWorkedByHand) {
  Case example = worked(Score::kDot);
  example.query = {0.3, -0.7};
  example.run();
  expect_near(example.scores, {-1.1, -0.675, 1.6});
  expect_near(example.weights, {0.05744049031305006, 0.08786042368360847, 0.8546990860033414});
  expect_near(example.context, {2.57760753648127, -0.673922787614535});
}

class ReferenceAttentionOf : public testing::TestWithParam<Score> {
 protected:
  // Empty at the start, in the middle and at the end; one word; odd sizes.
  Case ragged() const { return Case(GetParam(), {0, 0, 1, 8, 8, 19, 19}, 5, GetParam() == Score::kDot ? 5 : 7); }
};
INSTANTIATE_TEST_SUITE_P(, ReferenceAttentionOf, testing::Values(Score::kAdditive, Score::kDot),
                         [](const auto& info) { return info.param == Score::kAdditive ? "Additive" : "Dot"; });

TEST_P(ReferenceAttentionOf, WeightsOfEachSequenceSumToOne) {
  Case example = ragged();
  example.run();
  for (size_t b = 0; b + 1 < example.offsets.size(); ++b) {
    if (example.offsets[b] == example.offsets[b + 1]) continue;
    double sum = 0;
    for (int64_t i = example.offsets[b]; i < example.offsets[b + 1]; ++i)
      sum += example.weights[static_cast<size_t>(i)];
    EXPECT_NEAR(sum, 1, 1e-15) << "sequence " << b;
  }
}

TEST_P(ReferenceAttentionOf, EmptySequenceHasContextZero) {
  Case example = ragged();
  example.run();
  for (int64_t b : {0, 3, 5}) {
    for (int64_t d = 0; d < 5; ++d) EXPECT_EQ(example.context[static_cast<size_t>(b * 5 + d)], 0) << b << ' ' << d;
  }
}

TEST_P(ReferenceAttentionOf, OneWordTakesAllTheWeight) {
  Case example = ragged();
  example.run();
  EXPECT_EQ(example.weights[0], 1);
  for (size_t d = 0; d < 5; ++d) EXPECT_EQ(example.context[5 + d], example.memory[d]);
}

TEST_P(ReferenceAttentionOf, PermutingMemoryPermutesWeightsAndKeepsContext) {
  Case example = ragged(), permuted = ragged();
  const std::vector<size_t> order = {11, 8, 18, 9, 14, 10, 17, 12, 16, 13, 15};  // of the rows 8 … 18 of sequence 4
  for (size_t i = 0; i < order.size(); ++i) {
    for (size_t d = 0; d < 5; ++d) permuted.memory[(8 + i) * 5 + d] = example.memory[order[i] * 5 + d];
  }
  example.run();
  permuted.run();
  for (size_t i = 0; i < order.size(); ++i) EXPECT_NEAR(permuted.weights[8 + i], example.weights[order[i]], 1e-15);
  for (size_t k = 0; k < example.context.size(); ++k) EXPECT_NEAR(permuted.context[k], example.context[k], 1e-14);
  EXPECT_GT(std::abs(example.weights[8] - example.weights[11]), 1e-6);  // the permutation moved something
}

TEST_P(ReferenceAttentionOf, SplitRangesGiveTheSameBits) {
  Case whole = ragged(), split = ragged();
  whole.run();
  split.run(3, 6);
  split.run(0, 2);
  split.run(2, 3);
  EXPECT_EQ(split.scores, whole.scores);
  EXPECT_EQ(split.weights, whole.weights);
  EXPECT_EQ(split.context, whole.context);
}

TEST(ReferenceAttention, HugeScoresDoNotOverflow) {
  Case example = worked(Score::kDot);
  example.query = {700, -900};  // scores -1100, -1025, 3000
  example.run();
  expect_near(example.weights, {0, 0, 1});
}

TEST(ReferenceAttention, RefusesDotOfTwoWidths) {
  Case example(Score::kDot, {0, 2}, 5, 4);
  EXPECT_THROW(example.run(), InternalError);
}

TEST(ReferenceAttention, RefusesDecreasingOffsets) {
  Case example(Score::kDot, {0, 4, 2, 6}, 3, 3);
  EXPECT_THROW(example.run(), InternalError);
}

}  // namespace
}  // namespace fovea::kernels::reference
