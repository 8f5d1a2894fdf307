// Who runs a case within this process: Fovea first, then libtorch's own layers.
#pragma once

#include <vector>

#include "runner/case.h"
#include "runner/measure.h"

namespace fovea::bench {

struct Field {
  double tokens = 0;                    // N, of a call of the case
  std::vector<Contestant> contestants;  // Fovea first
};

// Throws InternalError where a peer that computes the same function gets another result.
Field classifiers(const Case& given);  // kTrain, kInfer
Field layers(const Case& given);       // kLayers
Field attention(const Case& given);    // kAttend
Field steps(const Case& given);        // kSteps
Field field_of(const Case& given);     // whichever it is

bool has_peer(const Case& given, const std::string& peer);

}  // namespace fovea::bench
