// What a forward pass must know beside its inputs: whether it trains, and which random numbers are its own.
#pragma once

#include <cstdint>

namespace fovea::nn {

struct StepContext {
  bool training = false;
  uint64_t seed = 1;
  uint64_t step = 0;  // training step, for dropout
};

}  // namespace fovea::nn
