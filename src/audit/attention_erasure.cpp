#include "audit/attention_erasure.h"

#include <algorithm>

#include "base/random.h"
#include "metrics/trust/distance.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

// A request of at most about this many weights: those of a text of 3,000 words are not all made at once.
constexpr size_t kWeightsPerRequest = 1'000'000;

// One order on its way: how many weights are gone when the answer changes; 0 where it never does.
struct Way {
  const Order* order;
  std::vector<int64_t> gone;
  size_t flipped = 0;
};

// Follows all orders at once, block by block, until the answer of each changes or one weight is left. Puts `single` to
// the first question, so that a short text is asked once, and returns their answers.
std::vector<std::vector<double>> follow(Subject& subject, const Text& text, const Reading& reading, int64_t answer,
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
    const auto logits = subject.logits_under(text, variants);
    size_t at = 0;
    if (first == 0) {
      at = single.size();
      answers.assign(logits.begin(), logits.begin() + std::ssize(single));
    }
    for (Way& way : ways) {
      if (way.flipped > 0) continue;
      for (size_t i = first; i < end; ++i, ++at) {
        if (way.flipped == 0 && largest(logits[at]) != answer) way.flipped = i + 1;
      }
    }
  }
  return answers;
}

// A position that is not `top`, drawn at random.
int64_t another(int64_t top, size_t n, uint64_t seed, size_t text) {
  const uint64_t base = stream_base({seed, Purpose::kAuditSample, text});
  const auto drawn = static_cast<int64_t>(uniform_below(base, 0, n - 1));
  return drawn < top ? drawn : drawn + 1;
}

}  // namespace

Looks without_weights(const Looks& looks, const std::vector<int64_t>& gone) {
  Looks out = looks;
  for (Weights& look : out) {
    std::vector<char> removed(look.size(), 0);
    for (const int64_t at : gone) removed[static_cast<size_t>(at)] = 1;
    double left = 0;
    for (size_t i = 0; i < look.size(); ++i) left += removed[i] ? 0 : look[i];
    const double rest = static_cast<double>(std::count(removed.begin(), removed.end(), 0));
    for (size_t i = 0; i < look.size(); ++i) {
      look[i] = removed[i] ? 0 : left > 0 ? look[i] / left : 1 / rest;
    }
  }
  return out;
}

AttentionErasure erase_attention(Subject& subject, const Material& material, const Answers& answers,
                                 const std::vector<std::vector<double>>& gradients,
                                 const std::vector<std::vector<double>>& products, uint64_t seed,
                                 const std::function<void(double)>& progress) {
  AttentionErasure out;
  const auto random = random_scores(material.texts, seed, 0);
  for (size_t text = 0; text < material.texts.size(); ++text) {
    const Reading& reading = answers.readings[text];
    const Text& words = material.texts[text];
    const int64_t answer = answers.answer[text];
    const std::array<Order, 4> orders = {order_of(reading.weights, seed, text), order_of(gradients[text], seed, text),
                                         order_of(products[text], seed, text), order_of(random[text], seed, text)};
    const int64_t top = orders[0].front(), other = another(top, reading.weights.size(), seed, text);
    const std::vector<Looks> single = {without_weights(reading.looks, {top}), without_weights(reading.looks, {other})};
    std::vector<Way> ways;
    for (const Order& order : orders) ways.push_back({&order, {}, 0});
    const auto logits = follow(subject, words, reading, answer, single, ways);
    const auto moves = [&](size_t i) {
      return metrics::jensen_shannon(reading.probabilities, metrics::probabilities_of(logits[i]));
    };
    out.top_beyond_random.push_back(moves(0) - moves(1));
    out.weight_ahead.push_back(reading.weights[static_cast<size_t>(top)] - reading.weights[static_cast<size_t>(other)]);
    out.top_flips.push_back(largest(logits[0]) != answer);
    out.random_flips.push_back(largest(logits[1]) != answer);
    for (size_t i = 0; i < ways.size(); ++i) {
      out.removed[i].push_back(metrics::flip_fraction(ways[i].flipped, orders[i].size()));
    }
    progress(static_cast<double>(text + 1) / static_cast<double>(material.texts.size()));
  }
  return out;
}

AttentionErasureResult attention_erasure_of(const AttentionErasure& texts, const Rows& rows) {
  AttentionErasureResult out;
  out.top_beyond_random = number_of(texts.top_beyond_random, rows);
  const double share = rows.empty() ? 0 : 1 / static_cast<double>(rows.size());
  std::array<Rows, 4> by_lead;
  for (const size_t row : rows) {
    const bool top = texts.top_flips[row] == 1, random = texts.random_flips[row] == 1;
    (top ? (random ? out.both : out.only_top) : (random ? out.only_random : out.neither)) += share;
    by_lead[std::min<size_t>(3, static_cast<size_t>(std::max(0.0, texts.weight_ahead[row]) * 4))].push_back(row);
  }
  for (size_t i = 0; i < 4; ++i) {
    out.top_beyond_random_by_lead[i] = number_of(texts.top_beyond_random, by_lead[i]);
    out.removed[i] = number_of(texts.removed[i], rows);
  }
  return out;
}

}  // namespace fovea::audit
