// What audits say of the variants of a comparison, with the luck of texts and of seeds in every interval, as the score
// that decides has it (comparison.h).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "metrics/bootstrap.h"
#include "study/trust.h"

namespace fovea::study {

enum class TrustMeasure {
  kRecovered,       // R of the weights: how far they go from random parts to the best other method
  kFirstRecovered,  // R of the picture that explain shows first
  kLift,            // the median of the largest lift
  kMarked,          // the share of inputs with a marked part
  kPermuted,        // the median of how far permuting the weights moves the answer
};
inline constexpr std::array<TrustMeasure, 5> kTrustMeasures = {TrustMeasure::kRecovered, TrustMeasure::kFirstRecovered,
                                                               TrustMeasure::kLift, TrustMeasure::kMarked,
                                                               TrustMeasure::kPermuted};

// The mean over the seeds of what each training has, and of less that of the first variant with the same seed. p is
// two-sided, from the draws of the interval; corrected (Holm) for all differences of all variants.
struct TrustNumber {
  double mean = 0;
  metrics::Interval interval;  // 95 %
  size_t seeds = 0;            // that have such a number
};
struct TrustDifference {
  double mean = 0;
  metrics::Interval interval;
  double p = 1, p_holm = 1;
  size_t seeds = 0;  // of which both variants have it

  bool shown() const { return p_holm < 0.05; }
};

// By TrustMeasure; none where no training has such a number.
struct ComparedTrust {
  std::array<std::optional<TrustNumber>, kTrustMeasures.size()> numbers;
  std::array<std::optional<TrustDifference>, kTrustMeasures.size()> differences;  // none of the first variant
};

// audits[variant][seed]; null where there is none. Inputs are resampled with replacement, the same for all seeds and
// variants; every training's number is computed anew of those drawn, and the mean over the seeds gets a draw for the
// luck of the seeds (metrics::SeedLuck): what the seeds' numbers vary by beyond what drawing inputs alone lets them
// differ. O(draws · inputs · trainings); deterministic.
std::vector<ComparedTrust> compare_trust(const std::vector<std::vector<const Trust*>>& audits);

}  // namespace fovea::study
