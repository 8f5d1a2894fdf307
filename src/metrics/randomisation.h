// Paired randomisation test (Noreen 1989, Yeh 2000): were the two systems alike, which of them was right on a text
// could as well be the other way round.
#pragma once

#include <cstdint>

#include "metrics/paired.h"

namespace fovea::metrics {

// The two-sided p of the mean difference: the share of `draws` at least as far from 0, itself counted once. A draw
// turns the sign of each text's difference (its mean over the seeds) at random and adds a draw for the luck of the
// seeds. 1 where nothing differs. O(draws · texts that differ); deterministic.
double randomisation_test(const PairedDifferences& differences, uint64_t seed = 12345, int draws = 10'000);

}  // namespace fovea::metrics
