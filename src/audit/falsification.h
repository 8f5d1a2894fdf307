// Maps that lie, on texts where the truth is known: whether the audit would catch them, and which of its metrics see
// it.
#pragma once

#include <string>
#include <vector>

#include "audit/erasure.h"
#include "audit/planted.h"
#include "audit/result.h"

namespace fovea::audit {

struct FalsificationOptions {
  ErasureOptions erasure;
  uint64_t seed = 1;
};

struct FalsificationResult {
  std::vector<Falsification> controls;
  std::vector<std::string> fooled;  // metrics that do not tell a lying map from the true one
};

// The attention of `subject` on planted texts, and it swapped between texts and permuted within them, beside the other
// `methods`. `used`: 1 where the model answers the class of the planted word.
FalsificationResult falsify(Subject& subject, const PlantedTexts& texts, const Answers& answers,
                            const std::vector<double>& used, const std::vector<Map>& methods,
                            const FalsificationOptions& options, const std::function<void(double)>& progress);

}  // namespace fovea::audit
