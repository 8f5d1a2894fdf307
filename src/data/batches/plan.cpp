#include "data/batches/plan.h"

#include <algorithm>
#include <numeric>

#include "base/errors.h"

namespace fovea::data {
namespace {

// Batches per pool: large enough that a pool holds texts of every length, small enough that the order stays random.
constexpr int64_t kBatchesPerPool = 40;

void cut_into_batches(std::span<const int64_t> order, std::span<const int64_t> lengths, const BatchOptions& options,
                      BatchPlan& plan) {
  int64_t tokens = 0;
  std::vector<int64_t> batch;
  for (const int64_t example : order) {
    const int64_t length = lengths[static_cast<size_t>(example)];
    const bool full =
        static_cast<int64_t>(batch.size()) >= options.max_examples || tokens + length > options.max_tokens;
    if (!batch.empty() && full) {
      plan.push_back(std::move(batch));
      batch.clear();
      tokens = 0;
    }
    batch.push_back(example);
    tokens += length;
  }
  if (!batch.empty()) plan.push_back(std::move(batch));
}

auto by_length(std::span<const int64_t> lengths) {
  return [lengths](int64_t a, int64_t b) { return lengths[static_cast<size_t>(a)] < lengths[static_cast<size_t>(b)]; };
}

}  // namespace

BatchPlan plan_epoch(std::span<const int64_t> lengths, const BatchOptions& options, const RandomKey& key) {
  FOVEA_CHECK(options.max_examples > 0 && options.max_tokens > 0, options.max_examples, options.max_tokens);
  std::vector<int64_t> order(lengths.size());
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span<int64_t>(order), key);
  BatchPlan plan;
  const size_t pool = static_cast<size_t>(kBatchesPerPool * options.max_examples);
  for (size_t begin = 0; begin < order.size(); begin += pool) {
    const size_t end = std::min(order.size(), begin + pool);
    std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(begin),
                     order.begin() + static_cast<std::ptrdiff_t>(end), by_length(lengths));
    cut_into_batches(std::span<const int64_t>(order).subspan(begin, end - begin), lengths, options, plan);
  }
  shuffle(std::span<std::vector<int64_t>>(plan), RandomKey{mix64(key.seed), key.purpose, key.step});
  return plan;
}

BatchPlan plan_in_order(std::span<const int64_t> lengths, const BatchOptions& options) {
  std::vector<int64_t> order(lengths.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), by_length(lengths));
  BatchPlan plan;
  cut_into_batches(order, lengths, options, plan);
  return plan;
}

}  // namespace fovea::data
