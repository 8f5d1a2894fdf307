// Inputs into which a part was planted that decides the class: whether a map names it, and whether maps that lie would
// be caught.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/erasure.h"
#include "audit/material.h"
#include "audit/number.h"
#include "audit/result.h"

namespace fovea::audit {

// places: of the planted part, [input]. used: 1 where the model answers its class.
PlantedRow planted_row(const Map& map, const std::vector<int64_t>& places, const std::vector<double>& used,
                       uint64_t seed);

// Maps that lie. Each input is given the map of another of about the same length, cut or filled with 0.
Map swapped(const Map& map, const std::string& inputs);  // inputs: what they are called
// The weights of each input at other places.
Map permuted(const Map& map, const std::string& inputs, uint64_t seed);

struct FalsificationOptions {
  ErasureOptions erasure;
  uint64_t seed = 1;
};

struct FalsificationResult {
  std::vector<Falsification> controls;
};

// The attention of `subject`, whose inputs have a planted part each, swapped between inputs and permuted within them,
// beside the other `methods`. A metric that does not put the map that best names the planted part above the lie is
// fooled by it. places, used: as planted_row() has them.
FalsificationResult falsify(Subject& subject, const std::vector<int64_t>& places, const Answers& answers,
                            const std::vector<double>& used, const std::vector<Map>& methods,
                            const FalsificationOptions& options, const std::function<void(double)>& progress);

}  // namespace fovea::audit
