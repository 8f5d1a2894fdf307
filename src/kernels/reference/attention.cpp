// One sequence, one query at a time: scores, weights, weighted sum; and the same backwards. Thresholds by sorting.
#include "kernels/reference/attention.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/errors.h"

namespace fovea::kernels::reference {
namespace {

double dot(const double* a, const double* b, int64_t size) {
  double sum = 0;
  for (int64_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

// out += factor · row
void add(double factor, const double* row, int64_t size, double* out) {
  for (int64_t i = 0; i < size; ++i) out[i] += factor * row[i];
}

double score_of(const AttendInput<double>& input, const double* query, const double* key) {
  if (input.score == Score::kDot) return input.scale * dot(key, query, input.score_width);
  double score = 0;
  for (int64_t a = 0; a < input.score_width; ++a) score += input.score_vector[a] * std::tanh(key[a] + query[a]);
  return score;
}

// The largest score is taken off first, so that exp cannot overflow; it cancels in the quotient.
double softmax(const double* scores, int64_t size, double* weights) {
  const double largest = *std::max_element(scores, scores + size);
  double total = 0;
  for (int64_t i = 0; i < size; ++i) {
    weights[i] = std::exp(scores[i] - largest);
    total += weights[i];
  }
  for (int64_t i = 0; i < size; ++i) weights[i] /= total;
  return largest + std::log(total);
}

// The threshold over the k largest is (Σ s − 1) / k; the support is the largest k whose k-th score lies above it.
double sparsemax(const double* scores, int64_t size, double* weights) {
  std::vector<double> sorted(scores, scores + size);
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double sum = 0, threshold = 0;
  for (size_t k = 1; k <= sorted.size(); ++k) {
    sum += sorted[k - 1] - sorted[0];  // relative to the largest, so that huge scores keep their differences
    const double candidate = (sum - 1) / static_cast<double>(k);
    if (sorted[k - 1] - sorted[0] > candidate) threshold = candidate;
  }
  const double largest = sorted[0];
  for (int64_t i = 0; i < size; ++i) weights[i] = std::max(scores[i] - largest - threshold, 0.0);
  return largest + threshold;
}

// With z = s/2: Σ over the k largest of (z − τ)² = 1 has the left root τ = mean − √((1 − Σ(z − mean)²) / k).
double entmax15(const double* scores, int64_t size, double* weights) {
  std::vector<double> sorted(scores, scores + size);
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const double largest = sorted[0];
  double sum = 0, squares = 0, threshold = 0;
  for (size_t k = 1; k <= sorted.size(); ++k) {
    const double z = (sorted[k - 1] - largest) / 2, count = static_cast<double>(k);
    sum += z;
    squares += z * z;
    const double mean = sum / count, room = (1 - (squares - sum * mean)) / count;
    if (room < 0) break;
    const double candidate = mean - std::sqrt(room);
    if (z > candidate) threshold = candidate;
  }
  for (int64_t i = 0; i < size; ++i) {
    const double root = std::max((scores[i] - largest) / 2 - threshold, 0.0);
    weights[i] = root * root;
  }
  return largest / 2 + threshold;
}

// Checks what every row of a sequence relies on, and names the sequence's parts.
struct Sequence {
  template <typename Input>
  Sequence(const Input& input, int64_t b)
      : first_query(input.query_offsets[b]),
        queries(input.query_offsets[b + 1] - first_query),
        first_row(input.memory_offsets[b]),
        rows(input.memory_offsets[b + 1] - first_row),
        first_weight(input.weight_offsets[b]) {
    FOVEA_CHECK(queries >= 0 && rows >= 0, "offsets decrease at sequence", b);
    FOVEA_CHECK(input.weight_offsets[b + 1] - first_weight == queries * rows, "weight offsets at sequence", b);
  }
  int64_t first_query, queries, first_row, rows, first_weight;
};

void check(const AttendInput<double>& input, int64_t begin, int64_t end) {
  FOVEA_CHECK(input.memory_width >= 0 && input.score_width >= 0, "memory width", input.memory_width, "score width",
              input.score_width);
  FOVEA_CHECK(input.keys != input.memory || input.score_width == input.memory_width || input.memory == nullptr,
              "keys are the memory, but A is", input.score_width, "and D", input.memory_width);
  FOVEA_CHECK(0 <= begin && begin <= end, "sequences", begin, end);
}

// s = scale·(k·q):      d_q += d_s·scale·k      d_k += d_s·scale·q
// s = v·tanh(k + q):    d_q += d_s·v∘(1 − t²)   d_k likewise   d_v += d_s·t, with t = tanh(k + q)
void score_backward(const AttendInput<double>& input, const double* query, const double* key, double d_score,
                    double* d_query, double* d_key, double* d_score_vector) {
  const int64_t A = input.score_width;
  if (input.score == Score::kDot) {
    add(d_score * input.scale, key, A, d_query);
    add(d_score * input.scale, query, A, d_key);
    return;
  }
  for (int64_t a = 0; a < A; ++a) {
    const double t = std::tanh(key[a] + query[a]);
    const double d_sum = d_score * input.score_vector[a] * (1 - t * t);
    d_query[a] += d_sum;
    d_key[a] += d_sum;
    d_score_vector[a] += d_score * t;
  }
}

}  // namespace

double normalise(Normaliser normaliser, const double* scores, int64_t size, double* weights) {
  if (normaliser == Normaliser::kSparsemax) return sparsemax(scores, size, weights);
  if (normaliser == Normaliser::kEntmax15) return entmax15(scores, size, weights);
  return softmax(scores, size, weights);
}

// With u = w (softmax), [w > 0] (sparsemax), √w (1.5-entmax), all three Jacobians are diag(u) − u uᵀ / Σu.
void normalise_backward(Normaliser normaliser, const double* weights, const double* d_weights, int64_t size,
                        double* d_scores) {
  const auto u = [&](int64_t i) {
    if (normaliser == Normaliser::kSparsemax) return weights[i] > 0 ? 1.0 : 0.0;
    return normaliser == Normaliser::kEntmax15 ? std::sqrt(weights[i]) : weights[i];
  };
  double total = 0, product = 0;
  for (int64_t i = 0; i < size; ++i) {
    total += u(i);
    product += u(i) * d_weights[i];
  }
  for (int64_t i = 0; i < size; ++i) d_scores[i] = u(i) * (d_weights[i] - product / total);
}

void attend(const AttendInput<double>& input, const AttendOutput<double>& output, int64_t begin, int64_t end) {
  check(input, begin, end);
  const int64_t D = input.memory_width, A = input.score_width;
  for (int64_t b = begin; b < end; ++b) {
    const Sequence at(input, b);
    for (int64_t r = 0; r < at.queries; ++r) {
      const int64_t query = at.first_query + r;
      double* context = output.context + query * D;
      std::fill(context, context + D, 0.0);
      if (output.row_constants) output.row_constants[query] = 0;
      if (at.rows == 0) continue;

      double* weights = output.weights + at.first_weight + r * at.rows;
      for (int64_t i = 0; i < at.rows; ++i) {
        weights[i] = score_of(input, input.query + query * A, input.keys + (at.first_row + i) * A);
      }
      if (output.scores) std::copy(weights, weights + at.rows, output.scores + at.first_weight + r * at.rows);
      const double constant = normalise(input.normaliser, weights, at.rows, weights);
      if (output.row_constants) output.row_constants[query] = constant;
      for (int64_t i = 0; i < at.rows; ++i) add(weights[i], input.memory + (at.first_row + i) * D, D, context);
    }
  }
}

void attend_backward(const AttendInput<double>& input, const AttendGradients<double>& gradients, int64_t begin,
                     int64_t end) {
  check(input, begin, end);
  const int64_t D = input.memory_width, A = input.score_width;
  FOVEA_CHECK(gradients.d_keys || (input.score == Score::kDot && A == D), "no place for the gradient of the keys");
  std::vector<double> d_scores, no_vector(static_cast<size_t>(A));
  for (int64_t b = begin; b < end; ++b) {
    const Sequence at(input, b);
    double* d_query = gradients.d_query + at.first_query * A;
    double* d_memory = gradients.d_memory + at.first_row * D;
    double* d_keys = gradients.d_keys ? gradients.d_keys + at.first_row * A : d_memory;
    double* d_vector = gradients.d_score_vector_parts ? gradients.d_score_vector_parts + b * A : no_vector.data();
    std::fill(d_query, d_query + at.queries * A, 0.0);
    std::fill(d_memory, d_memory + at.rows * D, 0.0);
    std::fill(d_keys, d_keys + at.rows * A, 0.0);
    std::fill(d_vector, d_vector + A, 0.0);
    if (at.rows == 0) continue;

    d_scores.resize(static_cast<size_t>(at.rows));
    for (int64_t r = 0; r < at.queries; ++r) {
      const int64_t weight_row = at.first_weight + r * at.rows;
      const double* weights = gradients.weights + weight_row;
      const double* d_context = gradients.d_context + (at.first_query + r) * D;
      // context = Σ w_i m_i:  d_w_i = d_context · m_i,  d_m_i += w_i d_context
      for (int64_t i = 0; i < at.rows; ++i) {
        d_scores[static_cast<size_t>(i)] = dot(d_context, input.memory + (at.first_row + i) * D, D) +
                                           (gradients.d_weights ? gradients.d_weights[weight_row + i] : 0);
        add(weights[i], d_context, D, d_memory + i * D);
      }
      normalise_backward(input.normaliser, weights, d_scores.data(), at.rows, d_scores.data());
      for (int64_t i = 0; i < at.rows; ++i) {
        const double d_score =
            d_scores[static_cast<size_t>(i)] + (gradients.d_scores ? gradients.d_scores[weight_row + i] : 0);
        score_backward(input, input.query + (at.first_query + r) * A, input.keys + (at.first_row + i) * A, d_score,
                       d_query + r * A, d_keys + i * A, d_vector);
      }
    }
  }
}

}  // namespace fovea::kernels::reference
