// The gradients of one training step, of all its shares together.
#pragma once

#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include "tasks/task.h"

namespace fovea::train {

// Gives the parameters, which are those of the task's module and have no gradients, those of the mean loss over
// `examples`, and returns that loss. Where the step has several shares (Task::shares), each is computed on one thread
// and they are added in their order, so that the bits do not depend on the number of threads.
double find_gradients(tasks::Task& task, std::span<const int64_t> examples, const tasks::Step& step,
                      const std::vector<at::Tensor>& parameters);

}  // namespace fovea::train
