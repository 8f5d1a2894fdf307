// What the trainings of depth deep came to: shortcuts of two parts, trained adversaries, weights on a model without
// context.
#pragma once

#include <string>

#include "audit/result.h"
#include "base/json.h"
#include "draw/terminal.h"

namespace fovea::report {

void put_trained_json(Json& out, const audit::Result& result);  // a key each; null where it was not measured

std::string audit_trained_text(const audit::Result& result, const draw::Style& style);  // tables; "" of other depths

std::string trained_figures(const audit::Result& result);  // for the page; "" of other depths

}  // namespace fovea::report
