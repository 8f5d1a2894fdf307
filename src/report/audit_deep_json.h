// What an audit asks beyond what a grade needs, as JSON.
#pragma once

#include "audit/result.h"
#include "base/json.h"

namespace fovea::report {

// Each null where it was not measured.
Json soft_erasure_json(const audit::Result& result);
Json adversary_json(const audit::Result& result);
Json roar_json(const audit::Result& result);

}  // namespace fovea::report
