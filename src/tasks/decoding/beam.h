// The best outputs of a model by beam search (Sutskever, Vinyals & Le 2014): of all hypotheses of one length the most
// probable ones go on, and one that ends takes its place in the beam with it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tasks/decoding/next_symbols.h"
#include "tasks/decoding/outputs.h"

namespace fovea::tasks::decoding {

struct SearchOptions {
  OutputRules rules;
  int64_t beam = 5;  // hypotheses carried along per input, ≥ 1; 1: greedy, the most probable symbol each time
  int64_t best = 1;  // outputs handed out per input at most, 1 … beam
  double length_penalty = 0.6;  // alpha, ≥ 0 (`src/tasks/decoding/score.h`)
  double coverage_penalty = 0;  // beta, ≥ 0; above 0 the model must attend
  // Stop asking as soon as no hypothesis can come among the best any more. The outputs are the same without it.
  bool early_stop = true;
};

// parts [B]: of each input, 0 or more. → by input the best first: distinct and by falling score
//   Σ log p / ((5 + n) / 6)^alpha + beta · coverage,
// of equal ones that first that ended first, then the more probable one. Hypotheses of one length are cut down to the
// beam by Σ log p alone, for what an unfinished one will yet attend to nobody knows. An input's outputs depend neither
// on the inputs beside it nor on their order, if the model's rows do not. It asks at most beam · B rows at a time. With
// a beam of V^(most + 1) every output is looked at.
std::vector<std::vector<Hypothesis>> search(NextSymbols& model, std::span<const int64_t> parts,
                                            const SearchOptions& options);

}  // namespace fovea::tasks::decoding
