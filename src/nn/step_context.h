// What a forward pass must know beside its inputs: whether it trains, and which random numbers are its own.
#pragma once

#include <cstdint>

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

}  // namespace fovea::nn
