// The machine as a training uses it: threads, instruction set, and what is written down of both.
#pragma once

#include "base/json.h"

namespace fovea::flows {

// To be called before the first tensor. threads 0: every core that may be used. Chooses the instruction set of the
// kernels, and makes libtorch's own operators repeatable.
void use_machine(int threads);

void use_threads(int threads);
int threads_in_use();

// Program, libtorch, processor, threads, instruction sets.
Json machine_json();

}  // namespace fovea::flows
