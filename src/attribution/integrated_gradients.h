// Integrated gradients (Sundararajan, Taly & Yan 2017) from an input of zeros: of all that the network reads of it.
#pragma once

#include <span>
#include <vector>

#include "attribution/differentiable.h"
#include "attribution/methods.h"

namespace fovea::attribution {

inline constexpr int64_t kStepsOfPart = 8, kMostSteps = 512;
inline constexpr double kGapWanted = 0.01;
// A smaller difference between p(c | x) and p(c | 0) counts as this one: of nothing no share can be right.
inline constexpr double kLeastDifference = 0.001;

// The way from no input to the whole is one part at first. What the gradients of a part add up to must be what p
// changes by along it; parts where it is not are halved, until what all are off by is below kGapWanted of the whole
// difference or the gradients taken reach kMostSteps: a gap that is larger after those is handed out as it is. Halving
// where it is needed matters: a recurrent network over a long text can leap from one answer to another within a
// thousandth of the way, which no number of equal steps sees; one that single precision cannot resolve leaves a gap.
std::vector<Attribution> integrated_gradients(Differentiable& subject, std::span<const int64_t> towards);

// Where to look at a function, and with what weights, to know its integral over [0, 1].
struct Node {
  double place = 0, weight = 0;
};

// Gauss–Legendre: exact for polynomials of degree 2·count − 1; places ascending, weights sum to 1. count ≥ 1.
std::vector<Node> gauss_legendre(int64_t count);

}  // namespace fovea::attribution
