#include "study/variants.h"

#include <algorithm>

#include "base/errors.h"

namespace fovea::study {
namespace {

constexpr const char* kForm = "Write --vary OPTION=VALUE,VALUE, such as --vary attention=additive,mean.";

std::string joined(const Settings& settings, const std::string& between, bool with_option) {
  std::string text;
  for (const Setting& setting : settings) {
    text += (text.empty() ? "" : between) + (with_option ? setting.option + "=" : "") + setting.value;
  }
  return text;
}

}  // namespace

Axis parse_axis(const std::string& text) {
  const size_t equals = text.find('=');
  Axis axis;
  axis.option = text.substr(0, equals);
  if (axis.option.starts_with("--")) axis.option.erase(0, 2);
  std::replace(axis.option.begin(), axis.option.end(), '_', '-');
  if (equals == std::string::npos || axis.option.empty()) {
    throw UserError(ExitCode::kUsage, "--vary: cannot read '" + text + "'", kForm);
  }
  for (size_t begin = equals + 1; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string value = text.substr(begin, end - begin);
    if (value.empty()) throw UserError(ExitCode::kUsage, "--vary " + text + ": a value is empty", kForm);
    if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end()) {
      throw UserError(ExitCode::kUsage, "--vary " + text + ": '" + value + "' stands twice", "Leave one out.");
    }
    axis.values.push_back(value);
    begin = end + 1;
  }
  return axis;
}

std::vector<Settings> grid(const std::vector<Axis>& axes) {
  std::vector<Settings> combinations = {{}};
  for (const Axis& axis : axes) {
    std::vector<Settings> longer;
    for (const Settings& settings : combinations) {
      for (const Setting& setting : settings) {
        if (setting.option != axis.option) continue;
        throw UserError(ExitCode::kUsage, "--vary: '" + axis.option + "' stands twice",
                        "Give all its values at once: --vary " + axis.option + "=VALUE,VALUE.");
      }
      for (const std::string& value : axis.values) {
        longer.push_back(settings);
        longer.back().push_back({axis.option, value});
      }
    }
    combinations = std::move(longer);
  }
  return combinations;
}

std::string short_name(const Settings& settings) {
  return joined(settings, ", ", false);
}

std::string long_name(const Settings& settings) {
  return joined(settings, " ", true);
}

}  // namespace fovea::study
