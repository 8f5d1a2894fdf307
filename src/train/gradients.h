// The gradients of one training step, of all its shares together.
#pragma once

#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include "tasks/task.h"

namespace fovea::train {

// Lowers nothing yet: leaves in `parameters`, which are those of the task's module and have no gradients, the gradients
// of the mean loss over `examples`, and returns that loss. Shares of the step (Task::shares) are computed on as many
// threads as there are, each on one of them, and added in their order, so the bits do not depend on how many those are.
double find_gradients(tasks::Task& task, std::span<const int64_t> examples, const tasks::Step& step,
                      const std::vector<at::Tensor>& parameters);

}  // namespace fovea::train
