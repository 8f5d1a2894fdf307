// The hypotheses of one input while they grow, as a tree: what they have in common is kept once, and going on costs
// nothing for the symbols that are there already.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tasks/decoding/outputs.h"

namespace fovea::tasks::decoding {

class Paths {
 public:
  static constexpr int64_t kRoot = -1;

  // Of an input of so many parts, with or without where the model attended.
  Paths(int64_t parts, bool keep_weights) : parts_(parts), keeps_weights_(keep_weights) {}

  bool keeps_weights() const { return keeps_weights_; }

  // Keeps the weights [parts] of one row; → their number, for the symbols that are chosen by it.
  int64_t keep(std::span<const float> weights);

  // `before` and then `symbol`; → the number of the longer hypothesis. `look`: the number of its weights, if kept.
  int64_t add(int64_t before, int64_t symbol, float log_probability, int64_t look);

  // What the symbols of a hypothesis gave each part, added up; [parts], valid until the next call.
  std::span<const double> coverage(int64_t node);

  // O(symbols); without the last symbol where it is the end.
  Hypothesis read(int64_t node, bool ended, bool with_weights) const;

 private:
  struct Node {
    int64_t before = kRoot;
    int64_t symbol = 0;
    int64_t look = 0;
    float log_probability = 0;
  };

  std::span<const float> look(int64_t number) const;

  int64_t parts_;
  bool keeps_weights_;
  int64_t looks_ = 0;
  std::vector<Node> nodes_;
  std::vector<float> weights_;  // [looks, parts]
  std::vector<double> totals_;
};

}  // namespace fovea::tasks::decoding
