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

// Of `width` features of one head; v are those of the score vector.
double score_of(const AttendInput<double>& input, const double* v, const double* query, const double* key,
                int64_t width) {
  if (input.score == Score::kDot) return input.scale * dot(key, query, width);
  double score = 0;
  for (int64_t a = 0; a < width; ++a) score += v[a] * std::tanh(key[a] + query[a]);
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

// One head of a sequence; checks what every row of it relies on.
struct Head {
  template <typename Input>
  Head(const Input& input, int64_t b, int64_t head)
      : number(head),
        first_query(input.query_offsets[b]),
        queries(input.query_offsets[b + 1] - first_query),
        first_row(input.memory_offsets[b]),
        rows(input.memory_offsets[b + 1] - first_row),
        first_weight(input.heads * input.weight_offsets[b] + head * queries * rows),
        A(input.score_width / input.heads),
        D(input.memory_width / input.heads) {
    FOVEA_CHECK(queries >= 0 && rows >= 0, "offsets decrease at sequence", b);
    FOVEA_CHECK(input.weight_offsets[b + 1] - input.weight_offsets[b] == queries * rows, "weight offsets at sequence",
                b);
  }

  // Where the head's features of a query or of a row begin in arrays of all heads' features.
  int64_t query_place(int64_t r, int64_t width) const { return (first_query + r) * width + number * A; }
  int64_t key_place(int64_t i, int64_t width) const { return (first_row + i) * width + number * A; }
  int64_t context_place(int64_t r, int64_t width) const { return (first_query + r) * width + number * D; }
  int64_t memory_place(int64_t i, int64_t width) const { return (first_row + i) * width + number * D; }

  int64_t number, first_query, queries, first_row, rows, first_weight, A, D;
};

// The rows that a query of a head sees: begin … end - 1.
struct Seen {
  Seen(const AttendInput<double>& input, const Head& head, int64_t r) : begin(0), end(head.rows) {
    if (!input.visible) return;
    begin = input.visible[2 * (head.first_query + r)];
    end = input.visible[2 * (head.first_query + r) + 1];
    FOVEA_CHECK(0 <= begin && begin <= end && end <= head.rows, "query", head.first_query + r, "sees", begin, "to", end,
                "of rows", head.rows);
  }
  int64_t size() const { return end - begin; }

  int64_t begin, end;
};

void check(const AttendInput<double>& input, int64_t begin, int64_t end) {
  FOVEA_CHECK(input.memory_width >= 0 && input.score_width >= 0, "memory width", input.memory_width, "score width",
              input.score_width);
  FOVEA_CHECK(input.heads > 0 && input.memory_width % input.heads == 0 && input.score_width % input.heads == 0, "heads",
              input.heads, "of widths", input.memory_width, input.score_width);
  FOVEA_CHECK(input.keys != input.memory || input.score_width == input.memory_width || input.memory == nullptr,
              "keys are the memory, but A is", input.score_width, "and D", input.memory_width);
  FOVEA_CHECK(0 <= begin && begin <= end, "sequences", begin, end);
}

// The scores of what a query sees, in order.
std::vector<double> scores_of(const AttendInput<double>& input, const Head& head, int64_t r, const Seen& seen) {
  const int64_t A = input.score_width;
  const double* v = input.score_vector ? input.score_vector + head.number * head.A : nullptr;
  std::vector<double> scores;
  for (int64_t i = seen.begin; i < seen.end; ++i) {
    scores.push_back(
        score_of(input, v, input.query + head.query_place(r, A), input.keys + head.key_place(i, A), head.A));
  }
  return scores;
}

// Where a pair of query and key adds to gradients.
struct PairGradients {
  double *d_query, *d_key, *d_score_vector;
};

// s = scale·(k·q):      d_q += d_s·scale·k      d_k += d_s·scale·q
// s = v·tanh(k + q):    d_q += d_s·v∘(1 − t²)   d_k likewise   d_v += d_s·t, with t = tanh(k + q)
void score_backward(const AttendInput<double>& input, const Head& head, const double* query, const double* key,
                    double d_score, const PairGradients& out) {
  if (input.score == Score::kDot) {
    add(d_score * input.scale, key, head.A, out.d_query);
    add(d_score * input.scale, query, head.A, out.d_key);
    return;
  }
  const double* v = input.score_vector + head.number * head.A;
  for (int64_t a = 0; a < head.A; ++a) {
    const double t = std::tanh(key[a] + query[a]);
    const double d_sum = d_score * v[a] * (1 - t * t);
    out.d_query[a] += d_sum;
    out.d_key[a] += d_sum;
    out.d_score_vector[a] += d_score * t;
  }
}

void attend_head(const AttendInput<double>& input, const AttendOutput<double>& output, const Head& head) {
  const int64_t D = input.memory_width;
  for (int64_t r = 0; r < head.queries; ++r) {
    const Seen seen(input, head, r);
    std::vector<double> weights = scores_of(input, head, r, seen);
    const int64_t row = head.first_weight + r * head.rows;
    if (output.scores) {
      std::fill_n(output.scores + row, head.rows, 0.0);
      std::copy(weights.begin(), weights.end(), output.scores + row + seen.begin);
    }
    const double constant =
        weights.empty() ? 0 : normalise(input.normaliser, weights.data(), seen.size(), weights.data());
    if (output.row_constants) output.row_constants[(head.first_query + r) * input.heads + head.number] = constant;
    if (output.weights) {
      std::fill_n(output.weights + row, head.rows, 0.0);
      std::copy(weights.begin(), weights.end(), output.weights + row + seen.begin);
    }
    if (!output.context) continue;
    double* context = output.context + head.context_place(r, D);
    std::fill_n(context, head.D, 0.0);
    for (int64_t i = seen.begin; i < seen.end; ++i) {
      add(weights[static_cast<size_t>(i - seen.begin)], input.memory + head.memory_place(i, D), head.D, context);
    }
  }
}

// Adds to the gradients, which are 0 before.
void backward_head(const AttendInput<double>& input, const AttendGradients<double>& gradients, const Head& head,
                   double* d_keys, double* d_score_vector) {
  const int64_t D = input.memory_width, A = input.score_width;
  for (int64_t r = 0; r < head.queries; ++r) {
    const Seen seen(input, head, r);
    if (seen.size() == 0) continue;
    const int64_t row = head.first_weight + r * head.rows + seen.begin;
    std::vector<double> weights;
    if (gradients.weights) {
      weights.assign(gradients.weights + row, gradients.weights + row + seen.size());
    } else {
      weights = scores_of(input, head, r, seen);
      normalise(input.normaliser, weights.data(), seen.size(), weights.data());
    }
    // context = Σ w_i m_i:  d_w_i = d_context · m_i,  d_m_i += w_i d_context
    const double* d_context = gradients.d_context + head.context_place(r, D);
    std::vector<double> d_scores(weights.size());
    for (size_t i = 0; i < weights.size(); ++i) {
      const int64_t memory = head.memory_place(seen.begin + static_cast<int64_t>(i), D);
      d_scores[i] = dot(d_context, input.memory + memory, head.D) +
                    (gradients.d_weights ? gradients.d_weights[row + static_cast<int64_t>(i)] : 0);
      add(weights[i], d_context, head.D, gradients.d_memory + memory);
    }
    normalise_backward(input.normaliser, weights.data(), d_scores.data(), seen.size(), d_scores.data());
    for (size_t i = 0; i < weights.size(); ++i) {
      const int64_t key = head.key_place(seen.begin + static_cast<int64_t>(i), A), query = head.query_place(r, A);
      const double d_score = d_scores[i] + (gradients.d_scores ? gradients.d_scores[row + static_cast<int64_t>(i)] : 0);
      score_backward(input, head, input.query + query, input.keys + key, d_score,
                     {gradients.d_query + query, d_keys + key, d_score_vector});
    }
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
  for (int64_t b = begin; b < end; ++b) {
    for (int64_t head = 0; head < input.heads; ++head) attend_head(input, output, Head(input, b, head));
  }
}

void attend_backward(const AttendInput<double>& input, const AttendGradients<double>& gradients, int64_t begin,
                     int64_t end) {
  check(input, begin, end);
  const int64_t D = input.memory_width, A = input.score_width;
  FOVEA_CHECK(gradients.d_keys || (input.score == Score::kDot && A == D), "no place for the gradient of the keys");
  std::vector<double> no_vector(static_cast<size_t>(A));
  for (int64_t b = begin; b < end; ++b) {
    const Head whole(input, b, 0);
    double* d_vector = gradients.d_score_vector_parts ? gradients.d_score_vector_parts + b * A : no_vector.data();
    std::fill_n(gradients.d_query + whole.first_query * A, whole.queries * A, 0.0);
    std::fill_n(gradients.d_memory + whole.first_row * D, whole.rows * D, 0.0);
    if (gradients.d_keys) std::fill_n(gradients.d_keys + whole.first_row * A, whole.rows * A, 0.0);
    std::fill_n(d_vector, A, 0.0);
    double* d_keys = gradients.d_keys ? gradients.d_keys : gradients.d_memory;
    for (int64_t head = 0; head < input.heads; ++head) {
      backward_head(input, gradients, Head(input, b, head), d_keys, d_vector + head * (A / input.heads));
    }
  }
}

}  // namespace fovea::kernels::reference
