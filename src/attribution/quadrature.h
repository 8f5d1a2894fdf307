// Where to look at a function, and with what weights, to know its integral over [0, 1].
#pragma once

#include <cstdint>
#include <vector>

namespace fovea::attribution {

struct Node {
  double at = 0, weight = 0;
};

// Gauss–Legendre: exact for polynomials of degree 2·count − 1; nodes ascending, weights sum to 1. count ≥ 1.
std::vector<Node> gauss_legendre(int64_t count);

}  // namespace fovea::attribution
