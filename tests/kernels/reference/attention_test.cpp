#include "kernels/reference/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "kernels/attention_case.h"

namespace fovea::kernels::reference {
namespace {

using Case = AttentionCase<double>;

void expect_near(const std::vector<double>& values, const std::vector<double>& expected, double tolerance = 1e-14) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], tolerance) << "at " << i;
}

// Keys are the memory rows through P = (0.5 −1; 2 0.25).
Case worked(Score score) {
  Case example(score, Normaliser::kSoftmax, {{1}, {3}}, 2, 2);
  example.memory = {1, 2, -0.5, 0.75, 3, -1};
  example.keys = {-1.5, 2.5, -1, -0.8125, 2.5, 5.75};
  example.score_vector = {1.5, -0.75};
  example.input.scale = 1;
  return example;
}

// First score: 1.5 tanh(−1.5 + 0.1) − 0.75 tanh(2.5 − 0.2).
TEST(ReferenceAttention, AdditiveWorkedByHand) {
  Case example = worked(Score::kAdditive);
  example.query = {0.1, -0.2};
  example.attend();
  expect_near(example.scores, {-2.0630997695030375, -0.4993512590402458, 0.7335637714448102});
  expect_near(example.weights, {0.04511298983804057, 0.21549091233538203, 0.7393960978265774});
  expect_near(example.context, {2.1555558271500823, -0.4875519338989598});
}

// First score: 0.3·1 − 0.7·2 = −1.1.
TEST(ReferenceAttention, DotWorkedByHand) {
  Case example = worked(Score::kDot);
  example.keys_are_memory = true;
  example.query = {0.3, -0.7};
  example.attend();
  expect_near(example.scores, {-1.1, -0.675, 1.6});
  expect_near(example.weights, {0.05744049031305006, 0.08786042368360847, 0.8546990860033414});
  expect_near(example.context, {2.57760753648127, -0.673922787614535});
  expect_near(example.row_constants, {1.6 - std::log(0.8546990860033414)});
}

TEST(ReferenceAttention, ScaleMultipliesTheDot) {
  Case example = worked(Score::kDot);
  example.keys_are_memory = true;
  example.query = {0.3, -0.7};
  example.input.scale = 0.5;
  example.attend();
  expect_near(example.scores, {-0.55, -0.3375, 0.8});
}

// Of the two largest, (1 + 0.5 − 1)/2 = 0.25 lies below both; with the third, (0.5 − 1)/3 would lie above it.
TEST(ReferenceAttention, SparsemaxWorkedByHand) {
  const std::vector<double> scores = {0.5, -1, 1};
  std::vector<double> weights(3);
  EXPECT_DOUBLE_EQ(normalise(Normaliser::kSparsemax, scores.data(), 3, weights.data()), 0.25);
  expect_near(weights, {0.25, 0, 0.75});
}

// 0.8² + 0.6² = 1, so 0 is the threshold of the halves 0.8 and 0.6.
TEST(ReferenceAttention, Entmax15WorkedByHand) {
  const std::vector<double> scores = {1.2, -3, 1.6};
  std::vector<double> weights(3);
  EXPECT_NEAR(normalise(Normaliser::kEntmax15, scores.data(), 3, weights.data()), 0, 1e-15);
  expect_near(weights, {0.36, 0, 0.64});
}

// The row constant rebuilds the weights from the scores, as kernels/attention.h says.
TEST(ReferenceAttention, RowConstantsRebuildTheWeights) {
  for (const Form& form : kForms) {
    Case example(form.score, form.normaliser, {{1}, {9}}, 5, 7);
    example.attend();
    const double c = example.row_constants[0];
    for (size_t i = 0; i < 9; ++i) {
      const double s = example.scores[i], root = std::max(s / 2 - c, 0.0);
      const double expected = form.normaliser == Normaliser::kSoftmax     ? std::exp(s - c)
                              : form.normaliser == Normaliser::kSparsemax ? std::max(s - c, 0.0)
                                                                          : root * root;
      EXPECT_NEAR(example.weights[i], expected, 1e-14) << name_of(form) << ' ' << i;
    }
  }
}

