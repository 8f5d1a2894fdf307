// What the machine can do, measured beside every case: shares of it say more than numbers of one machine.
#pragma once

#include <string>

namespace fovea::bench {

struct Machine {
  double fma_peak = 0;   // operations a second, two for each lane of a multiply-add, on the instruction set in force
  double best_gemm = 0;  // the faster of Fovea's and libtorch's product of matrices, over a few shapes
};

// On `threads` threads, at the moment; takes about half a second.
Machine measure_machine(int threads);

// The better of two measurements.
Machine better(const Machine& one, const Machine& other);

double fma_peak(int threads);  // runner/fma_peak.cpp

std::string processor_name();

}  // namespace fovea::bench
