// Depth deep: the standard audit, and then one part after the other that asks what no grade rests on. A part is a
// function in a file of its own; deep.cpp has the list of them.
#pragma once

#include <functional>

#include "audit/standard.h"

namespace fovea::audit {

struct DeepOptions {
  StandardOptions standard;
  Depth depth = Depth::kDeep;  // kStandard: of the parts only those that are cheap
  int64_t roar_seeds = 3;      // of recursive ROAR, which trains some thirty models for each; 0: none
};

// What a part works on.
struct DeepWork {
  Subject& subject;
  attribution::Attributor& attributor;
  const AuditInput& input;
  const DeepOptions& options;
  Twins* twins;               // null: the training data is not there
  const AuditValues& values;  // what the standard audit learned, input by input
  Result& result;             // a part adds its own to it
  uint64_t seed() const { return options.standard.quick.seed; }
};

// done(share of the part, 0 to 1).
using DeepDone = std::function<void(double share)>;

struct DeepPart {
  const char* name;  // a pattern for Nouns::in(), as progress and cost tell it
  Depth from;        // kStandard: cheap enough to be run there as well
  bool trains;       // it is left out where there are no twins
  double weight;     // its time beside that of the standard audit, roughly
  void (*run)(const DeepWork& work, const DeepDone& done);
};

// The standard audit, then every part of the list that belongs to `options.depth`. `twins` as in audit_thoroughly().
Result audit_deeply(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                    const DeepOptions& options, Twins* twins, const Progress& progress, AuditValues* values = nullptr);

}  // namespace fovea::audit
