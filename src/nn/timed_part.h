// Tells a profile which part of a network the time goes into, in both passes.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/step_context.h"

namespace fovea::nn {

// Forward, the time is the part's from here on, until another part begins. Backward, it is PART_backward's from the
// moment at which the gradient of the part's result is known. Does nothing without a profile, which must outlive the
// graph.
class TimedPart {
 public:
  TimedPart(const StepContext& context, const char* name);

  // Says what the part has made, and returns it. `result` must not be that of another part.
  const at::Tensor& made(const at::Tensor& result) const;

 private:
  Profile* profile_;
  const char* name_;
};

}  // namespace fovea::nn
