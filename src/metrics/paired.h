// Two systems on the same texts, each trained with the same seeds: the differences, and how much of them is the luck of
// the seeds. The two ways of asking whether a difference could be luck stand in randomisation.h and
// bootstrap_difference.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fovea::metrics {

// values[text · seeds + seed]: the score of one system on that text with that seed, less the other's.
struct PairedDifferences {
  size_t texts = 0, seeds = 0;
  std::vector<double> values;

  std::vector<double> text_means() const;  // over the seeds, one per text
  double mean() const;                     // 0 where there are no values
};

// What the seeds add to the luck of the texts: the standard error of the mean that comes from seeds being good or bad
// on all texts at once. By the mean squares of texts × seeds, as for readers × cases (Obuchowski & Rockette 1995,
// Hillis 2014): max(0, MS(seed) − MS(text × seed)) / values. With one seed it can't be known: error 0, degrees 0.
struct SeedLuck {
  double error = 0;
  int degrees = 0;  // of freedom: seeds − 1

  // The draw of number `draw`: Student's t with `degrees`, times `error` (Bailey 1994).
  double draw(uint64_t seed, uint64_t draw) const;
};

SeedLuck seed_luck(const PairedDifferences& differences);

}  // namespace fovea::metrics
