// The interval of a share of hits.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/bootstrap.h"

namespace fovea::metrics {

// The 95 % interval of the mean of hits (1) and misses (0): bootstrap_mean, but where all are hits or all are misses,
// so that no resample differs, the exact one of the binomial (Clopper & Pearson 1934). Empty input: {0, 0}.
Interval share_interval(const std::vector<double>& hits);

// The exact 95 % interval of a binomial's probability of which `hits` of `trials` were seen (Clopper & Pearson 1934).
// No trials: {0, 1}. O(trials).
Interval exact_share_interval(int64_t hits, int64_t trials);

}  // namespace fovea::metrics
