// Which examples go together: batches filled to a budget, grouped by length, in a seeded order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace fovea::data {

struct BatchOptions {
  int64_t max_examples = 64;  // texts in a batch, at most
  int64_t max_tokens = 8192;  // tokens in a batch, at most; a longer text makes a batch of its own
};

using BatchPlan = std::vector<std::vector<int64_t>>;

// One epoch over examples 0 … lengths.size()-1: shuffled by `key`, cut into pools, sorted by length within a pool, cut
// into batches, batches shuffled. Every example occurs exactly once.
BatchPlan plan_epoch(std::span<const int64_t> lengths, const BatchOptions& options, const RandomKey& key);

// For evaluation: sorted by length, no shuffle.
BatchPlan plan_in_order(std::span<const int64_t> lengths, const BatchOptions& options);

}  // namespace fovea::data
