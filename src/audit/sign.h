// Attention is never negative, so it cannot say that a word speaks against the answer: how often the top word of a map
// does (after Liu et al. 2022).
#pragma once

#include <vector>

#include "audit/erased_texts.h"
#include "audit/material.h"
#include "audit/number.h"
#include "audit/order.h"

namespace fovea::audit {

// Rises of p(c|x) up to this much are no violation: rounding, and answers that stay what they are.
inline constexpr double kRise = 0.01;

struct SignTexts {
  std::vector<double> violates;  // 1 where p(c|x) rises by more than kRise without the top word, else 0
  std::vector<double> rises;     // 1 where it rises at all
};

// orders[map][text]. One result per map.
std::vector<SignTexts> sign_of(Subject& subject, Erased how, const std::vector<Text>& texts, const Answers& answers,
                               const std::vector<std::vector<Order>>& orders);

}  // namespace fovea::audit
