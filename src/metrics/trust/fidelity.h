// F-Fidelity (Zheng et al. 2025): erasing random parts of what a map names, so few at once that the model, trained with
// words masked at random, has seen the like.
#pragma once

#include <cstddef>
#include <span>

namespace fovea::metrics {

// The probability with which each of `size` words is dropped of a text of `n`: min(alpha, beta · n / size), so that no
// more than the share `beta` of the text is dropped on average. 0 where size is 0.
double fidelity_drop(size_t n, size_t size, double alpha = 0.5, double beta = 0.1);

// How much the right answer suffers: 1[f(x) = y] − the mean over draws of 1[f(x without a random subset) = y]. With
// subsets of the top words this is FFid+ (higher is better), with subsets of the others FFid− (lower is better).
double fidelity(bool right, std::span<const bool> right_without);

}  // namespace fovea::metrics
