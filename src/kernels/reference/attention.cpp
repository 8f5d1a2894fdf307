// One sequence at a time: scores, softmax, weighted sum.
#include "kernels/reference/attention.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"

namespace fovea::kernels::reference {
namespace {

double dot(const double* a, const double* b, int64_t size) {
  double sum = 0;
  for (int64_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

double additive_score(const AttendArguments& arguments, const double* row, const double* query) {
  double score = 0;
  for (int64_t a = 0; a < arguments.score_width; ++a) {
    const double* projection_row = arguments.projection + a * arguments.memory_width;
    score += arguments.score_vector[a] * std::tanh(dot(projection_row, row, arguments.memory_width) + query[a]);
  }
  return score;
}

// The largest score is taken off first, so that exp cannot overflow; it cancels in the quotient.
void softmax(const double* scores, int64_t size, double* weights) {
  const double largest = *std::max_element(scores, scores + size);
  double total = 0;
  for (int64_t i = 0; i < size; ++i) {
    weights[i] = std::exp(scores[i] - largest);
    total += weights[i];
  }
  for (int64_t i = 0; i < size; ++i) weights[i] /= total;
}

}  // namespace

void attend(const AttendArguments& arguments, int64_t begin, int64_t end) {
  const int64_t D = arguments.memory_width, A = arguments.score_width;
  FOVEA_CHECK(D >= 0 && A >= 0, "memory width", D, "score width", A);
  FOVEA_CHECK(0 <= begin && begin <= end, "sequences", begin, end);
  FOVEA_CHECK(arguments.score != Score::kDot || A == D, "score width", A, "memory width", D);
  for (int64_t b = begin; b < end; ++b) {
    double* context = arguments.context + b * D;
    std::fill(context, context + D, 0.0);
    const int64_t first = arguments.offsets[b], size = arguments.offsets[b + 1] - first;
    FOVEA_CHECK(size >= 0, "offsets decrease at sequence", b);
    if (size == 0) continue;

    const double* query = arguments.query + b * A;
    for (int64_t i = first; i < first + size; ++i) {
      const double* row = arguments.memory + i * D;
      arguments.scores[i] =
          arguments.score == Score::kAdditive ? additive_score(arguments, row, query) : dot(query, row, D);
    }
    softmax(arguments.scores + first, size, arguments.weights + first);
    for (int64_t i = first; i < first + size; ++i) {
      for (int64_t d = 0; d < D; ++d) context[d] += arguments.weights[i] * arguments.memory[i * D + d];
    }
  }
}

}  // namespace fovea::kernels::reference
