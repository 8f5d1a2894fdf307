#include "audit/gate.h"

#include <algorithm>

#include "audit/order.h"
#include "base/random.h"
#include "metrics/trust/distance.h"

namespace fovea::audit {
namespace {

Looks permuted(const Looks& looks, const Order& order) {
  Looks out = looks;
  for (size_t look = 0; look < looks.size(); ++look) {
    for (size_t i = 0; i < order.size(); ++i) out[look][i] = looks[look][static_cast<size_t>(order[i])];
  }
  return out;
}

Looks same_for_all(const Looks& looks, const Weights& weights) {
  return Looks(looks.size(), weights);
}

Order permutation(size_t n, uint64_t seed, size_t text, int number) {
  Order order(n);
  for (size_t i = 0; i < n; ++i) order[i] = static_cast<int64_t>(i);
  const uint64_t stream = (static_cast<uint64_t>(text) << 20) + static_cast<uint64_t>(number);
  shuffle(std::span<int64_t>(order), {seed, Purpose::kAuditPermutation, stream});
  return order;
}

double right(const std::vector<double>& logits, int64_t truth) {
  return truth < 0 ? kNone : largest(logits) == truth ? 1 : 0;
}

}  // namespace

GateTexts gate_texts(Subject& subject, const Material& material, const Answers& answers, const GateOptions& options,
                     const std::function<void(double)>& progress) {
  GateTexts out;
  for (size_t text = 0; text < material.texts.size(); ++text) {
    const Reading& reading = answers.readings[text];
    const size_t n = reading.weights.size();
    Weights last(n, 0), even(n, 1 / static_cast<double>(n));
    last.back() = 1;
    std::vector<Looks> variants = {same_for_all(reading.looks, last), same_for_all(reading.looks, even)};
    for (int k = 0; k < options.permutations; ++k) {
      variants.push_back(permuted(reading.looks, permutation(n, options.seed, text, k)));
    }
    const auto logits = subject.logits_under(material.texts[text], variants);
    std::vector<double> moves;
    for (const auto& one : logits) {
      moves.push_back(metrics::total_variation(metrics::probabilities_of(one), reading.probabilities));
    }
    out.last_moves.push_back(moves[0]);
    out.even_moves.push_back(moves[1]);
    out.permuted.push_back(median_of({moves.begin() + 2, moves.end()}));
    out.largest_weight.push_back(*std::max_element(reading.weights.begin(), reading.weights.end()));
    out.conicity.push_back(reading.conicity);
    out.own_right.push_back(right(reading.logits, material.truth[text]));
    out.last_right.push_back(right(logits[0], material.truth[text]));
    out.even_right.push_back(right(logits[1], material.truth[text]));
    progress(static_cast<double>(text + 1) / static_cast<double>(material.texts.size()));
  }
  return out;
}

Gate gate_of(const GateTexts& texts, const Rows& rows) {
  Gate out;
  out.permuted_median = median_of(chosen(texts.permuted, rows));
  out.permuted = number_of(texts.permuted, rows);
  for (size_t bin = 0; bin < out.by_largest_weight.size(); ++bin) {
    WeightBin& one = out.by_largest_weight[bin];
    one.low = 0.25 * static_cast<double>(bin);
    one.high = one.low + 0.25;
    Rows inside;
    for (const size_t row : rows) {
      const double weight = texts.largest_weight[row];
      if (one.low <= weight && (weight < one.high || bin == 3)) inside.push_back(row);
    }
    one.permuted = number_of(texts.permuted, inside);
  }
  out.conicity = number_of(texts.conicity, rows);
  out.last_moves = number_of(texts.last_moves, rows);
  out.even_moves = number_of(texts.even_moves, rows);
  out.last_gain = number_of(difference_of(texts.last_right, texts.own_right), rows);
  out.even_gain = number_of(difference_of(texts.even_right, texts.own_right), rows);
  return out;
}

}  // namespace fovea::audit
