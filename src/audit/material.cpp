#include "audit/material.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "audit/number.h"
#include "base/random.h"

namespace fovea::audit {

int64_t largest(const std::vector<double>& values) {
  return values.empty() ? -1 : std::max_element(values.begin(), values.end()) - values.begin();
}

int64_t answered(const Subject& subject, const std::vector<double>& logits) {
  const std::optional<int64_t> others = subject.others();
  if (!others) return largest(logits);
  std::vector<double> of_one = logits;
  of_one[static_cast<size_t>(*others)] = -std::numeric_limits<double>::infinity();
  return largest(of_one);
}

Answers answers_of(Subject& subject) {
  Answers out;
  out.readings = subject.read(attribution::whole_inputs(subject));
  for (const Reading& reading : out.readings) out.answer.push_back(answered(subject, reading.logits));
  return out;
}

std::vector<double> right_of(const Material& material, const Answers& answers) {
  std::vector<double> right;
  for (size_t i = 0; i < material.truth.size(); ++i) {
    right.push_back(material.truth[i] < 0 ? kNone : material.truth[i] == answers.answer[i] ? 1 : 0);
  }
  return right;
}

const Map* find_map(const std::vector<Map>& maps, attribution::Method method) {
  const auto found = std::find_if(maps.begin(), maps.end(), [&](const Map& map) { return map.method == method; });
  return found == maps.end() ? nullptr : &*found;
}

Order random_order(size_t n, uint64_t seed, uint64_t stream) {
  Order order(n);
  std::iota(order.begin(), order.end(), int64_t{0});
  shuffle(std::span<int64_t>(order), {seed, Purpose::kAuditOrder, stream});
  return order;
}

Order order_of(const std::vector<double>& scores, uint64_t seed, uint64_t stream) {
  Order order = random_order(scores.size(), seed, stream);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return scores[static_cast<size_t>(a)] > scores[static_cast<size_t>(b)];
  });
  return order;
}

std::vector<Order> orders_of(const Scores& scores, uint64_t seed) {
  std::vector<Order> orders;
  for (size_t input = 0; input < scores.size(); ++input) orders.push_back(order_of(scores[input], seed, input));
  return orders;
}

Scores random_map(const Subject& subject, uint64_t seed, uint64_t draw) {
  Scores scores(static_cast<size_t>(subject.inputs()));
  for (size_t input = 0; input < scores.size(); ++input) {
    const uint64_t base = stream_base({seed, Purpose::kAuditRandomMap, (draw << 40) + input});
    scores[input].resize(static_cast<size_t>(subject.parts(static_cast<int64_t>(input))));
    for (size_t i = 0; i < scores[input].size(); ++i) scores[input][i] = uniform(base, i);
  }
  return scores;
}

size_t ErasedInputs::add(int64_t input, std::vector<int64_t> positions) {
  std::sort(positions.begin(), positions.end());
  const auto [found, is_new] = known_.try_emplace({input, std::move(positions)}, asked_.size());
  if (is_new) {
    const std::vector<int64_t>& gone = found->first.second;
    asked_.push_back({.input = input, .gone = gone, .how = how_});
    parts_ += subject_.parts(input) - (how_ == Erased::kDeleted ? std::ssize(gone) : 0);
  }
  return found->second;
}

std::vector<std::vector<double>> ErasedInputs::answer() {
  std::vector<std::vector<double>> logits =
      asked_.empty() ? std::vector<std::vector<double>>() : subject_.logits(asked_);
  asked_.clear();
  known_.clear();
  parts_ = 0;
  return logits;
}

}  // namespace fovea::audit
