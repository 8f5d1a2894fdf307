// One word alignment from those of the two directions, from source to target and back, each of which lets a word have
// several links on one side only (Koehn, Och & Marcu 2003; Och & Ney 2003).
#pragma once

#include "metrics/sequence/links.h"

namespace fovea::metrics {

enum class Symmetrisation {
  kIntersection,      // links of both directions
  kUnion,             // of either
  kGrowDiagFinal,     // the intersection; links of the union beside it, diagonally too, while they link a word that has
                      // no link yet; then those of each direction that link such a word
  kGrowDiagFinalAnd,  // the same, but in the end only links between two words that both have none
};

const char* symmetrisation_name(Symmetrisation symmetrisation);  // "intersection", "grow-diag-final-and"

// Both are given as source-target links, ascending and each once. What is added depends on the order: words of the
// target one after the other, for each of them the words of the source, as the published pseudo-code has it; `forward`
// comes before `backward` in the end. O(links · log links) for each round of growing.
Links symmetrise(const Links& forward, const Links& backward, Symmetrisation symmetrisation);

}  // namespace fovea::metrics
