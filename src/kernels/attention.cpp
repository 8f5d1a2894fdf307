// The door of the fast attention: checks what only a bug could break, then hands on to kernels/simd/.
#include "kernels/attention.h"

#include "base/errors.h"
#include "kernels/simd/attention.h"

namespace fovea::kernels {
namespace {

void check_unit(const AttendInput<float>& input, const AttendUnit& unit) {
  const int64_t b = unit.sequence;
  const int64_t queries = input.query_offsets[b + 1] - input.query_offsets[b];
  const int64_t rows = input.memory_offsets[b + 1] - input.memory_offsets[b];
  FOVEA_CHECK(queries >= 0 && rows >= 0, "offsets decrease at sequence", b);
  FOVEA_CHECK(input.weight_offsets[b + 1] - input.weight_offsets[b] == queries * rows, "weight offsets at sequence", b);
  FOVEA_CHECK(0 <= unit.head && unit.head < input.heads, "head", unit.head, "of", input.heads);
  const int64_t end = unit.first + unit.queries;
  FOVEA_CHECK(0 <= unit.first && 0 <= unit.queries && end <= queries && unit.first % kTileQueries == 0 &&
                  (end == queries || end % kTileQueries == 0),
              "queries", unit.first, "to", end, "of", queries);
  for (int64_t q = input.query_offsets[b] + unit.first; input.visible && q < input.query_offsets[b] + end; ++q) {
    const int64_t from = input.visible[2 * q], to = input.visible[2 * q + 1];
    FOVEA_CHECK(0 <= from && from <= to && to <= rows, "query", q, "sees", from, "to", to, "of rows", rows);
  }
}

void check(const AttendInput<float>& input, const AttendUnit* units, int64_t count) {
  FOVEA_CHECK(input.memory_width >= 0 && input.score_width >= 0, "memory width", input.memory_width, "score width",
              input.score_width);
  FOVEA_CHECK(input.heads > 0 && input.memory_width % input.heads == 0 && input.score_width % input.heads == 0, "heads",
              input.heads, "of widths", input.memory_width, input.score_width);
  FOVEA_CHECK(input.keys != input.memory || input.score_width == input.memory_width || input.memory == nullptr,
              "keys are the memory, but A is", input.score_width, "and D", input.memory_width);
  FOVEA_CHECK(count >= 0, "units", count);
  for (int64_t i = 0; i < count; ++i) check_unit(input, units[i]);
}

}  // namespace

int64_t attend_scratch_size(const AttendInput<float>& input, bool with_weights, const AttendUnit* units,
                            int64_t count) {
  return simd::attend_scratch_size(input, with_weights, units, count);
}

int64_t attend_backward_scratch_size(const AttendInput<float>& input, bool with_weights, const AttendUnit* units,
                                     int64_t count) {
  return simd::attend_backward_scratch_size(input, with_weights, units, count);
}

void attend(const AttendInput<float>& input, const AttendOutput<float>& output, float* scratch, const AttendUnit* units,
            int64_t count) {
  check(input, units, count);
  simd::attend(input, output, scratch, units, count);
}

void attend_backward(const AttendInput<float>& input, const AttendGradients<float>& gradients, float* scratch,
                     const AttendUnit* units, int64_t count) {
  check(input, units, count);
  FOVEA_CHECK(gradients.d_keys || (input.score == Score::kDot && input.score_width == input.memory_width),
              "no place for the gradient of the keys");
  for (int64_t i = 0; i < count; ++i) {
    FOVEA_CHECK(0 <= units[i].part && units[i].part < gradients.parts, "part", units[i].part, "of", gradients.parts);
  }
  simd::attend_backward(input, gradients, scratch, units, count);
}

void weighted_sum(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                  float* context) {
  FOVEA_CHECK(queries >= 0 && rows >= 0 && memory_width >= 0, queries, rows, memory_width);
  simd::weighted_sum(weights, memory, queries, rows, memory_width, context);
}

void sum_score_vector_parts(const float* parts, int64_t rows, int64_t score_width, float* d_score_vector) {
  for (int64_t a = 0; a < score_width; ++a) d_score_vector[a] = 0;
  for (int64_t b = 0; b < rows; ++b) {
    for (int64_t a = 0; a < score_width; ++a) d_score_vector[a] += parts[b * score_width + a];
  }
}

}  // namespace fovea::kernels
