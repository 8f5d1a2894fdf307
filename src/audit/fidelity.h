// F-Fidelity (Zheng et al. 2025): what dropping random parts of a map's top words does to the right answers, on a model
// that has seen texts with so few words masked.
#pragma once

#include <functional>
#include <vector>

#include "audit/material.h"

namespace fovea::audit {

struct FidelityOptions {
  double share = 0.2;  // of the words, rounded up: the top part of a map
  double alpha = 0.5, beta = 0.1;
  int draws = 50;
  uint64_t seed = 1;
};

// One value per text; kNone where the truth is unknown.
struct FidelityTexts {
  std::vector<double> plus;   // of the top part; higher is better
  std::vector<double> minus;  // of the rest; lower is better
};

// One per map. `subject`: the model trained with a share of beta of the words masked.
std::vector<FidelityTexts> fidelity_of(Subject& subject, const Material& material, const std::vector<Map>& maps,
                                       const FidelityOptions& options, const std::function<void(double)>& progress);

}  // namespace fovea::audit
