#include "tasks/decoding/options.h"

namespace fovea::tasks {

using options::idle_if;
using options::Part;

void visit(DecodingOptions& options, options::Visitor& visitor) {
  const char* const drawn = idle_if(options.samples(), "outputs are drawn (--sample), not searched for");
  const char* const searched = idle_if(!options.samples(), "outputs are searched for, not drawn (--sample SEED draws)");
  visitor.whole({.name = "beam", .says = "Hypotheses carried along; 1: greedy", .part = Part::kDecoding, .idle = drawn},
                options.beam, {1, 1000});
  visitor.whole({.name = "nbest", .says = "Outputs for each input, as Moses writes them", .part = Part::kDecoding},
                options.best, {1, 1000});
  visitor.number({.name = "length-penalty",
                  .says = "How much longer outputs are favoured: log p / ((5 + n) / 6)^X",
                  .part = Part::kDecoding,
                  .idle = drawn},
                 options.length_penalty, {0, 10});
  visitor.number({.name = "coverage-penalty",
                  .says = "How much outputs that pass over parts of the input lose",
                  .part = Part::kDecoding,
                  .idle = drawn},
                 options.coverage_penalty, {0, 10});
  visitor.number(
      {.name = "longest", .says = "Longest output, in lengths of the input, and ten more", .part = Part::kDecoding},
      options.longest, {0.1, 100});
  visitor.whole({.name = "shortest", .says = "Shortest output, in subwords", .part = Part::kDecoding},
                options.least_length, {0, 10'000});
  visitor.flag({.name = "copy-unknown",
                .says = "Let unknown words be answered, as the word of the input that is looked at",
                .part = Part::kDecoding},
               options.unknown);
  visitor.whole({.name = "sample", .says = "Draw outputs with this seed", .part = Part::kDecoding, .shown = "SEED"},
                options.seed, options::kCount);
  visitor.number({.name = "temperature",
                  .says = "Of what is drawn: below 1 the probable become more so",
                  .part = Part::kDecoding,
                  .idle = searched},
                 options.temperature, {0.01, 100});
  visitor.whole({.name = "top-k",
                 .says = "What is drawn is one of the so many most probable subwords; 0: of all",
                 .part = Part::kDecoding,
                 .idle = searched},
                options.top_k, options::kCount);
  visitor.whole({.name = "batch", .says = "Inputs that are worked on together", .part = Part::kMachine, .row = 50},
                options.batch, {1, 4096});
}

}  // namespace fovea::tasks
