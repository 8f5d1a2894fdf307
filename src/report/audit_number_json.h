// How a number of an audit stands in JSON.
#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "audit/number.h"
#include "base/json.h"

namespace fovea::report {

inline Json finite(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

// x, x_sd, x_ci and x_n; all but the last null where there is no such number.
inline void put(Json& out, const std::string& name, const audit::Number& number) {
  const bool none = number.n == 0;
  out[name] = none ? Json() : Json(number.mean);
  out[name + "_sd"] = none ? Json() : Json(number.sd);
  out[name + "_ci"] = none ? Json() : Json::array({number.low, number.high});
  out[name + "_n"] = number.n;
}

inline void put(Json& out, const std::string& name, const std::optional<audit::Number>& number) {
  put(out, name, number.value_or(audit::Number{}));
}

}  // namespace fovea::report
