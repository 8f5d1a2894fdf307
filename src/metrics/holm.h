// Several comparisons at once: Holm's correction (Holm 1979).
#pragma once

#include <vector>

namespace fovea::metrics {

// Corrected p values in the order given: where each below .05 is called a finding, the chance of any false one stays
// below .05, however the comparisons hang together.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace fovea::metrics
