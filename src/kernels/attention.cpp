// The door of the fast attention: checks what only a bug could break, then hands on to kernels/simd/.
#include "kernels/attention.h"

#include "base/errors.h"
#include "kernels/simd/attention.h"

namespace fovea::kernels {
namespace {

void check(const AttendInput<float>& input, int64_t begin, int64_t end) {
  FOVEA_CHECK(input.memory_width >= 0 && input.score_width >= 0, "memory width", input.memory_width, "score width",
              input.score_width);
  FOVEA_CHECK(input.keys != input.memory || input.score_width == input.memory_width || input.memory == nullptr,
              "keys are the memory, but A is", input.score_width, "and D", input.memory_width);
  FOVEA_CHECK(0 <= begin && begin <= end, "sequences", begin, end);
  for (int64_t b = begin; b < end; ++b) {
    const int64_t queries = input.query_offsets[b + 1] - input.query_offsets[b];
    const int64_t rows = input.memory_offsets[b + 1] - input.memory_offsets[b];
    FOVEA_CHECK(queries >= 0 && rows >= 0, "offsets decrease at sequence", b);
    FOVEA_CHECK(input.weight_offsets[b + 1] - input.weight_offsets[b] == queries * rows, "weight offsets at sequence",
                b);
  }
}

}  // namespace

int64_t attend_scratch_size(Score score, int64_t score_width) {
  return simd::attend_scratch_size(score, score_width);
}

int64_t attend_backward_scratch_size(Score score, int64_t score_width, int64_t longest_memory) {
  return simd::attend_backward_scratch_size(score, score_width, longest_memory);
}

void attend(const AttendInput<float>& input, const AttendOutput<float>& output, float* scratch, int64_t begin,
            int64_t end) {
  check(input, begin, end);
  simd::attend(input, output, scratch, begin, end);
}

void attend_backward(const AttendInput<float>& input, const AttendGradients<float>& gradients, float* scratch,
                     int64_t begin, int64_t end) {
  check(input, begin, end);
  FOVEA_CHECK(gradients.d_keys || (input.score == Score::kDot && input.score_width == input.memory_width),
              "no place for the gradient of the keys");
  simd::attend_backward(input, gradients, scratch, begin, end);
}

void weighted_sum(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                  float* context) {
  FOVEA_CHECK(queries >= 0 && rows >= 0 && memory_width >= 0, queries, rows, memory_width);
  simd::weighted_sum(weights, memory, queries, rows, memory_width, context);
}

void sum_score_vector_parts(const float* parts, int64_t sequences, int64_t score_width, float* d_score_vector) {
  for (int64_t a = 0; a < score_width; ++a) d_score_vector[a] = 0;
  for (int64_t b = 0; b < sequences; ++b) {
    for (int64_t a = 0; a < score_width; ++a) d_score_vector[a] += parts[b * score_width + a];
  }
}

}  // namespace fovea::kernels
