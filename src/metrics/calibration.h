// How far probabilities can be believed, and one number that mends them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fovea::metrics {

// Expected calibration error (Naeini et al. 2015): rows in fifteen bins by their confidence, the mean distance between
// confidence and share of right answers, by rows. `confidence`: of the answer given, 0 to 1.
double expected_calibration_error(std::span<const double> confidence, std::span<const double> right);

// The temperature (Guo et al. 2017) that logits are divided by so that the cross-entropy on these rows is least, from
// 0.1 to 10. logits [n, C] row by row, truth [n]. O(n C) some forty times.
double fit_temperature(std::span<const double> logits, std::span<const int32_t> truth);

}  // namespace fovea::metrics
