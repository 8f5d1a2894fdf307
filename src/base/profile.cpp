#include "base/profile.h"

#include <algorithm>

namespace fovea {

void Profile::enter(std::string_view part) {
  leave();
  const auto found = std::find_if(parts_.begin(), parts_.end(), [part](const auto& one) { return one.first == part; });
  current_ = static_cast<size_t>(found - parts_.begin());
  if (found == parts_.end()) parts_.emplace_back(part, 0.0);
}

void Profile::leave() {
  const double now = clock_.seconds();
  if (current_ != kNone) parts_[current_].second += now - since_;
  current_ = kNone;
  since_ = now;
}

}  // namespace fovea
