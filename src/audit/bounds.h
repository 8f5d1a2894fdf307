// How much any order of erasing could do to the answer (Edin et al. 2025): the lowest and highest mean drop of p(c|x)
// over all orders of an input's parts, between which the drop of a map is placed. Without it a map of a model that
// answers by few parts cannot be compared with that of another.
#pragma once

#include <cstdint>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

// Where the orders of erasing an input differ by less in their mean drop, no order matters, and there is no place
// between them: an input that gives nothing to find would else be judged by its noise.
inline constexpr double kOrderMatters = 0.05;

// Pieces that do next to nothing are ties: there are many of them, and in which order they come says nothing of a map.
// A tie moves p(c|x) by less than kTiedMoves when it alone is erased; where no piece does more, it moves the log-odds
// of c by no more than kTiedShare of what the strongest piece does. Its step in an order counts as every other, but
// changes nothing: it stays where it is.
inline constexpr double kTiedMoves = 0.01, kTiedShare = 0.1;

struct BoundsOptions {
  Erased how = Erased::kDeleted;
  size_t exhaustive_up_to = 8;  // pieces that are no ties: every order is tried, by all subsets of them
  size_t beam = 5;              // else the orders kept at each step,
  size_t next = 3;              // each of which goes on by so many pieces: those that alone do most
  size_t most_pieces = 40;      // at most 63; the parts of a longer input are grouped
};

// The pieces of an input that are erased as one: single parts, or of a longer input spans that differ by at most one
// part. The first part of each, rising from 0.
std::vector<int64_t> pieces_of(int64_t words, size_t most);

// One value per input: the mean drop over the steps of erasing piece by piece, all but the last, which leaves nothing
// for any order. A map's piece has the mean place of its parts.
struct Bounds {
  std::vector<double> lowest, highest;          // over the orders found, those of the maps among them
  std::vector<std::vector<double>> of_map;      // [map][input]
  std::vector<std::vector<double>> normalised;  // [map][input], 0 … 1; kNone where no order matters
  int64_t grouped = 0;                          // inputs whose parts were grouped
  // [input][pieces erased − 1]: the least and the most that erasing so many pieces did, of all sets that were tried.
  // One order need not reach all of the least or of the most.
  std::vector<std::vector<double>> least, most;
};

// inputs: of which bounds are searched, by their numbers. answers and maps, scores[map][input][part], are of these
// inputs alone, in the same order. Ties are broken by `seed`.
Bounds bounds_of(Subject& subject, const BoundsOptions& options, const Rows& inputs, const Answers& answers,
                 const std::vector<std::vector<std::vector<double>>>& maps, uint64_t seed,
                 const std::function<void(double)>& progress);

}  // namespace fovea::audit
