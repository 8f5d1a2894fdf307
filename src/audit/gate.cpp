#include "audit/gate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "audit/material.h"
#include "base/random.h"
#include "metrics/trust/distance.h"
#include "metrics/trust/erasure.h"

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

Order permutation(size_t n, uint64_t seed, size_t input, int number) {
  Order order(n);
  for (size_t i = 0; i < n; ++i) order[i] = static_cast<int64_t>(i);
  const uint64_t stream = (static_cast<uint64_t>(input) << 20) + static_cast<uint64_t>(number);
  shuffle(std::span<int64_t>(order), {seed, Purpose::kAuditPermutation, stream});
  return order;
}

double right(const Subject& subject, const std::vector<double>& logits, int64_t truth) {
  return truth < 0 ? kNone : answered(subject, logits) == truth ? 1 : 0;
}

}  // namespace

GateValues gate_values(Subject& subject, const Material& material, const Answers& answers, const GateOptions& options,
                       const std::function<void(double)>& progress) {
  GateValues out;
  for (size_t input = 0; input < answers.readings.size(); ++input) {
    const Reading& reading = answers.readings[input];
    const size_t n = reading.weights.size();
    Weights last(n, 0), even(n, 1 / static_cast<double>(n));
    last.back() = 1;
    std::vector<Looks> variants = {same_for_all(reading.looks, last), same_for_all(reading.looks, even)};
    for (int k = 0; k < options.permutations; ++k) {
      variants.push_back(permuted(reading.looks, permutation(n, options.seed, input, k)));
    }
    const auto logits = subject.logits_under(static_cast<int64_t>(input), variants);
    std::vector<double> moves;
    for (const auto& of_variant : logits) {
      moves.push_back(metrics::total_variation(metrics::probabilities_of(of_variant), reading.probabilities));
    }
    out.last_moves.push_back(moves[0]);
    out.even_moves.push_back(moves[1]);
    out.permuted.push_back(median_of({moves.begin() + 2, moves.end()}));
    out.largest_weight.push_back(*std::max_element(reading.weights.begin(), reading.weights.end()));
    out.conicity.push_back(reading.conicity);
    out.own_right.push_back(right(subject, reading.logits, material.truth[input]));
    out.last_right.push_back(right(subject, logits[0], material.truth[input]));
    out.even_right.push_back(right(subject, logits[1], material.truth[input]));
    progress(static_cast<double>(input + 1) / static_cast<double>(answers.readings.size()));
  }
  return out;
}

Gate gate_of(const GateValues& values, const Rows& rows) {
  Gate out;
  out.permuted_median = median_number(values.permuted, rows);
  out.permuted = number_of(values.permuted, rows);
  for (size_t bin = 0; bin < out.by_largest_weight.size(); ++bin) {
    WeightBin& one = out.by_largest_weight[bin];
    one.low = 0.25 * static_cast<double>(bin);
    one.high = one.low + 0.25;
    Rows inside;
    for (const size_t row : rows) {
      const double weight = values.largest_weight[row];
      if (one.low <= weight && (weight < one.high || bin == 3)) inside.push_back(row);
    }
    one.permuted = number_of(values.permuted, inside);
  }
  out.conicity = number_of(values.conicity, rows);
  out.last_moves = number_of(values.last_moves, rows);
  out.even_moves = number_of(values.even_moves, rows);
  out.last_gain = number_of(difference_of(values.last_right, values.own_right), rows);
  out.even_gain = number_of(difference_of(values.even_right, values.own_right), rows);
  return out;
}

std::vector<double> dependence(Subject& subject, const Answers& answers) {
  std::vector<Question> nothing = attribution::whole_inputs(subject);
  for (Question& question : nothing) {
    question.how = attribution::way_of(subject, Erased::kMasked);
    question.gone.resize(static_cast<size_t>(subject.parts(question.input)));
    std::iota(question.gone.begin(), question.gone.end(), int64_t{0});
  }
  const auto logits = subject.logits(nothing);
  std::vector<double> moves;
  for (size_t input = 0; input < nothing.size(); ++input) {
    moves.push_back(
        metrics::total_variation(answers.readings[input].probabilities, metrics::probabilities_of(logits[input])));
  }
  return moves;
}

