// What a study varies: options with their values, and the grid of them.
#pragma once

#include <string>
#include <vector>

#include "tasks/search_space.h"

namespace fovea::study {

using tasks::Setting;
using Settings = tasks::SettingList;

struct Axis {
  std::string option;
  std::vector<std::string> values;
};

// "attention=additive,mean". Throws UserError (kUsage) where that is not its form, or a value stands twice.
Axis parse_axis(const std::string& text);

// Every combination; the last axis changes fastest. Throws UserError (kUsage) where an option stands on two axes.
std::vector<Settings> grid(const std::vector<Axis>& axes);

// "additive, lstm": the values alone, for tables that name the options elsewhere.
std::string short_name(const Settings& settings);
// "attention=additive encoder=lstm"
std::string long_name(const Settings& settings);

}  // namespace fovea::study
