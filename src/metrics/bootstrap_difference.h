// The interval of a difference between two systems by the paired bootstrap (Efron & Tibshirani 1993; Koehn 2004).
#pragma once

#include <cstdint>

#include "metrics/bootstrap.h"
#include "metrics/paired.h"

namespace fovea::metrics {

// The `level` interval of the mean difference: percentiles of `resamples` means over texts drawn with replacement, each
// with a draw for the luck of the seeds added. Empty input: {0, 0}. O(resamples · texts); deterministic.
Interval bootstrap_difference(const PairedDifferences& differences, uint64_t seed = 12345, int resamples = 4000,
                              double level = 0.95);

}  // namespace fovea::metrics
