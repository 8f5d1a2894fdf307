// Recursive ROAR (Madsen et al. 2022): how much faster a task becomes unlearnable where what a map names is masked than
// where parts are masked at random.
#pragma once

#include <optional>
#include <span>

namespace fovea::metrics {

// By the trapezoidal rule over the shares masked, which go evenly from 0 to 1.
struct RoarAreas {
  double gained = 0;    // of the performance where parts are masked at random less that where the map's are
  double possible = 0;  // of that at random less what is left where all are masked
};

// Performances at shares that go evenly from 0 to 1, two or more; of the last both have the same.
RoarAreas roar_areas(std::span<const double> map, std::span<const double> random);

// The relative area between the curves (RACU): 0 as random parts, 1 the ideal, which would learn nothing from the first
// step on. Cut to [−1, 1]. None where masking at random does no harm.
std::optional<double> racu(const RoarAreas& areas);

}  // namespace fovea::metrics
