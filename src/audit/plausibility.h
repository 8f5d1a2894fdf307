// Do maps name the parts that people marked? Kept apart from all else: no part of it enters the verdict, and none of it
// is evidence that a map is faithful. A map may please people and say nothing of the model, or the other way round.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/maps.h"
#include "audit/material.h"
#include "audit/number.h"
#include "metrics/trust/plausibility.h"

namespace fovea::audit {

// What people marked in one input.
struct Marked {
  std::vector<metrics::WordSpan> spans;  // of its parts, rising, no two overlapping; none: no part that is read
  // People's own words, which need not be the model's: those marked, and how many of these the model reads. 0: nothing
  // is marked.
  int64_t words = 0, read = 0;
};

// How one map agrees with them. Every number is over the inputs that are scored.
struct PlausibilityRow {
  std::string name;
  MapKind kind = MapKind::kAttribution;
  Number precision, recall, f1;     // of the top parts, the mean over inputs
  Number iou_micro, iou_macro;      // F1 of their runs, matched at an intersection over union of .5
  Number auprc, average_precision;  // area under precision over recall: by trapezoids, by steps
  Number beyond_random;             // average precision less that of random parts, input by input
};

struct Plausibility {
  int64_t inputs = 0;                 // scored
  int64_t without = 0;                // of which people marked nothing, left out
  int64_t beyond_window = 0;          // of which the model reads nothing that is marked, left out
  Number marked_share;                // of the parts of an input: its mean says how many of a map's top parts are taken
  Number read_share;                  // of people's marked words, those that the model reads
  std::vector<PlausibilityRow> maps;  // those of the audit, the one audited first, then kEvenSpreadMap
  PlausibilityRow random;             // the mean of the draws
  int64_t random_draws = 10;

  // What a door adds.
  std::string file;
  int64_t not_audited = 0;  // inputs that the file marks and that are not among those audited
  int64_t joined = 0;       // spans that overlap one before them, or are the same: taken as one
  int64_t misquoted = 0;    // spans whose text in the file is not that of the words they name
};

// A map that spreads its top parts evenly over the input, however many of them are taken: it knows nothing.
inline constexpr const char* kEvenSpreadMap = "even-spread";
std::vector<double> even_spread(size_t parts);

// How many of `parts` parts are a map's top ones where people mark this share of them: rounded up, one at least.
size_t top_count(double share, size_t parts);

// marked: [input] of the subject. Nothing is asked of the model. Where no input can be scored, there are no rows.
// * Top parts are taken by order, ties drawn with `seed`; F1 is the mean over inputs.
// * Micro IOU-F1 counts spans of all inputs together; macro IOU-F1 is the F1 of the mean precision and the mean recall,
//   as ERASER's program has it.
// * What people marked beyond what the model reads counts in read_share alone.
Plausibility plausibility_of(const Subject& subject, const std::vector<Map>& maps, const std::vector<Marked>& marked,
                             uint64_t seed);

}  // namespace fovea::audit
