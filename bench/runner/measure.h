// Timing of several contestants in turns within one run, so that what disturbs the machine disturbs all of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace fovea::bench {

struct Contestant {
  std::string name;
  std::function<std::vector<double>(int calls)> run;  // seconds of each of `calls` calls
  double bytes = 0;         // tensors that a call makes and holds at its highest; 0: not known
  double first_call = 0;    // seconds of the call before all others; 0: there was none
  bool is_process = false;  // runs in a process of its own
};

// A contestant of this process: `step` is one call. Calls it once.
Contestant contestant(const std::string& name, std::function<void()> step);

struct Rounds {
  int repeats = 10;    // rounds at most
  int calls = 1;       // timings a round
  double seconds = 8;  // a contestant that has used so much drops out once it has `fewest` timings
  size_t fewest = 3;
};

// Timings by contestant, none of them of its first call: there libraries make threads and machine code.
std::vector<std::vector<double>> measure(std::vector<Contestant>& contestants, const Rounds& rounds);

// Linear between the two nearest; 0 ≤ share ≤ 1; values not empty.
double quantile(std::vector<double> values, double share);

}  // namespace fovea::bench
