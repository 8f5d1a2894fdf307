// The learning rate of each step.
#pragma once

#include <cstdint>

#include "train/options.h"

namespace fovea::train {

// Rate of step `step` (from 0) out of `total`: rises linearly over the warm-up, then falls as options.decay says.
double learning_rate_at(const TrainOptions& options, int64_t step, int64_t total);

}  // namespace fovea::train
