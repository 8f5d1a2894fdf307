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
  AttentionCase(Score score, Normaliser normaliser, const Lengths& lengths, int64_t D, int64_t A, double size = 1,
                int64_t heads = 1) {
    for (size_t b = 0; b < lengths.rows.size(); ++b) {
      query_offsets.push_back(query_offsets.back() + lengths.queries[b]);
      memory_offsets.push_back(memory_offsets.back() + lengths.rows[b]);
      weight_offsets.push_back(weight_offsets.back() + lengths.queries[b] * lengths.rows[b]);
    }
    const int64_t M = query_offsets.back(), N = memory_offsets.back(), W = weight_offsets.back();
    query = numbers(M * A, 2, 2 * size), keys = numbers(N * A, 3, 2 * size), score_vector = numbers(A, 4, 2);
    memory = numbers(N * D, 1, 2);
    d_context = numbers(M * D, 5, 1);
    d_weights = numbers(heads * W, 6, 1), d_own_scores = numbers(heads * W, 7, 1);
    scores = weights = nothing(heads * W), row_constants = nothing(heads * M), context = nothing(M * D);
    d_query = nothing(M * A), d_keys = nothing(N * A), d_memory = nothing(N * D);
    d_score_vector_parts = nothing(sequences() * A);
    input.score = score;
    input.normaliser = normaliser;
    input.scale = score == Score::kDot ? static_cast<T>(0.7) : 1;
    input.memory_width = D;
    input.score_width = A;
    input.heads = heads;
  }

  // Each query sees a range of its own: nothing, one row, all, or something between.
  void see_ranges() {
    const uint64_t base = stream_base({37, Purpose::kTest, 1});
    uint64_t draw = 0;
    for (size_t b = 0; b + 1 < memory_offsets.size(); ++b) {
      const int64_t rows = memory_offsets[b + 1] - memory_offsets[b];
      for (int64_t q = query_offsets[b]; q < query_offsets[b + 1]; ++q) {
        const double first = uniform(base, draw++), last = uniform(base, draw++);
        int64_t from = static_cast<int64_t>(first * static_cast<double>(rows + 1));
        int64_t to = static_cast<int64_t>(last * static_cast<double>(rows + 1));
        if (q % 5 == 3) from = 0, to = rows;
        if (q % 7 == 2) to = from;
        visible.push_back(std::min(from, to)), visible.push_back(std::max(from, to));
      }
    }
  }
  // Query i sees rows 0 … i.
  void see_causally() {
    for (size_t b = 0; b + 1 < memory_offsets.size(); ++b) {
      for (int64_t q = query_offsets[b]; q < query_offsets[b + 1]; ++q) {
        visible.push_back(0);
        visible.push_back(std::min(q - query_offsets[b] + 1, memory_offsets[b + 1] - memory_offsets[b]));
      }
    }
  }

  int64_t sequences() const { return static_cast<int64_t>(memory_offsets.size()) - 1; }
  bool additive() const { return input.score == Score::kAdditive; }

  const AttendInput<T>& wired() {
    input.query_offsets = query_offsets.data();
    input.memory_offsets = memory_offsets.data();
    input.weight_offsets = weight_offsets.data();
    input.visible = visible.empty() ? nullptr : visible.data();
    input.query = query.data();
    input.keys = keys_are_memory ? memory.data() : keys.data();
    input.score_vector = additive() ? score_vector.data() : nullptr;
    input.memory = memory.data();
    return input;
  }

  // All queries of sequences [begin, end) as units of at most `most` queries; each is a part for the way back.
  std::vector<AttendUnit> units(int64_t begin, int64_t end, int64_t most) const {
    std::vector<AttendUnit> all;
    for (int64_t b = begin; b < end; ++b) {
      const size_t number = static_cast<size_t>(b);
      const int64_t queries = query_offsets[number + 1] - query_offsets[number];
      for (int64_t head = 0; head < input.heads; ++head) {
        int64_t first = 0, part = 0;
        do {
          all.push_back({b, head, first, std::min(most, queries - first), part++});
          first += most;
        } while (first < queries);
      }
    }
    return all;
  }

  AttendOutput<T> output() {
    AttendOutput<T> places;
    places.scores = scores.data();
    places.weights = keeps_weights ? weights.data() : nullptr;
    places.row_constants = row_constants.data();
    places.context = context.data();
    return places;
  }

  void attend() { attend(0, sequences()); }
  void attend(int64_t begin, int64_t end) {
    if constexpr (std::is_same_v<T, double>) {
      reference::attend(wired(), output(), begin, end);
    } else {
      const std::vector<AttendUnit> work = units(begin, end, unit_queries);
      const int64_t count = static_cast<int64_t>(work.size());
      std::vector<float> scratch(static_cast<size_t>(attend_scratch_size(wired(), keeps_weights, work.data(), count)),
                                 std::numeric_limits<float>::quiet_NaN());
      kernels::attend(wired(), output(), scratch.data(), work.data(), count);
    }
  }

  // Wants the weights of a forward pass.
  void backward() { backward(0, sequences()); }
  void backward(int64_t begin, int64_t end) {
    if constexpr (std::is_same_v<T, double>) {
      reference::attend_backward(wired(), gradients(), begin, end);
    } else {
      backward_of_units(gradients(), units(begin, end, unit_queries));
    }
  }

  AttendGradients<T> gradients() {
    AttendGradients<T> gradients;
    gradients.weights = keeps_weights ? weights.data() : nullptr;
    gradients.d_context = d_context.data();
    gradients.d_weights = own_gradients ? d_weights.data() : nullptr;
    gradients.d_scores = own_gradients ? d_own_scores.data() : nullptr;
    gradients.d_query = d_query.data();
    gradients.d_keys = keys_are_memory ? nullptr : d_keys.data();
    gradients.d_memory = d_memory.data();
    gradients.d_score_vector_parts = additive() ? d_score_vector_parts.data() : nullptr;
    return gradients;
  }

  // Parts of their own sums are added up here, as who calls the kernels does.
  void backward_of_units(AttendGradients<T> gradients, const std::vector<AttendUnit>& work) {
    const size_t N = static_cast<size_t>(memory_offsets.back()), A = static_cast<size_t>(input.score_width);
    const int64_t count = static_cast<int64_t>(work.size());
    for (const AttendUnit& unit : work) gradients.parts = std::max(gradients.parts, unit.part + 1);
    const size_t parts = static_cast<size_t>(gradients.parts);
    gradients.memory_rows = memory_offsets.back();
    std::vector<T> key_parts((parts - 1) * d_keys.size()), memory_parts((parts - 1) * d_memory.size());
    std::vector<T> vector_parts(parts * static_cast<size_t>(sequences()) * A);
    if (gradients.d_keys) gradients.d_keys_parts = key_parts.data();
    gradients.d_memory_parts = memory_parts.data();
    if (parts > 1 && additive()) gradients.d_score_vector_parts = vector_parts.data();
    std::vector<float> scratch(
        static_cast<size_t>(attend_backward_scratch_size(wired(), keeps_weights, work.data(), count)),
        std::numeric_limits<float>::quiet_NaN());
    kernels::attend_backward(wired(), gradients, scratch.data(), work.data(), count);
    for (size_t p = 0; p + 1 < parts; ++p) {
      for (size_t k = 0; k < d_memory.size(); ++k) d_memory[k] += memory_parts[p * d_memory.size() + k];
      for (size_t k = 0; gradients.d_keys && k < N * A; ++k) d_keys[k] += key_parts[p * N * A + k];
    }
    if (parts == 1 || !additive()) return;
    for (size_t k = 0; k < d_score_vector_parts.size(); ++k) {
      d_score_vector_parts[k] = 0;
      for (size_t p = 0; p < parts; ++p) d_score_vector_parts[k] += vector_parts[(k / A * parts + p) * A + k % A];
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
  std::vector<int64_t> visible;
  bool keys_are_memory = false, own_gradients = true, keeps_weights = true;
  int64_t unit_queries = 1 << 20;  // of a unit at most
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
