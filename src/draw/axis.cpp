#include "draw/axis.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace fovea::draw {
namespace {

// 1, 2 or 5 times a power of ten, so that about five steps cover `range`.
double round_step(double range) {
  const double rough = range / 5, power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * 0.999) return factor * power;
  }
  return 10 * power;
}

}  // namespace

Axis::Axis(const std::vector<double>& values, double from, double to) : from_(from), to_(to) {
  double low = 0, high = 1;
  if (!values.empty()) {
    low = *std::min_element(values.begin(), values.end());
    high = *std::max_element(values.begin(), values.end());
  }
  const double range = std::max(high - low, std::max(std::abs(high), 1.0) * 1e-3);
  const double step = round_step(range);
  low_ = low - 0.06 * range;
  high_ = high + 0.06 * range;
  if (low >= 0) low_ = std::max(low_, 0.0);
  decimals_ = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  for (auto tick = static_cast<int64_t>(std::ceil(low_ / step)); static_cast<double>(tick) * step <= high_; ++tick) {
    ticks_.push_back(static_cast<double>(tick) * step);
  }
}

double Axis::place(double value) const {
  return from_ + (value - low_) / (high_ - low_) * (to_ - from_);
}

std::string Axis::label(double tick) const {
  return fixed(tick, decimals_);
}

}  // namespace fovea::draw
