// Whether two samples of a model's inner states look alike: the kernel two-sample test (Gretton et al. 2012), maximum
// mean discrepancy with a Gaussian kernel of the median distance, its p by permutations.
#pragma once

#include <cstdint>
#include <vector>

namespace fovea::audit {

struct Shift {
  double discrepancy = 0;  // squared, of the samples; 0: none
  double p = 1;            // of so large a one by chance, from 1/(permutations + 1) up
};

// a, b: vectors of equal width, at least two each. O((|a| + |b|)²) kernels, then so many per permutation.
Shift shift_of(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b, uint64_t seed,
               int permutations = 500);

}  // namespace fovea::audit
