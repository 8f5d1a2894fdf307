// Depth standard: the quick audit, and what only trained twins can tell.
#pragma once

#include "audit/audit.h"
#include "audit/twins.h"

namespace fovea::audit {

struct StandardOptions {
  AuditOptions quick;
  int64_t seeds = kSeeds;      // trainings compared, the model audited among them, and as many with even weights
  size_t planted_bounds = 50;  // planted inputs of which the bounds of erasure are searched
  size_t shift_inputs = 200;   // whose inner states are compared
};

// `twins` null: the training data is not there; then only the quick part is run, and the grade is not-auditable.
Result audit_thoroughly(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                        const StandardOptions& options, Twins* twins, const Progress& progress,
                        AuditValues* values = nullptr);

}  // namespace fovea::audit
