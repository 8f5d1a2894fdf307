#include "cli/quantities.h"

#include <charconv>
#include <cmath>

#include "base/errors.h"

namespace fovea::cli {
namespace {

// The number before the unit; NaN where there is none.
double number_before(const std::string& text, std::string* unit) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nan("");
  *unit = std::string(end, text.data() + text.size());
  return value;
}

}  // namespace

double parse_duration(const std::string& text) {
  std::string unit;
  const double value = number_before(text, &unit);
  const double seconds = unit == "s" ? value : unit == "m" ? value * 60 : unit == "h" ? value * 3600 : std::nan("");
  if (seconds >= 1 && seconds <= 3.6e6) return seconds;
  throw UserError(ExitCode::kUsage, "'" + text + "' is no time", "Write seconds, minutes or hours: 90s, 10m, 1.5h.");
}

int64_t parse_size(const std::string& text) {
  std::string unit;
  const double value = number_before(text, &unit);
  const double bytes = unit.empty()  ? value
                       : unit == "k" ? value * 1e3
                       : unit == "M" ? value * 1e6
                       : unit == "G" ? value * 1e9
                                     : std::nan("");
  if (bytes >= 0 && bytes < 1e15) return std::llround(bytes);
  throw UserError(ExitCode::kUsage, "'" + text + "' is no size", "Write bytes, or thousands of them: 800k, 5M, 1G.");
}

}  // namespace fovea::cli
