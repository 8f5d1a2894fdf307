// What outputs may look like, whichever way they are looked for, and how they are handed out.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace fovea::tasks::decoding {

// Symbols of an output, the one that ends it not counted. 0 ≤ least ≤ most.
struct Lengths {
  int64_t least = 0;
  int64_t most = 0;
};

struct OutputRules {
  int64_t begin = 0;               // what a hypothesis without symbols reads; may lie outside [0, V)
  int64_t end = 0;                 // in [0, V)
  std::vector<int64_t> forbidden;  // in [0, V), never chosen: the unknown symbol, padding; not `end`
  // Of an input with so many parts. Before `least` symbols no output ends. One of `most` symbols ends, and what the
  // model says of its end counts, so that outputs that were cut off have no advantage over whole ones.
  std::function<Lengths(int64_t parts)> lengths = [](int64_t parts) { return Lengths{0, 2 * parts + 10}; };
  bool weights = false;  // hand out where the model attended; it must attend then
};

struct Hypothesis {
  std::vector<int64_t> symbols;  // without the one that ends it
  // By emitted symbol, its end included: one longer than `symbols` where `ended`.
  std::vector<float> log_probabilities;     // of the model: before penalties, temperature and what is forbidden
  std::vector<std::vector<float>> weights;  // where it attended to choose the symbol, [parts] each; empty if unasked
  double score = 0;                         // by which a search ranks it; of a sample Σ log_probabilities
  // false: the model left no symbol to go on with. A search hands such out only where no output of the input ended.
  bool ended = false;
};

}  // namespace fovea::tasks::decoding
