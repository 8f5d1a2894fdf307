#include "runner/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/timing.h"
#include "runner/memory.h"

namespace fovea::bench {
namespace {

// OpenMP's threads spin a while after they were busy, and ONNX Runtime's too: they get time to fall asleep before
// another process is timed.
constexpr auto kFallAsleep = std::chrono::milliseconds(30);

}  // namespace

Contestant contestant(const std::string& name, std::function<void()> step) {
  const Stopwatch first;
  const double bytes = static_cast<double>(peak_tensor_bytes(step));
  return {name,
          [step](int calls) {
            if (calls > 1) step();  // the other contestants' data are out of the cache again
            std::vector<double> seconds;
            for (int call = 0; call < calls; ++call) {
              const Stopwatch watch;
              step();
              seconds.push_back(watch.seconds());
            }
            return seconds;
          },
          bytes, first.seconds()};
}

std::vector<std::vector<double>> measure(std::vector<Contestant>& contestants, const Rounds& rounds) {
  std::vector<std::vector<double>> timings(contestants.size());
  std::vector<double> spent;
  for (const Contestant& one : contestants) spent.push_back(one.first_call);
  for (int round = -1; round < rounds.repeats; ++round) {  // the first warms up who is not slow
    for (size_t k = 0; k < contestants.size(); ++k) {
      const bool slow = spent[k] > rounds.seconds;
      if (slow && (round < 0 || timings[k].size() >= rounds.fewest)) continue;
      if (contestants[k].is_process) std::this_thread::sleep_for(kFallAsleep);
      const Stopwatch watch;
      const std::vector<double> seconds = contestants[k].run(rounds.calls);
      spent[k] += watch.seconds();
      if (contestants[k].is_process) std::this_thread::sleep_for(kFallAsleep);
      if (round >= 0) timings[k].insert(timings[k].end(), seconds.begin(), seconds.end());
    }
  }
  return timings;
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(std::floor(place)), above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - std::floor(place)) * (values[above] - values[below]);
}

}  // namespace fovea::bench
