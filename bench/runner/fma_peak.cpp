// The most multiply-adds that the processor does: independent ones, from registers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runner/fma_peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::bench {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// `rounds` times 12 independent multiply-adds of a vector; returns the floats of a vector. `out` holds 64 floats.
size_t MultiplyAdds(size_t rounds, float* HWY_RESTRICT out) {
  const hn::ScalableTag<float> d;
  const auto a = hn::Set(d, 0.999f), b = hn::Set(d, 0.001f);
  // Distinct values, lest the compiler take two sums for one.
  auto c0 = hn::Set(d, out[0]), c1 = hn::Set(d, out[1]), c2 = hn::Set(d, out[2]), c3 = hn::Set(d, out[3]);
  auto c4 = hn::Set(d, out[4]), c5 = hn::Set(d, out[5]), c6 = hn::Set(d, out[6]), c7 = hn::Set(d, out[7]);
  auto c8 = hn::Set(d, out[8]), c9 = hn::Set(d, out[9]), c10 = hn::Set(d, out[10]), c11 = hn::Set(d, out[11]);
  for (size_t i = 0; i < rounds; ++i) {
    c0 = hn::MulAdd(c0, a, b), c1 = hn::MulAdd(c1, a, b), c2 = hn::MulAdd(c2, a, b), c3 = hn::MulAdd(c3, a, b);
    c4 = hn::MulAdd(c4, a, b), c5 = hn::MulAdd(c5, a, b), c6 = hn::MulAdd(c6, a, b), c7 = hn::MulAdd(c7, a, b);
    c8 = hn::MulAdd(c8, a, b), c9 = hn::MulAdd(c9, a, b), c10 = hn::MulAdd(c10, a, b), c11 = hn::MulAdd(c11, a, b);
  }
  c0 = hn::Add(hn::Add(hn::Add(c0, c1), hn::Add(c2, c3)), hn::Add(hn::Add(c4, c5), hn::Add(c6, c7)));
  c0 = hn::Add(c0, hn::Add(hn::Add(c8, c9), hn::Add(c10, c11)));
  hn::StoreU(c0, d, out);
  return hn::Lanes(d);
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <thread>
#include <vector>

#include "base/timing.h"
#include "runner/machine.h"

namespace fovea::bench {

HWY_EXPORT(MultiplyAdds);

double fma_peak(int threads) {
  constexpr size_t kRounds = 500000;  // 3 to 6 ms: some repeat is not disturbed
  double best = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::vector<size_t> lanes(static_cast<size_t>(threads));
    const auto job = [&](size_t t) {
      float out[64];
      for (int i = 0; i < 64; ++i) out[i] = static_cast<float>(i);
      lanes[t] = HWY_DYNAMIC_DISPATCH(MultiplyAdds)(kRounds, out);
    };
    const Stopwatch watch;
    std::vector<std::thread> others;
    for (size_t t = 1; t < lanes.size(); ++t) others.emplace_back(job, t);
    job(0);
    for (std::thread& other : others) other.join();
    best = std::max(best,
                    static_cast<double>(threads) * kRounds * 12 * 2 * static_cast<double>(lanes[0]) / watch.seconds());
  }
  return best;
}

}  // namespace fovea::bench
#endif  // HWY_ONCE
