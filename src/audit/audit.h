// The whole audit of a model on labelled inputs.
#pragma once

#include <optional>

#include "attribution/methods.h"
#include "audit/erasure.h"
#include "audit/material.h"
#include "audit/result.h"

namespace fovea::audit {

struct AuditOptions {
  uint64_t seed = 1;
  int permutations = 100;
  ErasureOptions erasure;  // its seed is set to `seed`
};

// What a door knows of the subject's inputs.
struct AuditInput {
  Material material;
  // A map in place of the model's attention, [input][part], any finite numbers, of which only the order counts; and
  // what all maps are compared with.
  GivenMaps given;
  std::string why_no_odds;  // why given.odds is empty, a whole sentence; "" where it is not
  int64_t seen_in_training = 0, seen_in_validation = 0;
};

// What an audit learned input by input, for what goes deeper with the same inputs.
struct AuditValues {
  Answers answers;
  std::vector<Map> maps;  // the one audited first
  GateValues gate;
  ErasureValues erasure;
  std::vector<double> weights_matter;       // JSD without the largest weight, less without a random other
  std::vector<double> dependence;           // how far masking every part moves the answer
  std::vector<std::vector<double>> losses;  // p(c|x) − p(c|x without the part), [input][part]
  // What the recovery of the grade is the ratio of, by input: normalised AOPC less that of random parts, of the map
  // audited and of the best other method; and of the picture that is shown first.
  struct Beyond {
    std::vector<double> map, best;
  };
  Beyond beyond, first_beyond;
  std::optional<Evidence> first_evidence;  // of that picture; none where it is the weights of every input
};

// Depth quick: nothing is trained. Asks `subject` and `attributor` only. At least two inputs of two parts or more.
// What they cannot be asked for is left out, and the result says so.
Result audit_quickly(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                     const AuditOptions& options, const Progress& progress, AuditValues* values = nullptr);

}  // namespace fovea::audit
