// The outcome of `fovea audit` as JSON: docs/schema/audit.json.
#pragma once

#include "audit/result.h"
#include "base/json.h"

namespace fovea::report {

Json audit_json(const audit::Result& result);

}  // namespace fovea::report
