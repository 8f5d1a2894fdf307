// Times attention forward and backward, and beside it, in turns within one run, a plain composite that materialises the
// [queries, rows, A] tensor; on one thread and on two; medians and quartiles. Not a test: agreement is
// tests/kernels/simd/.
//   bench_attention [repeats]        FOVEA_ISA=avx2 bench_attention
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "kernels/attention.h"
#include "kernels/dispatch.h"

namespace {

using fovea::kernels::AttendGradients;
using fovea::kernels::AttendInput;
using fovea::kernels::AttendOutput;
using fovea::kernels::Score;
using Floats = std::vector<float>;

struct Case {
  const char* name;
  Score score;
  int64_t sequences, queries, shortest, longest, memory_width, score_width;
  bool with_peer;
};

// Distinct numbers within ±1.
Floats numbers(int64_t size, double start) {
  Floats values(static_cast<size_t>(size));
  for (size_t k = 0; k < values.size(); ++k)
    values[k] = static_cast<float>(std::sin(start + 0.7 * static_cast<double>(k)));
  return values;
}

struct Problem {
  explicit Problem(const Case& given) : c(given) {
    for (int64_t b = 0; b < c.sequences; ++b) {
      const int64_t rows = c.shortest + (c.longest - c.shortest) * ((b * 37) % c.sequences) / c.sequences;
      query_offsets.push_back(query_offsets.back() + c.queries);
      memory_offsets.push_back(memory_offsets.back() + rows);
      weight_offsets.push_back(weight_offsets.back() + c.queries * rows);
    }
    const int64_t M = query_offsets.back(), N = memory_offsets.back(), W = weight_offsets.back();
    const int64_t D = c.memory_width, A = c.score_width;
    query = numbers(M * A, 0.1), keys = numbers(N * A, 0.2), v = numbers(A, 0.3), memory = numbers(N * D, 0.4);
    d_context = numbers(M * D, 0.5);
    weights = Floats(static_cast<size_t>(W)), constants = Floats(static_cast<size_t>(M)), context = d_context;
    d_query = query, d_keys = keys, d_memory = memory, d_v_parts = Floats(static_cast<size_t>(c.sequences * A)),
    d_v = v;
    input.score = c.score;
    input.memory_width = D, input.score_width = A;
    input.query_offsets = query_offsets.data(), input.memory_offsets = memory_offsets.data();
    input.weight_offsets = weight_offsets.data();
    input.query = query.data(), input.keys = keys.data(), input.memory = memory.data();
    if (c.score == Score::kAdditive) input.score_vector = v.data();
    output.weights = weights.data(), output.row_constants = constants.data(), output.context = context.data();
    gradients.weights = weights.data(), gradients.d_context = d_context.data();
    gradients.d_query = d_query.data(), gradients.d_keys = d_keys.data(), gradients.d_memory = d_memory.data();
    gradients.d_score_vector_parts = d_v_parts.data();
    for (int64_t b = 0; b < c.sequences; ++b) units.push_back({b, 0, 0, c.queries});
    const int64_t size = std::max(attend_scratch_size(input, true, units.data(), c.sequences),
                                  attend_backward_scratch_size(input, true, units.data(), c.sequences));
    scratch = {Floats(static_cast<size_t>(size)), Floats(static_cast<size_t>(size))};
  }

  // Runs part(thread, begin, end) on equal shares of the sequences.
  void split(int threads, const std::function<void(int, int64_t, int64_t)>& part) const {
    if (threads == 1) return part(0, 0, c.sequences);
    std::thread other([&] { part(1, c.sequences / 2, c.sequences); });
    part(0, 0, c.sequences / 2);
    other.join();
  }

  void forward(int threads) {
    split(threads, [&](int t, int64_t begin, int64_t end) {
      fovea::kernels::attend(input, output, scratch[static_cast<size_t>(t)].data(), units.data() + begin, end - begin);
    });
  }
  void backward(int threads) {
    split(threads, [&](int t, int64_t begin, int64_t end) {
      fovea::kernels::attend_backward(input, gradients, scratch[static_cast<size_t>(t)].data(), units.data() + begin,
                                      end - begin);
    });
    fovea::kernels::sum_score_vector_parts(d_v_parts.data(), c.sequences, c.score_width, d_v.data());
  }

