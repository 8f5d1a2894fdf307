#include "audit/twin_evidence.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "audit/material.h"
#include "audit/number.h"
#include "base/errors.h"
#include "base/random.h"
#include "metrics/trust/distance.h"
#include "metrics/trust/fidelity.h"
#include "metrics/trust/rank_correlation.h"

namespace fovea::audit {
Training training_of(const Material& material, const Answers& answers) {
  Training out;
  for (const Reading& reading : answers.readings) out.maps.push_back(reading.weights);
  out.right = right_of(material, answers);
  return out;
}

SeedStability stability_of(const std::vector<Training>& trainings, uint64_t seed) {
  SeedStability out;
  out.trained = std::ssize(trainings);
  std::vector<const Training*> matched;
  const double own = number_of(trainings.front().right).mean;
  for (const Training& training : trainings) {
    const Number accuracy = number_of(training.right);
    out.accuracies.push_back(accuracy.mean);
    if (accuracy.n == 0 || std::abs(accuracy.mean - own) <= kMatched) matched.push_back(&training);
  }
  out.seeds = std::ssize(matched);
  if (matched.size() < 2) return out;
  std::vector<double> distances, null_distances, taus;
  for (size_t input = 0; input < trainings.front().maps.size(); ++input) {
    double distance = 0, null_distance = 0, tau = 0, pairs = 0, ordered = 0;
    for (size_t a = 0; a < matched.size(); ++a) {
      for (size_t b = a + 1; b < matched.size(); ++b, ++pairs) {
        const Weights &first = matched[a]->maps[input], &second = matched[b]->maps[input];
        Weights elsewhere = second;
        const uint64_t stream = ((uint64_t{1} << 40) + input) * 64 + a * 8 + b;
        shuffle(std::span<double>(elsewhere), {seed, Purpose::kAuditPermutation, stream});
        distance += metrics::jensen_shannon(first, second);
        null_distance += metrics::jensen_shannon(first, elsewhere);
        const auto order = metrics::kendall_tau(first, second);
        if (!order) continue;  // one of them is even
        tau += order->tau;
        ++ordered;
      }
    }
    distances.push_back(distance / pairs);
    null_distances.push_back(null_distance / pairs);
    taus.push_back(ordered > 0 ? tau / ordered : kNone);
  }
  out.distance = number_of(distances);
  out.null_distance = number_of(null_distances);
  out.tau = number_of(taus);
  return out;
}

Number gap_of(const std::vector<Training>& learned, const std::vector<Training>& even) {
  FOVEA_CHECK(learned.size() == even.size(), learned.size(), even.size());
  std::vector<std::vector<double>> by_seed;
  for (size_t i = 0; i < learned.size(); ++i) by_seed.push_back(difference_of(learned[i].right, even[i].right));
  return number_of_seeds(by_seed);
}

namespace {

using Matrix = std::vector<std::vector<double>>;

Matrix squared_distances(const std::vector<const std::vector<double>*>& rows) {
  Matrix out(rows.size(), std::vector<double>(rows.size(), 0));
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      double sum = 0;
      for (size_t d = 0; d < rows[i]->size(); ++d) {
        const double difference = (*rows[i])[d] - (*rows[j])[d];
        sum += difference * difference;
      }
      out[i][j] = out[j][i] = sum;
    }
  }
  return out;
}

double median_distance(const Matrix& squares) {
  std::vector<double> all;
  for (size_t i = 0; i < squares.size(); ++i)
    all.insert(all.end(), squares[i].begin(), squares[i].begin() + static_cast<std::ptrdiff_t>(i));
  const auto middle = all.begin() + std::ssize(all) / 2;
  std::nth_element(all.begin(), middle, all.end());
  return *middle;
}

// The biased estimate, which is never negative.
double discrepancy(const Matrix& kernel, const std::vector<size_t>& order, size_t first) {
  double within_a = 0, within_b = 0, between = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    const std::vector<double>& row = kernel[order[i]];
    for (size_t j = 0; j < order.size(); ++j) {
      const double value = row[order[j]];
      if (i < first && j < first) within_a += value;
      if (i >= first && j >= first) within_b += value;
      if (i < first && j >= first) between += value;
    }
  }
  const auto a = static_cast<double>(first), b = static_cast<double>(order.size() - first);
  return within_a / (a * a) + within_b / (b * b) - 2 * between / (a * b);
}

}  // namespace

