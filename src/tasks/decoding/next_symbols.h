// A model that says step by step how probable each next symbol is, as a search for its best outputs asks it. What a
// symbol is (a word, a piece of one, a letter), what an input is and how the model works stands behind this.
#pragma once

#include <cstdint>
#include <span>

namespace fovea::tasks::decoding {

// The hypotheses of one step, a row for each. The rows of an input lie together, and inputs keep the order of the call.
// An input whose search is over has no rows any more.
struct StepRows {
  std::span<const int64_t> symbols;  // what the row reads: its last symbol; at the first step the one that begins
  // The row of the step before whose state the row goes on from; several may go on from one, and from some none does.
  // At the first step, where each input has at most one row, the number of the input.
  std::span<const int64_t> from;
  std::span<const int64_t> inputs;  // of which input it is
};

struct NextStep {
  // [rows, V], row-major: log p(next symbol | input, symbols so far), each at most 0 but for rounding; −infinity for
  // what cannot follow.
  std::span<const float> log_probabilities;
  // Where each row attended for it: a weight, finite and not below 0, for each part of the row's input, row after row.
  // Empty where the model does not attend.
  std::span<const float> weights;
};

class NextSymbols {
 public:
  virtual ~NextSymbols() = default;

  virtual int64_t symbols() const = 0;  // V

  // One step. What it gives stays valid until the next call. A row's numbers must not depend on the rows beside it, if
  // an input's outputs are not to depend on the inputs beside it.
  virtual NextStep step(const StepRows& rows) = 0;
};

}  // namespace fovea::tasks::decoding
