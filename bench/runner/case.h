// A named case and the text files they are written in (bench/cases/).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::bench {

enum class Kind {
  kTrain,   // a whole training step of a classifier
  kInfer,   // its forward pass
  kLayers,  // recurrent layers alone, forward and backward, over given inputs
  kAttend,  // attention alone, several queries a text, forward and backward
  kSteps,   // as many steps of a decoder as texts are long, for several hypotheses of each; without gradients
};

// Keys of the file are the names in backticks; a key that is not written has the default.
struct Case {
  std::string name;                    // in [brackets]
  Kind kind = Kind::kTrain;            // `kind`: train, infer, layers, attend, steps
  std::string cell = "lstm";           // `cell`: lstm, gru, elman
  std::string pooling = "additive";    // `pooling`: additive, last
  int64_t batch = 64;                  // `batch`: texts
  int64_t shortest = 0, longest = 0;   // `lengths`: "85-256", or "256" for both; spread evenly
  int64_t layers = 1, directions = 2;  // `layers`, `directions`
  int64_t embed = 128, hidden = 128;   // `embed`: E; `hidden`: H of a direction, and width A of the additive score
  int64_t vocabulary = 20000;          // `vocabulary`: words, all equally likely, which is the hard case
  // kAttend only: `queries` a text, `width` of memory and scores of all `heads` together, `score`: additive or
  // scaled-dot, `causal`: yes or no, `passes`: both, or forward alone
  int64_t queries = 1, width = 256, heads = 1;
  std::string score = "additive";
  bool causal = false, backward = true;
  int threads = 0;               // `threads`: 0 is what the command line says
  int repeats = 10;              // `repeats`: rounds at most
  int calls = 1;                 // `calls`: timings of each contestant in a round, for very short ones
  bool in_milliseconds = false;  // `unit`: "ms" per call; else "tokens/s"
  std::vector<std::string> peers = {"padded", "packed", "pytorch", "keras"};  // `peers`: who else runs it
  std::vector<std::string> slow;  // `slow`: those of them that --quick leaves out
  std::string beside;             // `beside`: another case, whose speed a token ours is compared with
};

// The cases of a file, in its order. Throws UserError with file and line on what it does not understand.
std::vector<Case> read_cases(const std::string& path);

// The one called `name`; throws UserError.
const Case& find_case(const std::vector<Case>& cases, const std::string& name);

// Lengths of the texts of a batch, spread evenly and shuffled. [B]
std::vector<int64_t> lengths_of(const Case& given);

// Multiplications and additions that the formulas ask for, without padding: of the recurrences, their projections and
// those of attention; three times the forward pass where there is a backward one. 0 where they are not what takes time.
double operations_of(const Case& given);

}  // namespace fovea::bench