Shift shift_of(const Matrix& a, const Matrix& b, uint64_t seed, int permutations) {
  FOVEA_CHECK(a.size() > 1 && b.size() > 1, a.size(), b.size());
  std::vector<const std::vector<double>*> rows;
  for (const auto& row : a) rows.push_back(&row);
  for (const auto& row : b) rows.push_back(&row);
  Matrix kernel = squared_distances(rows);
  const double width = median_distance(kernel);
  for (auto& row : kernel) {
    for (double& value : row) value = width > 0 ? std::exp(-value / width) : 1.0;
  }
  std::vector<size_t> order(rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  Shift out;
  out.discrepancy = discrepancy(kernel, order, a.size());
  int as_large = 0;
  for (int i = 0; i < permutations; ++i) {
    shuffle(std::span<size_t>(order), {seed, Purpose::kShift, static_cast<uint64_t>(i)});
    if (discrepancy(kernel, order, a.size()) >= out.discrepancy - 1e-12) ++as_large;
  }
  out.p = (as_large + 1.0) / (permutations + 1.0);
  return out;
}

namespace {

// The questions of one input and map: with some of one side of it dropped, as often as asked.
struct Asked {
  size_t input = 0, map = 0;
  bool top = false;
  std::vector<size_t> questions;
};

std::vector<int64_t> dropped(std::span<const int64_t> part, double probability, uint64_t base, uint64_t& draw) {
  std::vector<int64_t> out;
  for (const int64_t position : part) {
    if (uniform(base, draw++) < probability) out.push_back(position);
  }
  return out;
}

}  // namespace

std::vector<FidelityValues> fidelity_of(Subject& subject, const Material& material, const std::vector<Map>& maps,
                                        const FidelityOptions& options, const std::function<void(double)>& progress) {
  const size_t count = material.truth.size();
  std::vector<FidelityValues> out(maps.size());
  for (FidelityValues& map : out) map.plus.assign(count, kNone), map.minus.assign(count, kNone);
  std::vector<std::vector<Order>> orders;
  for (const Map& map : maps) orders.push_back(orders_of(map.scores, options.seed));
  const std::vector<std::vector<double>> whole = subject.logits(attribution::whole_inputs(subject));
  ErasedInputs asking(subject, Erased::kMasked);
  std::vector<Asked> asked;
  const auto take = [&] {
    const std::vector<std::vector<double>> answers = asking.answer();
    for (const Asked& part : asked) {
      const int64_t truth = material.truth[part.input];
      const auto right = std::make_unique<bool[]>(part.questions.size());
      for (size_t i = 0; i < part.questions.size(); ++i) right[i] = largest(answers[part.questions[i]]) == truth;
      const double value = metrics::fidelity(largest(whole[part.input]) == truth, {right.get(), part.questions.size()});
      (part.top ? out[part.map].plus : out[part.map].minus)[part.input] = value;
    }
    asked.clear();
  };
  for (size_t input = 0; input < count; ++input) {
    const auto n = static_cast<size_t>(subject.parts(static_cast<int64_t>(input)));
    if (material.truth[input] < 0 || n == 0) continue;
    const size_t top = std::min(n, static_cast<size_t>(std::ceil(options.share * static_cast<double>(n) - 1e-9)));
    for (size_t map = 0; map < maps.size(); ++map) {
      const std::span<const int64_t> order(orders[map][input]);
      for (const bool first : {true, false}) {
        const std::span<const int64_t> part = first ? order.first(top) : order.subspan(top);
        const double probability = metrics::fidelity_drop(n, part.size(), options.alpha, options.beta);
        const uint64_t base = stream_base({options.seed, Purpose::kFidelity, input * 2 + (first ? 1 : 0)});
        uint64_t draw = 0;
        Asked questions{input, map, first, {}};
        for (int i = 0; i < options.draws; ++i) {
          questions.questions.push_back(
              asking.add(static_cast<int64_t>(input), dropped(part, probability, base, draw)));
        }
        asked.push_back(std::move(questions));
      }
    }
    if (asking.parts() > kPartsPerRequest) {
      take();
      progress(static_cast<double>(input + 1) / static_cast<double>(count));
    }
  }
  take();
  progress(1);
  return out;
}

}  // namespace fovea::audit
