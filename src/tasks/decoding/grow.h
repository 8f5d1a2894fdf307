// The steps that every search takes, whatever it chooses: asks the model for the rows that are left of a batch of
// inputs, and gives each input its own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "tasks/decoding/next_symbols.h"
#include "tasks/decoding/outputs.h"

namespace fovea::tasks::decoding {

// A hypothesis that goes on.
struct Tip {
  int64_t symbol = 0;  // its last
  int64_t from = 0;    // the tip of the step before, of the same input, that it came from; 0 at the first step
};

// The part of a step that belongs to one input: a row for each of its tips.
struct OwnRows {
  std::span<const float> log_probabilities;  // [tips, V]
  std::span<const float> weights;            // [tips, parts], or empty where the model does not attend
  int64_t symbols = 0;                       // V
  int64_t parts = 0;

  std::span<const float> row(int64_t tip) const {
    return log_probabilities.subspan(static_cast<size_t>(tip * symbols), static_cast<size_t>(symbols));
  }
  std::span<const float> weights_of(int64_t tip) const {
    return weights.subspan(static_cast<size_t>(tip * parts), static_cast<size_t>(parts));
  }
  bool has_weights() const { return !weights.empty() || parts == 0; }
};

// The outputs of one input while they grow.
class Growth {
 public:
  virtual ~Growth() = default;
  virtual std::span<const Tip> tips() const = 0;  // one at first; none: it is over
  virtual void advance(const OwnRows& rows) = 0;  // one step, of the tips as they are
  virtual std::vector<Hypothesis> outputs() = 0;  // once, when it is over
};

// `parts` [B]; begin(b) gives the growth of input b. → by input. Memory of an input that is over is given up.
std::vector<std::vector<Hypothesis>> grow(NextSymbols& model, std::span<const int64_t> parts,
                                          const std::function<std::unique_ptr<Growth>(size_t input)>& begin);

// The lengths by the rules, checked, with the rules themselves. V symbols.
Lengths checked_lengths(const OutputRules& rules, int64_t symbols, int64_t parts);

}  // namespace fovea::tasks::decoding
