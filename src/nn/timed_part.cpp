#include "nn/timed_part.h"

#include <string>

#include "base/profile.h"

namespace fovea::nn {

TimedPart::TimedPart(const StepContext& context, const char* name) : profile_(context.profile), name_(name) {
  if (profile_) profile_->enter(name_);
}

const at::Tensor& TimedPart::made(const at::Tensor& result) const {
  if (profile_ && result.requires_grad()) {
    result.register_hook(
        [profile = profile_, part = std::string(name_) + "_backward"](const at::Tensor&) { profile->enter(part); });
  }
  return result;
}

}  // namespace fovea::nn
