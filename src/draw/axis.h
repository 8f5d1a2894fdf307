// An axis of a chart: from values to places, with round numbers as ticks.
#pragma once

#include <string>
#include <vector>

namespace fovea::draw {

class Axis {
 public:
  // Covers `values` with a little room, on places from `from` to `to` (which may run backwards, as y does).
  Axis(const std::vector<double>& values, double from, double to);

  double place(double value) const;
  const std::vector<double>& ticks() const { return ticks_; }
  std::string label(double tick) const;  // with as many decimals as the ticks need

 private:
  double low_ = 0, high_ = 1, from_, to_;
  int decimals_ = 0;
  std::vector<double> ticks_;
};

}  // namespace fovea::draw
