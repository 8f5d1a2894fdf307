// The words of a text in the order in which a map names them.
#pragma once

#include <cstdint>
#include <vector>

#include "attribution/subject.h"

namespace fovea::audit {

// Positions, the most important first.
using Order = std::vector<int64_t>;

// By falling score; equal scores in an order drawn at random from (seed, stream): the number of the text, so that one
// map's ties are broken the same way wherever it is used.
Order order_of(const std::vector<double>& scores, uint64_t seed, uint64_t stream);

// Of each text of one map.
std::vector<Order> orders_of(const std::vector<std::vector<double>>& scores, uint64_t seed);

// Scores drawn at random for the words of each text, the `draw`-th time: a map that knows nothing.
std::vector<std::vector<double>> random_scores(const std::vector<attribution::Text>& texts, uint64_t seed,
                                               uint64_t draw);

// A random order of 0 … n−1.
Order random_order(size_t n, uint64_t seed, uint64_t stream);

}  // namespace fovea::audit