namespace {

// A request of at most about this many weights: those of an input of 3,000 parts are not all made at once.
constexpr size_t kWeightsPerRequest = 1'000'000;

// One order on its way: how many weights are gone when the answer changes; 0 where it never does.
struct Way {
  const Order* order;
  std::vector<int64_t> gone;
  size_t flipped = 0;
};

// Follows all orders at once, block by block, until the answer of each changes or one weight is left. The variants of
// `single` are put to the first question as well, so that a short input is asked once; returns the answers to them.
std::vector<std::vector<double>> follow(Subject& subject, int64_t input, const Reading& reading, int64_t answer,
                                        const std::vector<Looks>& single, std::vector<Way>& ways) {
  const size_t n = reading.weights.size();
  const size_t at_once = std::max<size_t>(1, kWeightsPerRequest / (n * reading.looks.size() * ways.size()));
  std::vector<std::vector<double>> answers;
  for (size_t first = 0; first + 1 < n; first += at_once) {
    const size_t end = std::min(n - 1, first + at_once);
    std::vector<Looks> variants;
    if (first == 0) variants = single;
    for (Way& way : ways) {
      for (size_t i = first; way.flipped == 0 && i < end; ++i) {
        way.gone.push_back((*way.order)[i]);
        variants.push_back(without_weights(reading.looks, way.gone));
      }
    }
    if (variants.empty()) break;
    const auto logits = subject.logits_under(input, variants);
    size_t at = 0;
    if (first == 0) {
      at = single.size();
      answers.assign(logits.begin(), logits.begin() + std::ssize(single));
    }
    for (Way& way : ways) {
      if (way.flipped > 0) continue;
      for (size_t i = first; i < end; ++i, ++at) {
        if (way.flipped == 0 && answered(subject, logits[at]) != answer) way.flipped = i + 1;
      }
    }
  }
  return answers;
}

// A position that is not `top`, drawn at random.
int64_t another(int64_t top, size_t n, uint64_t seed, size_t input) {
  const uint64_t base = stream_base({seed, Purpose::kAuditSample, input});
  const auto drawn = static_cast<int64_t>(uniform_below(base, 0, n - 1));
  return drawn < top ? drawn : drawn + 1;
}

}  // namespace

Looks without_weights(const Looks& looks, const std::vector<int64_t>& gone) {
  Looks out = looks;
  for (Weights& look : out) {
    std::vector<char> removed(look.size(), 0);
    for (const int64_t position : gone) removed[static_cast<size_t>(position)] = 1;
    double left = 0;
    for (size_t i = 0; i < look.size(); ++i) left += removed[i] ? 0 : look[i];
    const double rest = static_cast<double>(std::count(removed.begin(), removed.end(), 0));
    for (size_t i = 0; i < look.size(); ++i) {
      look[i] = removed[i] ? 0 : left > 0 ? look[i] / left : 1 / rest;
    }
  }
  return out;
}

AttentionErasure erase_attention(Subject& subject, const Answers& answers, const WeightGradients& gradients,
                                 uint64_t seed, const std::function<void(double)>& progress) {
  AttentionErasure out;
  const auto random = random_map(subject, seed, 0);
  for (size_t input = 0; input < answers.readings.size(); ++input) {
    const Reading& reading = answers.readings[input];
    const int64_t answer = answers.answer[input];
    // By kRemovals; one that the model cannot be asked for has none.
    std::array<Order, 4> orders = {
        order_of(reading.weights, seed, input), {}, {}, order_of(random[input], seed, input)};
    if (gradients) {
      orders[1] = order_of(gradients->plain[input], seed, input);
      orders[2] = order_of(gradients->times_weight[input], seed, input);
    }
    const int64_t top = orders[0].front(), other = another(top, reading.weights.size(), seed, input);
    const std::vector<Looks> single = {without_weights(reading.looks, {top}), without_weights(reading.looks, {other})};
    std::vector<Way> ways;
    for (const Order& order : orders) {
      if (!order.empty()) ways.push_back({&order, {}, 0});
    }
    const auto logits = follow(subject, static_cast<int64_t>(input), reading, answer, single, ways);
    const auto moves = [&](size_t i) {
      return metrics::jensen_shannon(reading.probabilities, metrics::probabilities_of(logits[i]));
    };
    out.top_beyond_random.push_back(moves(0) - moves(1));
    out.weight_ahead.push_back(reading.weights[static_cast<size_t>(top)] - reading.weights[static_cast<size_t>(other)]);
    out.top_flips.push_back(answered(subject, logits[0]) != answer);
    out.random_flips.push_back(answered(subject, logits[1]) != answer);
    for (std::vector<double>& removed : out.removed) removed.push_back(kNone);
    for (const Way& way : ways) {
      out.removed[static_cast<size_t>(way.order - orders.data())].back() =
          metrics::flip_fraction(way.flipped, way.order->size());
    }
    progress(static_cast<double>(input + 1) / static_cast<double>(answers.readings.size()));
  }
  return out;
}

AttentionErasureResult attention_erasure_of(const AttentionErasure& values, const Rows& rows) {
  AttentionErasureResult out;
  out.top_beyond_random = number_of(values.top_beyond_random, rows);
  const double share = rows.empty() ? 0 : 1 / static_cast<double>(rows.size());
  std::array<Rows, 4> by_lead;
  for (const size_t row : rows) {
    const bool top = values.top_flips[row] == 1, random = values.random_flips[row] == 1;
    if (top && random) {
      out.both += share;
    } else if (top) {
      out.only_top += share;
    } else if (random) {
      out.only_random += share;
    } else {
      out.neither += share;
    }
    by_lead[std::min<size_t>(3, static_cast<size_t>(std::max(0.0, values.weight_ahead[row]) * 4))].push_back(row);
  }
  for (size_t i = 0; i < 4; ++i) {
    out.top_beyond_random_by_lead[i] = number_of(values.top_beyond_random, by_lead[i]);
    out.removed[i] = number_of(values.removed[i], rows);
  }
  return out;
}

}  // namespace fovea::audit
