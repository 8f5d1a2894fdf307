// Does attention order the words as other methods do? Kendall's tau-b, text by text. It describes and judges nothing:
// the other methods do not agree with each other either (Neely et al. 2021).
#pragma once

#include <string>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

struct PairAgreement {
  std::string first, second;  // names of maps
  Number tau;                 // −1 … 1; 0 where the two know nothing of each other
  Number significant;         // share of the texts with p < .05; .05 by chance
  Number tau_top;             // on the words that the first puts on top
};

struct Agreement {
  int64_t top = 0;  // words in tau_top: the larger of 10 and 10 % of the mean length
  std::vector<PairAgreement> pairs;
};

// The map audited with every other; then gradient with leave-one-out, where both are there.
Agreement agreement_of(const std::vector<Map>& maps);

// One value per text: tau-b, kNone where there is none.
std::vector<double> taus_of(const Map& first, const Map& second);

}  // namespace fovea::audit
