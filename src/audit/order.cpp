#include "audit/order.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace fovea::audit {

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

std::vector<Order> orders_of(const std::vector<std::vector<double>>& scores, uint64_t seed) {
  std::vector<Order> orders;
  for (size_t text = 0; text < scores.size(); ++text) orders.push_back(order_of(scores[text], seed, text));
  return orders;
}

std::vector<std::vector<double>> random_scores(const std::vector<attribution::Text>& texts, uint64_t seed,
                                               uint64_t draw) {
  std::vector<std::vector<double>> scores;
  for (size_t text = 0; text < texts.size(); ++text) {
    const uint64_t base = stream_base({seed, Purpose::kAuditRandomMap, (draw << 40) + text});
    std::vector<double>& of_text = scores.emplace_back();
    for (size_t i = 0; i < texts[text].ids.size(); ++i) of_text.push_back(uniform(base, i));
  }
  return scores;
}

}  // namespace fovea::audit
