// What trainings that differ in their seed, or in having attention at all, have in common with the model audited.
#pragma once

#include <vector>

#include "audit/material.h"
#include "audit/number.h"
#include "audit/result.h"

namespace fovea::audit {

// What one training makes of the texts: its map of each, and whether it is right, 1, 0 or kNone.
struct Training {
  std::vector<Weights> maps;
  std::vector<double> right;
};
Training training_of(const Material& material, const Answers& answers);

// Mean JSD of the maps of every pair among the first and those that match it, per text. The first is the model audited.
SeedStability stability_of(const std::vector<Training>& trainings);

// The accuracy of `learned` less that of `even`, each the mean over its trainings, text by text.
Number gap_of(const std::vector<Training>& learned, const std::vector<Training>& even);

}  // namespace fovea::audit
