// Counter-based random numbers: every number is a pure function of (seed, purpose, step, position), so that a resumed
// run draws exactly what an uninterrupted one would, whatever was drawn in between and on however many threads. The
// mixing function is that of SplitMix64 (Steele, Lea & Flood 2014), applied to the words of the key in turn.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace fovea {

// What a stream of numbers is for. Values are part of the result: never renumber, only append.
enum class Purpose : uint64_t {
  kInitialise = 1,
  kShuffle = 2,
  kDropoutEmbedding = 3,
  kDropoutStates = 4,
  kDropoutOutput = 5,
  kSplit = 6,
  kBootstrap = 7,
  kMadeData = 8,
  kTest = 9,
  kDropoutWord = 10,
  kDropoutNgrams = 11,
  kRandomisation = 16,
  kSeedLuck = 17,
  kSearch = 18,
  kAuditOrder = 19,
  kAuditPermutation = 20,
  kAuditSample = 21,
  kAuditRandomMap = 22,
  kRandomScores = 23,
  kMasking = 24,
  kPlanting = 25,
  kFidelity = 26,
  kShift = 27,
  kDropoutNeighbours = 28,
  kAdversary = 32,
  kSoftErasure = 33,
  kRoar = 34,
  kSampling = 40,
};

// Names one stream of numbers.
struct RandomKey {
  uint64_t seed = 1;
  Purpose purpose = Purpose::kTest;
  uint64_t step = 0;  // training step, epoch, layer: whatever tells streams of one purpose apart
};

// 64 well-mixed bits.
constexpr uint64_t mix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// The stream's own start value; `random_bits(base, i)` is its i-th number. Split so that a loop mixes the key once.
constexpr uint64_t stream_base(const RandomKey& key) {
  return mix64(mix64(mix64(key.seed) ^ static_cast<uint64_t>(key.purpose)) ^ key.step);
}
constexpr uint64_t random_bits(uint64_t base, uint64_t position) {
  return mix64(base ^ mix64(position));
}

// Uniform in [0, 1), 53 bits.
constexpr double uniform(uint64_t base, uint64_t position) {
  return static_cast<double>(random_bits(base, position) >> 11) * 0x1.0p-53;
}

// Uniform in [0, n), n > 0; the bias of the multiply-shift is below n / 2^32 and irrelevant here.
constexpr uint64_t uniform_below(uint64_t base, uint64_t position, uint64_t n) {
  return ((random_bits(base, position) >> 32) * n) >> 32;
}

// Fisher–Yates with the stream of `key`.
template <typename T>
void shuffle(std::span<T> values, const RandomKey& key) {
  const uint64_t base = stream_base(key);
  for (size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[uniform_below(base, i, i)]);
  }
}

}  // namespace fovea
