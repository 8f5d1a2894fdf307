// How much any order of erasing could do to the answer (Edin et al. 2025): the lowest and highest mean drop of p(c|x)
// over all orders of a text's words, between which the drop of a map is placed. Without it a map of a model that
// answers by few words cannot be compared with that of another.
#pragma once

#include <cstdint>
#include <vector>

#include "audit/erased_texts.h"
#include "audit/material.h"
#include "audit/order.h"

namespace fovea::audit {

// Where the orders of erasing a text differ by less in their mean drop, no order matters, and there is no place between
// them: a text that gives nothing to find would else be judged by its noise.
inline constexpr double kOrderMatters = 0.05;

struct BoundsOptions {
  Erased how = Erased::kDeleted;
  size_t exhaustive_up_to = 8;  // pieces: every order is tried, by all subsets of them
  size_t beam = 5;              // else the orders kept at each step
  size_t most_pieces = 40;      // at most 63; the words of a longer text are grouped
};

// The pieces of a text that are erased as one: single words, or of a longer text spans that differ by at most one word.
// The first word of each, rising from 0.
std::vector<int64_t> pieces_of(int64_t words, size_t most);

// One value per text: the mean drop over the steps of erasing piece by piece, all but the last, which leaves nothing
// for any order. A map's piece has the sum of its words' scores.
struct Bounds {
  std::vector<double> lowest, highest;          // over the orders found, those of the maps among them
  std::vector<std::vector<double>> of_map;      // [map][text]
  std::vector<std::vector<double>> normalised;  // [map][text], 0 … 1; kNone where no order matters
  int64_t grouped = 0;                          // texts whose words were grouped
  // [text][pieces erased − 1]: the least and the most that erasing so many pieces did, of all sets that were tried. One
  // order need not reach all of the least or of the most.
  std::vector<std::vector<double>> least, most;
};

// maps: scores[map][text][word]. Ties are broken by `seed`.
Bounds bounds_of(Subject& subject, const BoundsOptions& options, const std::vector<Text>& texts, const Answers& answers,
                 const std::vector<std::vector<std::vector<double>>>& maps, uint64_t seed,
                 const std::function<void(double)>& progress);

}  // namespace fovea::audit
