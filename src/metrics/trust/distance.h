// How far two answers or two maps lie apart. Distributions over the same things, each summing to 1.
#pragma once

#include <span>
#include <vector>

namespace fovea::metrics {

// Total variation distance, 1/2 Σ |p − q|, in [0, 1].
double total_variation(std::span<const double> p, std::span<const double> q);

// Kullback & Leibler 1951: Σ p log(p / q) in nats, with 1e-10 added to both in the logarithm; where p is 0 it adds 0.
double kullback_leibler(std::span<const double> p, std::span<const double> q);

// Jensen–Shannon divergence (Lin 1991): KL(p‖m)/2 + KL(q‖m)/2 with m = (p + q)/2, in nats, in [0, ln 2].
double jensen_shannon(std::span<const double> p, std::span<const double> q);

// Softmax of logits.
std::vector<double> probabilities_of(std::span<const double> logits);

// The log-odds of class `c`, log(p / (1 − p)): the logit of `c` less the logarithm of the sum of the others'
// exponentials. With two classes the difference of their logits.
double log_odds(std::span<const double> logits, size_t c);

}  // namespace fovea::metrics
