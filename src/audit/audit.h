// The whole audit of a model on labelled texts.
#pragma once

#include <optional>

#include "attribution/methods.h"
#include "audit/erasure.h"
#include "audit/material.h"
#include "audit/result.h"
#include "audit/slices.h"

namespace fovea::audit {

struct AuditOptions {
  uint64_t seed = 1;
  int permutations = 100;
  ErasureOptions erasure;  // its seed is set to `seed`
};

// What a door knows of the texts.
struct AuditInput {
  Material material;
  // A map in place of the model's attention, [text][word]; any finite numbers, of which only the order counts.
  std::optional<std::vector<std::vector<double>>> map;
  int64_t seen_in_training = 0, seen_in_validation = 0;
};

// What an audit learned text by text, for what goes deeper with the same texts.
struct AuditTexts {
  Answers answers;
  std::vector<Map> maps;  // the one audited first
  GateTexts gate;
  ErasureTexts erasure;
  std::vector<double> dependence;
};

// Depth quick: nothing is trained. Asks `subject` and `attributor` only. At least two texts.
Result audit_quickly(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                     const AuditOptions& options, const Progress& progress, AuditTexts* texts = nullptr);

// The maps that are compared on one model: the one audited, the model's own beside it, each of several looks, and the
// other methods and priors. The gap and the steps of integrated gradients are noted in `result`.
std::vector<Map> maps_of(attribution::Attributor& attributor, const AuditInput& input, const Answers& answers,
                         uint64_t seed, Result& result, const std::function<void(double)>& progress);

}  // namespace fovea::audit
