// Inputs into which parts were planted that decide the class: whether a map names them, and whether maps that lie would
// be caught.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/erasure.h"
#include "audit/material.h"
#include "audit/number.h"
#include "audit/result.h"
#include "audit/twins.h"

namespace fovea::audit {

using Places = std::vector<std::vector<int64_t>>;  // of the m parts of a shortcut, [input]

// used: 1 where the model answers the class of what was planted; the other inputs are left out.
PlantedRow planted_row(const Map& map, const Places& places, const std::vector<double>& used, uint64_t seed);

// A twin that was taught a shortcut, and how well each map of its parts names the shortcut.
struct PlantedOutcome {
  PlantedResult result;
  Number first_precision;    // of the picture that is shown first
  Answers answers;           // of the twin
  std::vector<double> used;  // as planted_row() has it
  std::vector<Map> methods;  // the maps of it that are attributions, the one audited among them where it is one
};
// Of `given` the method that is audited and the picture that is shown first: the same is asked of the twin.
PlantedOutcome ask_planted(const PlantedTwin& twin, const std::vector<std::string>& classes, const GivenMaps& given,
                           uint64_t seed, const std::function<void(double)>& progress);

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
FalsificationResult falsify(Subject& subject, const Places& places, const Answers& answers,
                            const std::vector<double>& used, const std::vector<Map>& methods,
                            const FalsificationOptions& options, const std::function<void(double)>& progress);

}  // namespace fovea::audit
