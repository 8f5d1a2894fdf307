// Which instruction set the kernels run on: the best this CPU has, or the one named by the environment variable
// FOVEA_ISA. Nothing else in Fovea reads that variable.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace fovea::kernels {

// Reads FOVEA_ISA on the first call and restricts the kernels to it; later calls cost nothing. Call it once before the
// kernels run: kernels that run without it take the best set. Names are those of available_instruction_sets(), in any
// case, and "avx512" for avx3; empty or unset means the best. Throws UserError where the name is unknown or the CPU
// lacks it. Thread-safe; must not run beside a kernel.
void choose_instruction_set();

// The set the kernels run on: "avx3", "avx2", "sse4", "scalar", "neon", "sve", …
const char* instruction_set();

// What this CPU and this build can run, best first; the names FOVEA_ISA takes.
std::vector<std::string> available_instruction_sets();

// Calls body(name) once for each available set, best first, with the kernels restricted to it, and returns to the
// choice made before, also where body throws. For tests and benchmarks: no kernel may run in another thread meanwhile.
void for_each_instruction_set(const std::function<void(const std::string& name)>& body);

namespace internal {
// The restriction that FOVEA_ISA=name asks for; the part of choose_instruction_set() that tests can call. Empty lifts
// it.
void force_instruction_set(const std::string& name);
}  // namespace internal

}  // namespace fovea::kernels
