// What settings and variants are chosen for, always on the validation part: the score that decides, or trust, which is
// how far the weights go from random parts to the best other method (R, audit/verdict.h) among those that are about as
// accurate as the best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/sums.h"

namespace fovea::study {

enum class Goal { kAccuracy, kTrust };

// How far below the best one that is chosen by trust may be: a point of accuracy, or as much of another score.
inline constexpr double kTrustMargin = 0.01;
// Of the validation part, drawn, on which R is measured: as many as the verdict of an audit rests on.
inline constexpr int64_t kTrustInputs = 200;

struct Candidate {
  double score = 0;                 // of the measure that decides
  std::optional<double> recovered;  // R; none where no audit could say
  bool no_weights = false;          // a control, of which there is nothing to trust
};

// Whether it is as good as the best of those that have an R, but for the margin. A control sets no bar, since it cannot
// be chosen.
bool within_margin(const Candidate& one, const std::vector<Candidate>& all, const metrics::Measure& measure);

// Their numbers, the best first. By trust: of those within the margin the higher R; then by score those that are not,
// those without an R, and the controls. Equal ones stay in their order.
std::vector<size_t> ranked_by_trust(const std::vector<Candidate>& candidates, const metrics::Measure& measure);

}  // namespace fovea::study