class ReferenceAttentionOf : public testing::TestWithParam<Form> {
 protected:
  Case ragged() const { return Case(GetParam().score, GetParam().normaliser, kRaggedLengths, 5, 7); }
};
INSTANTIATE_TEST_SUITE_P(, ReferenceAttentionOf, testing::ValuesIn(kForms),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(ReferenceAttentionOf, WeightsOfEachQuerySumToOne) {
  Case example = ragged();
  example.attend();
  size_t k = 0;
  for (size_t b = 0; b < kRaggedLengths.rows.size(); ++b) {
    for (int64_t r = 0; r < kRaggedLengths.queries[b] && kRaggedLengths.rows[b] > 0; ++r) {
      double sum = 0;
      for (int64_t i = 0; i < kRaggedLengths.rows[b]; ++i) sum += example.weights[k++];
      EXPECT_NEAR(sum, 1, 1e-14) << "sequence " << b;
    }
  }
  EXPECT_EQ(k, example.weights.size());
}

TEST_P(ReferenceAttentionOf, QueryOverNoRowsHasContextZero) {
  Case example = ragged();
  example.attend();
  example.backward();
  for (size_t k = 0; k < 2 * 5; ++k) EXPECT_EQ(example.context[k], 0);
  for (size_t k = 0; k < 2 * 7; ++k) EXPECT_EQ(example.d_query[k], 0);
  EXPECT_EQ(example.row_constants[0], 0);
}

TEST_P(ReferenceAttentionOf, RowsWithoutQueriesHaveGradientZero) {
  Case example = ragged();
  example.attend();
  example.backward();
  for (size_t k = 0; k < 3 * 5; ++k) EXPECT_EQ(example.d_memory[k], 0);
  for (size_t k = 0; k < 3 * 7; ++k) EXPECT_EQ(example.d_keys[k], 0);
}

TEST_P(ReferenceAttentionOf, OneRowTakesAllTheWeight) {
  Case example = ragged();
  example.attend();
  EXPECT_EQ(example.weights[0], 1);
  for (size_t d = 0; d < 5; ++d) EXPECT_EQ(example.context[2 * 5 + d], example.memory[3 * 5 + d]);
}

TEST_P(ReferenceAttentionOf, PermutingRowsPermutesWeightsAndKeepsContext) {
  Case example = Case(GetParam().score, GetParam().normaliser, {{1}, {11}}, 5, 7), permuted = example;
  const std::vector<size_t> order = {3, 0, 10, 1, 6, 2, 9, 4, 8, 5, 7};
  for (size_t i = 0; i < order.size(); ++i) {
    for (size_t d = 0; d < 5; ++d) permuted.memory[i * 5 + d] = example.memory[order[i] * 5 + d];
    for (size_t a = 0; a < 7; ++a) permuted.keys[i * 7 + a] = example.keys[order[i] * 7 + a];
  }
  example.attend();
  permuted.attend();
  for (size_t i = 0; i < order.size(); ++i) EXPECT_NEAR(permuted.weights[i], example.weights[order[i]], 1e-14);
  for (size_t k = 0; k < example.context.size(); ++k) EXPECT_NEAR(permuted.context[k], example.context[k], 1e-14);
  EXPECT_NE(permuted.weights, example.weights);  // the permutation moved something
}

TEST_P(ReferenceAttentionOf, SplitRangesGiveTheSameBits) {
  Case whole = ragged(), split = ragged();
  whole.attend(), whole.backward();
  split.attend(3, 8), split.attend(0, 2), split.attend(2, 3);
  split.backward(5, 8), split.backward(0, 5);
  EXPECT_EQ(split.scores, whole.scores);
  EXPECT_EQ(split.weights, whole.weights);
  EXPECT_EQ(split.context, whole.context);
  EXPECT_EQ(split.d_query, whole.d_query);
  EXPECT_EQ(split.d_keys, whole.d_keys);
  EXPECT_EQ(split.d_memory, whole.d_memory);
}

TEST_P(ReferenceAttentionOf, AHeadIsAttentionOverItsFeatures) {
  Case both(GetParam().score, GetParam().normaliser, {{2, 3}, {4, 5}}, 6, 8, 1, 2);
  both.see_ranges();
  both.attend();
  for (size_t head = 0; head < 2; ++head) {
    Case single(GetParam().score, GetParam().normaliser, {{2, 3}, {4, 5}}, 3, 4);
    single.visible = both.visible;
    const auto part = [&](const std::vector<double>& whole, std::vector<double>& to, size_t width) {
      for (size_t k = 0; k < to.size(); ++k) to[k] = whole[k / width * 2 * width + head * width + k % width];
    };
    part(both.query, single.query, 4), part(both.keys, single.keys, 4), part(both.memory, single.memory, 3);
    part(both.score_vector, single.score_vector, 4);
    single.attend();
    std::vector<double> context(single.context.size()), weights(single.weights.size());
    part(both.context, context, 3);
    EXPECT_EQ(context, single.context) << head;
    // [heads, 2, 4] of the first sequence, then [heads, 3, 5].
    std::copy_n(both.weights.begin() + static_cast<int64_t>(head) * 8, 8, weights.begin());
    std::copy_n(both.weights.begin() + 16 + static_cast<int64_t>(head) * 15, 15, weights.begin() + 8);
    EXPECT_EQ(weights, single.weights) << head;
  }
}

TEST_P(ReferenceAttentionOf, ARangeIsAttentionOverItsRows) {
  Case example(GetParam().score, GetParam().normaliser, {{2}, {7}}, 3, 4);
  example.visible = {2, 5, 6, 6};
  example.attend();
  Case cut(GetParam().score, GetParam().normaliser, {{1}, {3}}, 3, 4);
  cut.query.assign(example.query.begin(), example.query.begin() + 4);
  cut.keys.assign(example.keys.begin() + 8, example.keys.begin() + 20);
  cut.memory.assign(example.memory.begin() + 6, example.memory.begin() + 15);
  cut.attend();
  const std::vector<double> w = cut.weights, c = cut.context;
  expect_near(example.weights, {0, 0, w[0], w[1], w[2], 0, 0, 0, 0, 0, 0, 0, 0, 0});
  expect_near(example.context, {c[0], c[1], c[2], 0, 0, 0});
}

// Every element of every input against central differences of a loss that every output enters.
TEST_P(ReferenceAttentionOf, GradientsAreCentralDifferences) {
  const Lengths lengths = {{2, 0, 1, 3}, {0, 2, 1, 5}};
  for (const auto& [keys_are_memory, heads, ranges] :
       {std::tuple{false, 1, false}, {true, 1, false}, {false, 2, true}, {true, 2, true}}) {
    if (keys_are_memory && GetParam().score == Score::kAdditive) continue;
    Case example(GetParam().score, GetParam().normaliser, lengths, 4, 4, 1, heads);
    example.keys_are_memory = keys_are_memory;
    if (ranges) example.see_ranges();
    example.loss();
    example.backward();
    const auto check = [&](std::vector<double>& input, const std::vector<double>& gradient, const std::string& what) {
      ASSERT_EQ(input.size(), gradient.size()) << what;
      for (size_t k = 0; k < input.size(); ++k) {
        constexpr double kStep = 1e-6;
        const double kept = input[k];
        input[k] = kept + kStep;
        const double above = example.loss();
        input[k] = kept - kStep;
        const double below = example.loss();
        input[k] = kept;
        EXPECT_NEAR(gradient[k], (above - below) / (2 * kStep), 1e-7) << what << " at " << k;
      }
    };
    check(example.query, example.d_query, "query");
    check(example.memory, example.d_memory, "memory");
    if (!keys_are_memory) check(example.keys, example.d_keys, "keys");
    if (example.additive()) {
      std::vector<double> d_score_vector(4);
      for (size_t k = 0; k < example.d_score_vector_parts.size(); ++k) {
        d_score_vector[k % 4] += example.d_score_vector_parts[k];
      }
      check(example.score_vector, d_score_vector, "score vector");
    }
  }
}

TEST(ReferenceAttention, HugeScoresDoNotOverflow) {
  for (const Normaliser normaliser : {Normaliser::kSoftmax, Normaliser::kSparsemax, Normaliser::kEntmax15}) {
    Case example = worked(Score::kDot);
    example.input.normaliser = normaliser;
    example.keys_are_memory = true;
    example.query = {700, -900};  // scores -1100, -1025, 3000
    example.attend();
    expect_near(example.weights, {0, 0, 1});
  }
}

TEST(ReferenceAttention, RefusesMemoryAsKeysOfAnotherWidth) {
  Case example(Score::kDot, Normaliser::kSoftmax, {{1}, {2}}, 5, 4);
  example.keys_are_memory = true;
  EXPECT_THROW(example.attend(), InternalError);
}

TEST(ReferenceAttention, RefusesOffsetsThatCannotBe) {
  Case example(Score::kDot, Normaliser::kSoftmax, {{1, 1, 1}, {2, 2, 2}}, 3, 3);
  example.memory_offsets = {0, 4, 2, 6};
  EXPECT_THROW(example.attend(), InternalError);
  example.memory_offsets = {0, 2, 5, 7};  // the weights have no room for it
  EXPECT_THROW(example.attend(), InternalError);
}

}  // namespace
}  // namespace fovea::kernels::reference
