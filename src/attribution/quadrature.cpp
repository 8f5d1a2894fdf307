#include "attribution/quadrature.h"

#include <cmath>
#include <numbers>

#include "base/errors.h"

namespace fovea::attribution {

std::vector<Node> gauss_legendre(int64_t count) {
  FOVEA_CHECK(count >= 1, count);
  const auto degree = static_cast<double>(count);
  std::vector<Node> nodes;
  for (int64_t k = count; k >= 1; --k) {
    // Newton's method for the k-th root of the Legendre polynomial P, from a guess that is near it at every degree.
    double x = std::cos(std::numbers::pi * (static_cast<double>(k) - 0.25) / (degree + 0.5)), slope = 0;
    for (int step = 0; step < 100; ++step) {
      double before = 1, value = x;  // P_0 and P_1
      for (int64_t n = 2; n <= count; ++n) {
        const auto number = static_cast<double>(n);
        const double next = ((2 * number - 1) * x * value - (number - 1) * before) / number;
        before = value;
        value = next;
      }
      slope = degree * (x * value - before) / (x * x - 1);
      const double move = value / slope;
      x -= move;
      if (std::abs(move) < 1e-15) break;
    }
    nodes.push_back({(1 + x) / 2, 1 / ((1 - x * x) * slope * slope)});
  }
  return nodes;
}

}  // namespace fovea::attribution
