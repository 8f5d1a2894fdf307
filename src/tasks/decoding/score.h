// How whole hypotheses are ranked: by log probability, with the two penalties of Wu et al. 2016 ("Google's neural
// machine translation system", section 7).
#pragma once

#include <cstdint>
#include <span>

namespace fovea::tasks::decoding {

// Σ log p falls with every symbol, so that by itself it favours short outputs. It is divided by ((5 + n) / 6)^alpha. In
// the long run that is the plain power n^alpha, but it is gentle among the shortest: from n = 1 to 2, from an end alone
// to an output of one symbol, the divisor grows 1.10 times at alpha 0.6, where the plain power grows 1.52 times and so
// makes the first symbols nearly free. Alpha 0: no penalty.
class Ranking {
 public:
  // alpha and beta (the weight of the coverage penalty) ≥ 0; no output has more than `most` symbols.
  Ranking(double alpha, double beta, int64_t most);

  // `log_probability` ≤ 0 of n emitted symbols, the end included, and the coverage of the input, ≤ 0.
  double score(double log_probability, int64_t n, double coverage) const;

  // No output that begins with symbols of this log probability has a greater score. Exact: holds bit for bit.
  double bound(double log_probability) const { return log_probability / greatest_divisor_; }

  bool needs_coverage() const { return beta_ != 0; }

 private:
  double divisor(int64_t n) const;

  double alpha_, beta_, greatest_divisor_;
};

// Σ over the parts of log min(weight that all the emitted symbols together gave it, 1): 0 where each part was attended
// to once at least, the lower the more of the input was passed over. A part that got less than 1e-6 counts as if it got
// that. Without parts 0.
double coverage(std::span<const double> totals);

}  // namespace fovea::tasks::decoding
