// Integrated gradients (Sundararajan, Taly & Yan 2017) from an input of zeros: vectors and n-gram ratios alike.
#pragma once

#include <span>
#include <vector>

#include "attribution/methods.h"
#include "attribution/text_subject.h"

namespace fovea::attribution {

inline constexpr int64_t kFewestSteps = 8, kMostSteps = 512;
inline constexpr double kGapWanted = 0.01;
// A smaller difference between p(c | x) and p(c | 0) counts as this one: of nothing no share can be right.
inline constexpr double kLeastDifference = 0.001;

// The steps of each text are doubled until its gap is below kGapWanted or they are kMostSteps: a gap that is larger
// after those is handed out as it is.
std::vector<Attribution> integrated_gradients(TextSubject& subject, std::span<const Text> texts,
                                              std::span<const int64_t> towards);

}  // namespace fovea::attribution
