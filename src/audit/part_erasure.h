// What erasing the parts that a map names does to the answer. For any model and either way of erasing, so that a twin
// trained with masks is asked as the model itself is.
#pragma once

#include <array>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

// Comprehensiveness is what the answer loses without the top parts, sufficiency what it loses when only they remain
// (DeYoung et al. 2020). One value per input, of one order of its parts. AOPC: the mean over 1, 5, 10, 20 and 50 % of
// the parts.
struct PartErasure {
  std::vector<double> comprehensiveness;                         // AOPC, of p(c|x); higher is better
  std::vector<double> sufficiency;                               // AOPC, of p(c|x); lower is better
  std::vector<double> comprehensiveness_odds, sufficiency_odds;  // the same of the log-odds of c
  std::vector<std::array<double, 5>> without, only;              // by share: the curves behind them, of p(c|x)
};

// orders[map][input]. One result per map, of the inputs in `rows`; kNone of all others.
std::vector<PartErasure> erase_parts(Subject& subject, Erased how, const Answers& answers, const Rows& rows,
                                     const std::vector<std::vector<Order>>& orders,
                                     const std::function<void(double)>& progress);

// The mean of several, input by input: of the draws of random orders.
PartErasure mean_of(const std::vector<PartErasure>& draws);

// Attention is never negative, so it cannot say that a part speaks against the answer: how often the top part of a map
// does (after Liu et al. 2022).

// Rises of p(c|x) up to this much are no violation: rounding, and answers that stay what they are.
inline constexpr double kRise = 0.01;

struct SignValues {
  std::vector<double> violates;  // 1 where p(c|x) rises by more than kRise without the top part, else 0
  std::vector<double> rises;     // 1 where it rises at all
};

// orders[map][input]. One result per map.
std::vector<SignValues> sign_of(Subject& subject, Erased how, const Answers& answers,
                                const std::vector<std::vector<Order>>& orders);

}  // namespace fovea::audit
