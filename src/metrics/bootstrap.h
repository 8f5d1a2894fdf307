// Percentile bootstrap (Efron 1979): the interval of a mean over resampled rows.
#pragma once

#include <cstdint>
#include <vector>

namespace fovea::metrics {

struct Interval {
  double low = 0, high = 0;
};

// Linear between the two nearest of the sorted values (type 7 of Hyndman & Fan 1996, as R and NumPy have it). `sorted`
// is not empty, `share` in [0, 1].
double quantile(const std::vector<double>& sorted, double share);

// The `level` interval of the mean of `values`, from `resamples` resamples drawn with `seed`. Empty input: {0, 0}.
// O(resamples · n); deterministic.
Interval bootstrap_mean(const std::vector<double>& values, uint64_t seed = 12345, int resamples = 1000,
                        double level = 0.95);

}  // namespace fovea::metrics