  Case c;
  std::vector<int64_t> query_offsets = {0}, memory_offsets = {0}, weight_offsets = {0};
  Floats query, keys, v, memory, d_context, weights, constants, context, d_query, d_keys, d_memory, d_v_parts, d_v;
  std::vector<Floats> scratch;
  std::vector<fovea::kernels::AttendUnit> units;
  AttendInput<float> input;
  AttendOutput<float> output;
  AttendGradients<float> gradients;
};

// The composite: tanh(k + q) of the whole batch in memory, one operation after the other, as a library without a fused
// form runs it (but without its padding, and with the gradient written by hand).
struct Composite {
  explicit Composite(const Problem& given)
      : p(given),
        tanhs(p.weights.size() * static_cast<size_t>(p.c.score_width)),
        d_tanhs(tanhs),
        weights(p.weights),
        d_scores(p.weights),
        context(p.context),
        d_query(p.query),
        d_keys(p.keys),
        d_memory(p.memory),
        d_v(p.d_v_parts) {}

  template <typename Body>
  void each(int64_t begin, int64_t end, Body body) const {
    for (int64_t b = begin; b < end; ++b) {
      const int64_t rows = p.memory_offsets[static_cast<size_t>(b + 1)] - p.memory_offsets[static_cast<size_t>(b)];
      for (int64_t r = 0; r < p.c.queries; ++r) {
        body(b, b * p.c.queries + r, p.memory_offsets[static_cast<size_t>(b)], rows,
             p.weight_offsets[static_cast<size_t>(b)] + r * rows);
      }
    }
  }

  void forward(int threads) {
    const int64_t A = p.c.score_width, D = p.c.memory_width;
    p.split(threads, [&](int, int64_t begin, int64_t end) {
      each(begin, end, [&](int64_t, int64_t q, int64_t row, int64_t rows, int64_t w) {
        for (int64_t i = 0; i < rows; ++i) {
          for (int64_t a = 0; a < A; ++a) {
            tanhs[static_cast<size_t>((w + i) * A + a)] =
                std::tanh(p.input.keys[(row + i) * A + a] + p.input.query[q * A + a]);
          }
        }
      });
      each(begin, end, [&](int64_t, int64_t q, int64_t row, int64_t rows, int64_t w) {
        float* weight = weights.data() + w;
        float largest = -INFINITY, total = 0;
        for (int64_t i = 0; i < rows; ++i) {
          const float* t = tanhs.data() + (w + i) * A;
          float score = 0;
          for (int64_t a = 0; a < A; ++a) score += p.v[static_cast<size_t>(a)] * t[a];
          weight[i] = score;
          largest = std::max(largest, score);
        }
        for (int64_t i = 0; i < rows; ++i) total += weight[i] = std::exp(weight[i] - largest);
        std::fill_n(context.data() + q * D, D, 0.0f);
        for (int64_t i = 0; i < rows; ++i) {
          weight[i] /= total;
          for (int64_t k = 0; k < D; ++k)
            context[static_cast<size_t>(q * D + k)] += weight[i] * p.input.memory[(row + i) * D + k];
        }
      });
    });
  }

