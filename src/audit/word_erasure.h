// What erasing the words that a map names does to the answer (DeYoung et al. 2020): comprehensiveness, what the answer
// loses without the top words, and sufficiency, what it loses when only they remain. For any model and either way of
// erasing, so that a twin trained with masks is asked as the model itself is.
#pragma once

#include <array>
#include <vector>

#include "audit/erased_texts.h"
#include "audit/material.h"
#include "audit/number.h"
#include "audit/order.h"

namespace fovea::audit {

// One value per text, of one order of its words. AOPC: the mean over 1, 5, 10, 20 and 50 % of the words.
struct WordErasure {
  std::vector<double> comprehensiveness;                         // AOPC, of p(c|x); higher is better
  std::vector<double> sufficiency;                               // AOPC, of p(c|x); lower is better
  std::vector<double> comprehensiveness_odds, sufficiency_odds;  // the same of the log-odds of c
  std::vector<std::array<double, 5>> without, only;              // by share: the curves behind them, of p(c|x)
};

// orders[map][text]. One result per map.
std::vector<WordErasure> erase_words(Subject& subject, Erased how, const std::vector<Text>& texts,
                                     const Answers& answers, const std::vector<std::vector<Order>>& orders,
                                     const std::function<void(double)>& progress);

// The mean of several, text by text: of the draws of random orders.
WordErasure mean_of(const std::vector<WordErasure>& draws);

}  // namespace fovea::audit
