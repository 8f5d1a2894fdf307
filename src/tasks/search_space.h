// What `fovea tune` may vary of a kind of task: stages in their order, each with the options that it varies together.
// Plain data that a task hands to the search (src/study/); nothing of its own kind stands in the search itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::tasks {

struct Setting {
  std::string option;  // long name without dashes
  std::string value;   // as on the command line; of a flag "true" or "false"

  bool operator==(const Setting&) const = default;
};
using SettingList = std::vector<Setting>;

struct Dimension {
  std::string option;
  std::vector<std::string> choices = {};  // these, or else numbers from low to high
  double low = 0, high = 0;
  enum class Scale { kLinear, kLogarithmic } scale = Scale::kLinear;
  int64_t multiple_of = 0;  // numbers are rounded to it; 0: not whole

  // Where this was chosen before, low and high are so many times as large.
  Setting beside = {};
  double times = 1;
};

struct Stage {
  std::string name;
  std::vector<Dimension> dimensions;
};

struct SearchSpace {
  // What the others depend on comes first: sizes compared under a bad learning rate say little. An option that the
  // command line has set is left out, and so is one that cannot apply to what was chosen before it.
  std::vector<Stage> stages;
  // Where the search begins when the usual settings are too large for --max-size: the first of these that is not.
  std::vector<SettingList> smaller;
};

}  // namespace fovea::tasks
