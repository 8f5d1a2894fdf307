#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "kernels/attention_case.h"
#include "kernels/dispatch.h"

namespace fovea::kernels {
namespace {

// |value − expected| ≤ tolerance · (1 + the largest expected): gradients are sums of many terms of that size.
void expect_close(const std::vector<float>& values, const std::vector<double>& expected, double tolerance,
                  const std::string& what) {
  ASSERT_EQ(values.size(), expected.size()) << what;
  double largest = 0;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(values[i], expected[i], tolerance * (1 + largest)) << what << " at " << i;
  }
}

// Scores are sums of A terms, off by a few 1e-6 of the largest; weights turn what a score is off into a share of
// itself.
void expect_forward_agrees(AttentionCase<float>& fast, AttentionCase<double>& plain) {
  fast.attend();
  plain.attend();
  expect_close(fast.scores, plain.scores, 2e-6, "scores");
  expect_close(fast.weights, plain.weights, 3e-5, "weights");
  expect_close(fast.row_constants, plain.row_constants, 3e-6, "row constants");
  expect_close(fast.context, plain.context, 3e-5, "context");
}

// Both go back from the reference's weights, so that a support which rounding decides is the same for both.
void expect_backward_agrees(AttentionCase<float>& fast, AttentionCase<double>& plain, double tolerance = 5e-6) {
  fast.weights.assign(plain.weights.begin(), plain.weights.end());
  plain.weights.assign(fast.weights.begin(), fast.weights.end());
  fast.backward();
  plain.backward();
  expect_close(fast.d_query, plain.d_query, tolerance, "d_query");
  if (!fast.keys_are_memory) expect_close(fast.d_keys, plain.d_keys, tolerance, "d_keys");
  expect_close(fast.d_memory, plain.d_memory, tolerance, "d_memory");
  if (fast.additive()) {
    expect_close(fast.d_score_vector_parts, plain.d_score_vector_parts, tolerance, "d_score_vector_parts");
  }
}

class FastAttention : public testing::TestWithParam<Form> {};
INSTANTIATE_TEST_SUITE_P(, FastAttention, testing::ValuesIn(kForms),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(FastAttention, AgreesWithTheReferenceOnEverySetAndWidth) {
  const Form form = GetParam();
  const std::vector<std::pair<int64_t, int64_t>> widths = {{1, 1}, {7, 5}, {5, 7}, {64, 32}, {267, 129}, {33, 267}};
  for_each_instruction_set([&](const std::string& set) {
    for (const auto& [D, A] : widths) {
      SCOPED_TRACE(set + " D " + std::to_string(D) + " A " + std::to_string(A));
      AttentionCase<float> fast(form.score, form.normaliser, kRaggedLengths, D, A);
      AttentionCase<double> plain(form.score, form.normaliser, kRaggedLengths, D, A);
      expect_forward_agrees(fast, plain);
      expect_backward_agrees(fast, plain);
    }
  });
}

TEST_P(FastAttention, AgreesWithTheReferenceOnLongRowsAndWideOnes) {
  const Form form = GetParam();
  for_each_instruction_set([&](const std::string& set) {
    SCOPED_TRACE(set);
    const Lengths lengths = {{1, 3, 267}, {1030, 267, 7}};
    AttentionCase<float> fast(form.score, form.normaliser, lengths, 19, 40);
    AttentionCase<double> plain(form.score, form.normaliser, lengths, 19, 40);
    expect_forward_agrees(fast, plain);
    expect_backward_agrees(fast, plain);
    AttentionCase<float> wide_fast(form.score, form.normaliser, {{6}, {7}}, 1030, 1030);
    AttentionCase<double> wide_plain(form.score, form.normaliser, {{6}, {7}}, 1030, 1030);
    expect_forward_agrees(wide_fast, wide_plain);
    expect_backward_agrees(wide_fast, wide_plain);
  });
}

TEST_P(FastAttention, SplitRangesGiveTheSameBits) {
  const Form form = GetParam();
  AttentionCase<float> whole(form.score, form.normaliser, kRaggedLengths, 37, 21), split = whole;
  whole.attend();
  whole.backward();
  split.attend(5, 8), split.attend(0, 3), split.attend(3, 5);
  split.backward(4, 8), split.backward(1, 4), split.backward(0, 1);
  EXPECT_EQ(split.scores, whole.scores);
  EXPECT_EQ(split.weights, whole.weights);
  EXPECT_EQ(split.row_constants, whole.row_constants);
  EXPECT_EQ(split.context, whole.context);
  EXPECT_EQ(split.d_query, whole.d_query);
  EXPECT_EQ(split.d_keys, whole.d_keys);
  EXPECT_EQ(split.d_memory, whole.d_memory);
  if (whole.additive()) {
    EXPECT_EQ(split.d_score_vector_parts, whole.d_score_vector_parts);
  }
}

// Three threads at once on the arrays of one batch, each with its own scratch; under ThreadSanitizer this finds
// overlaps.
TEST_P(FastAttention, ThreadsGiveTheSameBits) {
  const Form form = GetParam();
  AttentionCase<float> whole(form.score, form.normaliser, kRaggedLengths, 16, 32), shared = whole;
  whole.attend();
  whole.backward();
  const AttendInput<float>& input = shared.wired();
  const AttendOutput<float> output = shared.output();
  const AttendGradients<float> gradients = shared.gradients();
  std::vector<std::thread> threads;
  for (const auto& [begin, end] : {std::pair{0, 3}, {3, 5}, {5, 8}}) {
    threads.emplace_back([&, begin = begin, end = end] {
      const std::vector<AttendUnit> units = shared.units(begin, end, 1 << 20);
      const int64_t count = static_cast<int64_t>(units.size());
      const int64_t size = std::max(attend_scratch_size(input, true, units.data(), count),
                                    attend_backward_scratch_size(input, true, units.data(), count));
      std::vector<float> scratch(static_cast<size_t>(size));
      attend(input, output, scratch.data(), units.data(), count);
      attend_backward(input, gradients, scratch.data(), units.data(), count);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared.weights, whole.weights);
  EXPECT_EQ(shared.context, whole.context);
  EXPECT_EQ(shared.d_query, whole.d_query);
  EXPECT_EQ(shared.d_keys, whole.d_keys);
  EXPECT_EQ(shared.d_memory, whole.d_memory);
}

TEST_P(FastAttention, WeightsSumToOneAndGiveTheContextBitForBit) {
  const Form form = GetParam();
  for_each_instruction_set([&](const std::string& set) {
    const int64_t D = 53;
    AttentionCase<float> example(form.score, form.normaliser, kRaggedLengths, D, 24);
    example.attend();
    for (size_t b = 0; b < kRaggedLengths.rows.size(); ++b) {
      const int64_t queries = kRaggedLengths.queries[b], rows = kRaggedLengths.rows[b];
      const float* weights = example.weights.data() + example.weight_offsets[b];
      const float* memory = example.memory.data() + example.memory_offsets[b] * D;
      const auto first = example.context.begin() + example.query_offsets[b] * D;
      std::vector<float> together(static_cast<size_t>(queries * D)), alone(together);
      weighted_sum(weights, memory, queries, rows, D, together.data());
      for (int64_t r = 0; r < queries; ++r) {
        weighted_sum(weights + r * rows, memory, 1, rows, D, alone.data() + r * D);
        double sum = 0;
        for (int64_t i = 0; i < rows; ++i) sum += weights[r * rows + i];
        if (rows > 0) {
          EXPECT_NEAR(sum, 1, 1e-6) << set << " sequence " << b << " query " << r;
        }
      }
      const std::vector<float> context(first, first + queries * D);
      EXPECT_EQ(together, context) << set << " sequence " << b;
      EXPECT_EQ(alone, context) << set << " sequence " << b;
    }
  });
}

// Keys and queries up to ±1e4, with scores up to ±1e9: every output is a number, and the forward pass still agrees.
TEST_P(FastAttention, HugeInputsGiveNoNaN) {
  const Form form = GetParam();
  for_each_instruction_set([&](const std::string& set) {
    SCOPED_TRACE(set);
    AttentionCase<float> fast(form.score, form.normaliser, kRaggedLengths, 9, 18, 5e3);
    AttentionCase<double> plain(form.score, form.normaliser, kRaggedLengths, 9, 18, 5e3);
    fast.attend();
    plain.attend();
    expect_close(fast.scores, plain.scores, 1e-6, "scores");
    fast.backward();
    for (const auto* values : {&fast.scores, &fast.weights, &fast.row_constants, &fast.context, &fast.d_query,
                               &fast.d_keys, &fast.d_memory}) {
      for (const float value : *values) ASSERT_TRUE(std::isfinite(value));
    }
    if (fast.additive()) {
      for (const float value : fast.d_score_vector_parts) ASSERT_TRUE(std::isfinite(value));
    }
  });
}

// A query that is no number gives weights and a context that are none, and touches no other query.
TEST_P(FastAttention, NaNIsNotHidden) {
  const Form form = GetParam();
  for_each_instruction_set([&](const std::string& set) {
    AttentionCase<float> example(form.score, form.normaliser, {{9, 1}, {11, 6}}, 5, 20), clean = example;
    clean.attend();
    for (const size_t query : {3, 9}) example.query[query * 20 + 7] = std::nanf("");
    example.attend();
    for (size_t k = 0; k < example.context.size(); ++k) {
      const size_t query = k / 5;
      if (query == 3 || query == 9) {
        EXPECT_TRUE(std::isnan(example.context[k])) << set << " at " << k;
      } else {
        EXPECT_EQ(example.context[k], clean.context[k]) << set << " at " << k;
      }
    }
  });
}

TEST(FastAttentionSums, KeysThatAreTheMemoryGiveOneGradient) {
  const Lengths lengths = {{3, 1, 6}, {5, 2, 9}};
  AttentionCase<float> fast(Score::kDot, Normaliser::kSoftmax, lengths, 12, 12);
  AttentionCase<double> plain(Score::kDot, Normaliser::kSoftmax, lengths, 12, 12);
  fast.keys_are_memory = plain.keys_are_memory = true;
  expect_forward_agrees(fast, plain);
  expect_backward_agrees(fast, plain);
}

// One side far beyond the reach of the exponentials, or both; with the signs against each other so that sums are small.
TEST(FastAttentionSums, FarKeysAndQueriesThatCancelAgree) {
  for_each_instruction_set([&](const std::string& set) {
    for (const float shift : {11.0f, 13.0f, 20.0f, 30.0f, 80.0f, 1000.0f}) {
      for (const bool both : {false, true}) {
        SCOPED_TRACE(set + " shift " + std::to_string(shift) + (both ? " both" : " one"));
        AttentionCase<float> fast(Score::kAdditive, Normaliser::kSoftmax, {{9}, {11}}, 6, 40);
        for (size_t k = 0; k < fast.keys.size(); ++k) fast.keys[k] += k % 3 ? shift : -shift;
        for (size_t k = 0; both && k < fast.query.size(); ++k) fast.query[k] -= k % 3 ? shift : -shift;
        AttentionCase<double> plain(Score::kAdditive, Normaliser::kSoftmax, {{9}, {11}}, 6, 40);
        plain.keys.assign(fast.keys.begin(), fast.keys.end());
        plain.query.assign(fast.query.begin(), fast.query.end());
        expect_forward_agrees(fast, plain);
        expect_backward_agrees(fast, plain);
      }
    }
  });
}

TEST(FastAttentionSums, GradientPartsAddUpInOrder) {
  const std::vector<float> parts = {1e8f, 1, 2, 5, -1e8f, 3};  // three sequences, A = 2
  std::vector<float> sum(2);
  sum_score_vector_parts(parts.data(), 3, 2, sum.data());
  EXPECT_EQ(sum, (std::vector<float>{0, 9}));  // 1e8 + 2 is 1e8 in float: another order would give 2
}

TEST(FastAttentionSums, NotAskedForOutputsMayBeNull) {
  AttentionCase<float> example(Score::kAdditive, Normaliser::kSoftmax, {{5}, {6}}, 4, 8), whole = example;
  whole.attend();
  const AttendUnit unit = {0, 0, 0, 5};
  std::vector<float> scratch(static_cast<size_t>(attend_scratch_size(example.wired(), true, &unit, 1)));
  AttendOutput<float> output;
  output.weights = example.weights.data(), output.context = example.context.data();
  attend(example.wired(), output, scratch.data(), &unit, 1);
  EXPECT_EQ(example.weights, whole.weights);
  EXPECT_EQ(example.context, whole.context);
}

// Forms of a call beyond "every query sees all of it": heads, ranges, keys that are the memory, no array of weights.
struct Variant {
  int64_t heads;
  bool ranges, causal, keeps_weights;
};
const Variant kVariants[] = {{1, true, false, true}, {1, false, true, true},   {3, false, false, true},
                             {3, true, false, true}, {1, false, false, false}, {3, true, false, false},
                             {4, false, true, false}};

template <typename T>
AttentionCase<T> case_of(const Form& form, const Variant& variant, const Lengths& lengths, int64_t D, int64_t A) {
  AttentionCase<T> made(form.score, form.normaliser, lengths, D * variant.heads, A * variant.heads, 1, variant.heads);
  if (variant.ranges) made.see_ranges();
  if (variant.causal) made.see_causally();
  made.keeps_weights = variant.keeps_weights;
  if (!variant.keeps_weights) made.own_gradients = false;
  return made;
}

std::string name_of(const Variant& variant) {
  return std::to_string(variant.heads) + " heads" + (variant.ranges ? ", ranges" : "") +
         (variant.causal ? ", causal" : "") + (variant.keeps_weights ? "" : ", weights made again");
}

TEST_P(FastAttention, HeadsAndRangesAgreeWithTheReferenceOnEverySet) {
  for_each_instruction_set([&](const std::string& set) {
    for (const Variant& variant : kVariants) {
      for (const auto& [D, A] : {std::pair<int64_t, int64_t>{1, 1}, {7, 5}, {16, 32}, {67, 33}}) {
        SCOPED_TRACE(set + " " + name_of(variant) + " D " + std::to_string(D) + " A " + std::to_string(A));
        auto fast = case_of<float>(GetParam(), variant, kRaggedLengths, D, A);
        auto plain = case_of<double>(GetParam(), variant, kRaggedLengths, D, A);
        if (variant.keeps_weights) {
          expect_forward_agrees(fast, plain);
          expect_backward_agrees(fast, plain);
          continue;
        }
        fast.attend();
        plain.attend();
        expect_close(fast.scores, plain.scores, 2e-6, "scores");
        expect_close(fast.context, plain.context, 3e-5, "context");
        if (GetParam().normaliser == Normaliser::kSparsemax) continue;  // rounding decides who belongs to the support
        fast.backward();
        plain.backward();
        expect_close(fast.d_query, plain.d_query, 2e-5, "d_query");
        expect_close(fast.d_keys, plain.d_keys, 2e-5, "d_keys");
        expect_close(fast.d_memory, plain.d_memory, 2e-5, "d_memory");
      }
    }
  });
}

// Long rows, so that a tile of packed scores has fewer queries, and units that split a sequence.
TEST_P(FastAttention, LongRowsInPartsAgreeWithTheReference) {
  const Lengths lengths = {{3, 261}, {70, 2900}};
  for (const Variant& variant : {Variant{1, true, false, true}, Variant{2, false, true, false}}) {
    SCOPED_TRACE(name_of(variant));
    auto fast = case_of<float>(GetParam(), variant, lengths, 17, 9);
    auto plain = case_of<double>(GetParam(), variant, lengths, 17, 9);
    fast.unit_queries = 128;
    plain.keeps_weights = true;
    fast.own_gradients = plain.own_gradients = false;  // they would make the sums for v thousands of times larger
    fast.attend();
    plain.attend();
    expect_close(fast.scores, plain.scores, 2e-6, "scores");
    expect_close(fast.context, plain.context, 3e-5, "context");
    if (variant.keeps_weights) {
      expect_backward_agrees(fast, plain, 5e-5);  // sums of 200,000 terms
    } else if (GetParam().normaliser != Normaliser::kSparsemax) {
      fast.backward();
      plain.backward();
      expect_close(fast.d_query, plain.d_query, 2e-5, "d_query");
      expect_close(fast.d_keys, plain.d_keys, 2e-5, "d_keys");
      expect_close(fast.d_memory, plain.d_memory, 2e-5, "d_memory");
    }
  }
}

TEST_P(FastAttention, WhatIsNotSeenHasWeightZeroAndTheRestSumsToOne) {
  for_each_instruction_set([&](const std::string& set) {
    for (const Variant& variant : kVariants) {
      SCOPED_TRACE(set + " " + name_of(variant));
      auto example = case_of<float>(GetParam(), variant, kRaggedLengths, 5, 6);
      example.keeps_weights = true;
      example.attend();
      int64_t empty = 0;
      for (size_t b = 0; b < kRaggedLengths.rows.size(); ++b) {
        const int64_t queries = kRaggedLengths.queries[b], rows = kRaggedLengths.rows[b];
        for (int64_t row = 0; row < variant.heads * queries; ++row) {
          const int64_t query = example.query_offsets[b] + row % queries, head = row / queries;
          const int64_t place = variant.heads * example.weight_offsets[b] + row * rows;
          const bool all = example.visible.empty();
          const int64_t from = all ? 0 : example.visible[static_cast<size_t>(2 * query)];
          const int64_t to = all ? rows : example.visible[static_cast<size_t>(2 * query + 1)];
          double sum = 0;
          for (int64_t i = 0; i < rows; ++i) {
            const float weight = example.weights[static_cast<size_t>(place + i)];
            sum += weight;
            if (i >= from && i < to) continue;
            ASSERT_EQ(weight, 0);
            ASSERT_EQ(example.scores[static_cast<size_t>(place + i)], 0);
          }
          ASSERT_NEAR(sum, from < to ? 1 : 0, 1e-6);
          if (from < to) continue;
          ++empty;
          for (int64_t k = 0; k < 5; ++k) {
            ASSERT_EQ(example.context[static_cast<size_t>((query * variant.heads + head) * 5 + k)], 0);
          }
          ASSERT_EQ(example.row_constants[static_cast<size_t>(query * variant.heads + head)], 0);
        }
      }
      EXPECT_GT(empty, 0);
    }
  });
}

// The same numbers however the queries are cut, with an array for the weights and without.
TEST_P(FastAttention, UnitsAndKeptWeightsChangeNoBit) {
  for_each_instruction_set([&](const std::string& set) {
    for (const Variant& variant : kVariants) {
      SCOPED_TRACE(set + " " + name_of(variant));
      const Lengths lengths = {{2, 0, 197, 9}, {5, 3, 83, 70}};
      auto whole = case_of<float>(GetParam(), variant, lengths, 9, 12);
      whole.keeps_weights = true;
      auto cut = whole;
      cut.keeps_weights = false;
      cut.unit_queries = 64;
      whole.attend();
      cut.attend();
      EXPECT_EQ(cut.scores, whole.scores);
      EXPECT_EQ(cut.context, whole.context);
      EXPECT_EQ(cut.row_constants, whole.row_constants);
      whole.unit_queries = 64;
      whole.backward();
      cut.backward();
      EXPECT_EQ(cut.d_query, whole.d_query);
      EXPECT_EQ(cut.d_keys, whole.d_keys);
      EXPECT_EQ(cut.d_memory, whole.d_memory);
      if (whole.additive()) {
        EXPECT_EQ(cut.d_score_vector_parts, whole.d_score_vector_parts);
      }
    }
  });
}

// A few rows of many weights: those of the units of the call, one unit after the other.
TEST_P(FastAttention, RowsOfSomeUnitsAreTheSameBits) {
  for (const Variant& variant : kVariants) {
    SCOPED_TRACE(name_of(variant));
    auto example = case_of<float>(GetParam(), variant, {{150, 4}, {21, 6}}, 9, 12);
    example.keeps_weights = true;
    example.attend();
    const AttendUnit units[] = {{1, 0, 0, 4}, {0, variant.heads - 1, 64, 64}};
    std::vector<float> rows(4 * 6 + 64 * 21);
    std::vector<float> scratch(static_cast<size_t>(attend_scratch_size(example.wired(), true, units, 2)));
    AttendOutput<float> output;
    output.weights = rows.data(), output.by_unit = true;
    attend(example.wired(), output, scratch.data(), units, 2);
    const auto second = example.weights.begin() + variant.heads * 150 * 21;
    EXPECT_TRUE(std::equal(rows.begin(), rows.begin() + 24, second));
    const auto first = example.weights.begin() + ((variant.heads - 1) * 150 + 64) * 21;
    EXPECT_TRUE(std::equal(rows.begin() + 24, rows.end(), first));
  }
}

TEST(FastAttentionSums, RefusesRangesHeadsAndUnitsThatCannotBe) {
  AttentionCase<float> example(Score::kDot, Normaliser::kSoftmax, {{70}, {3}}, 6, 6);
  example.see_causally();
  example.visible[5] = 4;
  EXPECT_THROW(example.attend(), InternalError) << "a row that is not there";
  example.visible[5] = 1, example.visible[4] = 2;
  EXPECT_THROW(example.attend(), InternalError) << "ends before it begins";
  example.visible.clear();
  example.unit_queries = 10;
  EXPECT_THROW(example.attend(), InternalError) << "a unit that cuts a tile";
  example.unit_queries = 64;
  example.input.heads = 4;
  EXPECT_THROW(example.attend(), InternalError) << "six features for four heads";
}

TEST(FastAttentionSums, RefusesOffsetsThatCannotBe) {
  AttentionCase<float> example(Score::kDot, Normaliser::kSoftmax, {{2, 2}, {3, 3}}, 4, 4);
  example.memory_offsets = {0, 4, 2};
  EXPECT_THROW(example.attend(), InternalError);
  example.memory_offsets = {0, 3, 7};  // the weights have no room for it
  EXPECT_THROW(example.attend(), InternalError);
}

}  // namespace
}  // namespace fovea::kernels
