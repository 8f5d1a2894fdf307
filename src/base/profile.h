// Where the time of a run goes, part by part.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/timing.h"

namespace fovea {

// A stopwatch that is on one part at a time, or on none. For one thread.
class Profile {
 public:
  using Parts = std::vector<std::pair<std::string, double>>;

  void enter(std::string_view part);  // from now on the time is this part's; until now it was that of the part before
  void leave();                       // from now on it is nobody's

  // Seconds by part up to the last enter() or leave(), in the order in which they were first entered.
  const Parts& parts() const { return parts_; }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  Parts parts_;
  size_t current_ = kNone;
  double since_ = 0;
  Stopwatch clock_;
};

}  // namespace fovea