  void backward(int threads) {
    const int64_t A = p.c.score_width, D = p.c.memory_width;
    std::fill(d_memory.begin(), d_memory.end(), 0.0f), std::fill(d_keys.begin(), d_keys.end(), 0.0f);
    std::fill(d_query.begin(), d_query.end(), 0.0f), std::fill(d_v.begin(), d_v.end(), 0.0f);
    p.split(threads, [&](int, int64_t begin, int64_t end) {
      each(begin, end, [&](int64_t, int64_t q, int64_t row, int64_t rows, int64_t w) {
        const float* d_context = p.d_context.data() + q * D;
        float mean = 0;
        for (int64_t i = 0; i < rows; ++i) {
          float d_weight = 0;
          for (int64_t k = 0; k < D; ++k) d_weight += d_context[k] * p.input.memory[(row + i) * D + k];
          for (int64_t k = 0; k < D; ++k)
            d_memory[static_cast<size_t>((row + i) * D + k)] += weights[static_cast<size_t>(w + i)] * d_context[k];
          d_scores[static_cast<size_t>(w + i)] = d_weight;
          mean += weights[static_cast<size_t>(w + i)] * d_weight;
        }
        for (int64_t i = 0; i < rows; ++i) {
          float& g = d_scores[static_cast<size_t>(w + i)];
          g = weights[static_cast<size_t>(w + i)] * (g - mean);
        }
      });
      each(begin, end, [&](int64_t b, int64_t, int64_t, int64_t rows, int64_t w) {
        for (int64_t i = 0; i < rows; ++i) {
          const float g = d_scores[static_cast<size_t>(w + i)];
          for (int64_t a = 0; a < A; ++a) {
            const size_t k = static_cast<size_t>((w + i) * A + a);
            d_tanhs[k] = g * p.v[static_cast<size_t>(a)] * (1 - tanhs[k] * tanhs[k]);
            d_v[static_cast<size_t>(b * A + a)] += g * tanhs[k];
          }
        }
      });
      each(begin, end, [&](int64_t, int64_t q, int64_t row, int64_t rows, int64_t w) {
        for (int64_t i = 0; i < rows; ++i) {
          for (int64_t a = 0; a < A; ++a) {
            const float d = d_tanhs[static_cast<size_t>((w + i) * A + a)];
            d_query[static_cast<size_t>(q * A + a)] += d;
            d_keys[static_cast<size_t>((row + i) * A + a)] += d;
          }
        }
      });
    });
  }

  const Problem& p;
  Floats tanhs, d_tanhs, weights, d_scores, context, d_query, d_keys, d_memory, d_v;
};

double milliseconds(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

void report(const char* what, int threads, const std::vector<double>& times, int64_t elements) {
  const double middle = quantile(times, 0.5);
  std::printf("  %-22s %d thread%s %9.3f ms  (quartiles %.3f … %.3f)  %7.3f G elements/s\n", what, threads,
              threads == 1 ? " " : "s", middle, quantile(times, 0.25), quantile(times, 0.75),
              static_cast<double>(elements) / middle / 1e6);
}

void run(const Case& c, int repeats) {
  Problem problem(c);
  Composite composite(problem);
  const int64_t elements = problem.weight_offsets.back() * c.score_width;
  std::printf("%s: %lld weights, %lld elements\n", c.name, static_cast<long long>(problem.weight_offsets.back()),
              static_cast<long long>(elements));
  for (const int threads : {1, 2}) {
    std::vector<double> forward, backward, peer_forward, peer_backward, ratios;
    for (int k = -1; k < repeats; ++k) {  // the first is a warm-up
      const double f = milliseconds([&] { problem.forward(threads); });
      const double b = milliseconds([&] { problem.backward(threads); });
      const bool peer = c.with_peer && k < std::max(3, repeats / 10);
      const double pf = peer ? milliseconds([&] { composite.forward(threads); }) : 0;
      const double pb = peer ? milliseconds([&] { composite.backward(threads); }) : 0;
      if (k < 0) continue;
      forward.push_back(f), backward.push_back(b);
      if (peer) peer_forward.push_back(pf), peer_backward.push_back(pb), ratios.push_back((pf + pb) / (f + b));
    }
    report("forward", threads, forward, elements);
    report("backward", threads, backward, elements);
    if (!c.with_peer) continue;
    report("composite forward", threads, peer_forward, elements);
    report("composite backward", threads, peer_backward, elements);
    std::printf("  composite / ours, both passes: %.1f  (%.1f … %.1f)\n", quantile(ratios, 0.5), quantile(ratios, 0),
                quantile(ratios, 1));
  }
}

}  // namespace

int main(int argc, char** argv) {
  fovea::kernels::choose_instruction_set();
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 30;
  std::printf("instruction set %s, %d repeats\n", fovea::kernels::instruction_set(), repeats);
  run({"additive 50x50x256, batch 64", Score::kAdditive, 64, 50, 50, 50, 256, 256, true}, repeats);
  run({"dot 50x50x256, batch 64", Score::kDot, 64, 50, 50, 50, 256, 256, false}, repeats);
  run({"additive, one query, lengths 85 to 256, A 128, batch 64", Score::kAdditive, 64, 1, 85, 256, 256, 128, false},
      repeats);
  run({"additive, one query, lengths 85 to 256, A 256, batch 64", Score::kAdditive, 64, 1, 85, 256, 256, 256, false},
      repeats);
}
