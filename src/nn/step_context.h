// What a forward pass must know beside its inputs: whether it trains, and which random numbers are its own.
#pragma once

#include <cstdint>

#include "base/random.h"

namespace fovea {
class Profile;
}

namespace fovea::nn {

struct StepContext {
  bool training = false;
  uint64_t seed = 1;
  uint64_t step = 0;           // training step, for dropout
  Profile* profile = nullptr;  // where given, told which part of the network the time goes into (nn/timed_part.h)
};

// The stream of dropout of the states in `layer`: streams of one step are told apart by the layer in the high bits.
inline RandomKey state_key(const StepContext& context, uint64_t layer) {
  return {context.seed, Purpose::kDropoutStates, context.step | layer << 48};
}

}  // namespace fovea::nn
