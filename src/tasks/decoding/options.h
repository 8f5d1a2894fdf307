// How outputs are looked for, as people say it: what tasks have in common that answer with sequences.
#pragma once

#include <cstdint>
#include <optional>

#include "base/options/visitor.h"

namespace fovea::tasks {

struct DecodingOptions {
  int64_t beam = 5;             // hypotheses carried along; 1: greedy
  int64_t best = 1;             // outputs handed out for each input, at most as many as the beam has
  double length_penalty = 1;    // alpha of decoding/score.h
  double coverage_penalty = 0;  // beta of decoding/score.h
  double longest = 2;           // symbols of an output at most, in parts of its input; and ten more
  int64_t least_length = 0;     // symbols of an output
  bool unknown = false;         // whether the unknown symbol may be answered
  std::optional<int64_t> seed;  // draw the outputs instead of searching for the best
  double temperature = 1;       // of what is drawn
  int64_t top_k = 0;            // what is drawn is one of so many; 0: of all
  int64_t batch = 32;           // inputs that are worked on together

  bool samples() const { return seed.has_value(); }
  int64_t most_length(int64_t parts) const { return static_cast<int64_t>(longest * static_cast<double>(parts)) + 10; }
};

// Options of verbs that use a model.
void visit(DecodingOptions& options, options::Visitor& visitor);

inline DecodingOptions greedy_options() {
  DecodingOptions options;
  options.beam = 1;
  options.batch = 128;
  return options;
}

}  // namespace fovea::tasks
