// The arrays of one call of attention, forward and backward, for the reference (double) and the fast kernels (float):
// sized from lengths, distinct values everywhere, outputs NaN until written.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "base/random.h"
#include "kernels/attention.h"
#include "kernels/reference/attention.h"

namespace fovea::kernels {

struct Lengths {
  std::vector<int64_t> queries, rows;  // of each sequence
};

// Empty at the start, in the middle and at the end, rows without queries, one of each, more than a tile of both.
inline const Lengths kRaggedLengths = {{2, 0, 1, 5, 3, 70, 1, 4}, {0, 3, 1, 8, 13, 37, 19, 0}};

template <typename T>
struct AttentionCase {
  AttentionCase(Score score, Normaliser normaliser, const Lengths& lengths, int64_t D, int64_t A, double size = 1) {
    for (size_t b = 0; b < lengths.rows.size(); ++b) {
      query_offsets.push_back(query_offsets.back() + lengths.queries[b]);
      memory_offsets.push_back(memory_offsets.back() + lengths.rows[b]);
      weight_offsets.push_back(weight_offsets.back() + lengths.queries[b] * lengths.rows[b]);
    }
    const int64_t M = query_offsets.back(), N = memory_offsets.back(), W = weight_offsets.back();
    query = numbers(M * A, 2, 2 * size), keys = numbers(N * A, 3, 2 * size), score_vector = numbers(A, 4, 2);
    memory = numbers(N * D, 1, 2);
    d_context = numbers(M * D, 5, 1), d_weights = numbers(W, 6, 1), d_own_scores = numbers(W, 7, 1);
    scores = weights = nothing(W), row_constants = nothing(M), context = nothing(M * D);
    d_query = nothing(M * A), d_keys = nothing(N * A), d_memory = nothing(N * D);
    d_score_vector_parts = nothing(sequences() * A);
    input.score = score;
    input.normaliser = normaliser;
    input.scale = score == Score::kDot ? static_cast<T>(0.7) : 1;
    input.memory_width = D;
    input.score_width = A;
  }

  int64_t sequences() const { return static_cast<int64_t>(memory_offsets.size()) - 1; }
  bool additive() const { return input.score == Score::kAdditive; }

  const AttendInput<T>& wired() {
    input.query_offsets = query_offsets.data();
    input.memory_offsets = memory_offsets.data();
    input.weight_offsets = weight_offsets.data();
    input.query = query.data();
    input.keys = keys_are_memory ? memory.data() : keys.data();
    input.score_vector = additive() ? score_vector.data() : nullptr;
    input.memory = memory.data();
    return input;
  }

  void attend() { attend(0, sequences()); }
  void attend(int64_t begin, int64_t end) {
    const AttendOutput<T> output = {scores.data(), weights.data(), row_constants.data(), context.data()};
    if constexpr (std::is_same_v<T, double>) {
      reference::attend(wired(), output, begin, end);
    } else {
      std::vector<float> scratch(static_cast<size_t>(attend_scratch_size(input.score, input.score_width)),
                                 std::numeric_limits<float>::quiet_NaN());
      kernels::attend(wired(), output, scratch.data(), begin, end);
    }
  }

  // Wants the weights of a forward pass.
  void backward() { backward(0, sequences()); }
  void backward(int64_t begin, int64_t end) {
    AttendGradients<T> gradients;
    gradients.weights = weights.data();
    gradients.d_context = d_context.data();
    gradients.d_weights = own_gradients ? d_weights.data() : nullptr;
    gradients.d_scores = own_gradients ? d_own_scores.data() : nullptr;
    gradients.d_query = d_query.data();
    gradients.d_keys = keys_are_memory ? nullptr : d_keys.data();
    gradients.d_memory = d_memory.data();
    gradients.d_score_vector_parts = additive() ? d_score_vector_parts.data() : nullptr;
    if constexpr (std::is_same_v<T, double>) {
      reference::attend_backward(wired(), gradients, begin, end);
    } else {
      int64_t longest = 0;
      for (int64_t b = begin; b < end; ++b) {
        const size_t at = static_cast<size_t>(b);
        longest = std::max(longest, memory_offsets[at + 1] - memory_offsets[at]);
      }
      std::vector<float> scratch(
          static_cast<size_t>(attend_backward_scratch_size(input.score, input.score_width, longest)),
          std::numeric_limits<float>::quiet_NaN());
      kernels::attend_backward(wired(), gradients, scratch.data(), begin, end);
    }
  }

  // A loss that every output enters: Σ context·d_context + weights·d_weights + scores·d_own_scores.
  double loss() {
    attend();
    double sum = 0;
    for (size_t k = 0; k < context.size(); ++k) sum += context[k] * d_context[k];
    for (size_t k = 0; k < weights.size(); ++k) sum += weights[k] * d_weights[k] + scores[k] * d_own_scores[k];
    return sum;
  }

  static std::vector<T> numbers(int64_t size, uint64_t step, double reach) {
    const uint64_t base = stream_base({31, Purpose::kTest, step});
    std::vector<T> values;
    for (int64_t i = 0; i < size; ++i) {
      // Through float, so that both types hold the same numbers.
      values.push_back(static_cast<float>(reach * (2 * uniform(base, static_cast<uint64_t>(i)) - 1)));
    }
    return values;
  }
  static std::vector<T> nothing(int64_t size) {
    return std::vector<T>(static_cast<size_t>(size), std::numeric_limits<T>::quiet_NaN());
  }

  std::vector<int64_t> query_offsets = {0}, memory_offsets = {0}, weight_offsets = {0};
  bool keys_are_memory = false, own_gradients = true;
  std::vector<T> query, keys, score_vector, memory, d_context, d_weights, d_own_scores;
  std::vector<T> scores, weights, row_constants, context;
  std::vector<T> d_query, d_keys, d_memory, d_score_vector_parts;
  AttendInput<T> input;
};

// Every score with every normaliser, for parameterised tests.
struct Form {
  Score score;
  Normaliser normaliser;
};
inline const Form kForms[] = {
    {Score::kAdditive, Normaliser::kSoftmax},  {Score::kAdditive, Normaliser::kSparsemax},
    {Score::kAdditive, Normaliser::kEntmax15}, {Score::kDot, Normaliser::kSoftmax},
    {Score::kDot, Normaliser::kSparsemax},     {Score::kDot, Normaliser::kEntmax15},
};
inline std::string name_of(const Form& form) {
  const char* const normalisers[] = {"Softmax", "Sparsemax", "Entmax15"};
  return std::string(form.score == Score::kAdditive ? "Additive" : "Dot") +
         normalisers[static_cast<int>(form.normaliser)];
}

}  // namespace fovea::kernels
