#include "tasks/decoding/score.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"

namespace fovea::tasks::decoding {
namespace {

constexpr double kLeastCoverage = 1e-6;  // an attention that can give exactly 0 must not make a score of −infinity

}  // namespace

Ranking::Ranking(double alpha, double beta, int64_t most) : alpha_(alpha), beta_(beta), greatest_divisor_(1) {
  FOVEA_CHECK(std::isfinite(alpha) && alpha >= 0, "length penalty", alpha);
  FOVEA_CHECK(std::isfinite(beta) && beta >= 0, "coverage penalty", beta);
  greatest_divisor_ = std::pow((5.0 + static_cast<double>(most + 1)) / 6.0, alpha);
}

// Never above the greatest, however pow() rounds; for the bound rests on that.
double Ranking::divisor(int64_t n) const {
  return std::min(std::pow((5.0 + static_cast<double>(n)) / 6.0, alpha_), greatest_divisor_);
}

double Ranking::score(double log_probability, int64_t n, double coverage) const {
  return log_probability / divisor(n) + beta_ * coverage;
}

double coverage(std::span<const double> totals) {
  double sum = 0;
  for (const double total : totals) sum += std::log(std::clamp(total, kLeastCoverage, 1.0));
  return sum;
}

}  // namespace fovea::tasks::decoding
