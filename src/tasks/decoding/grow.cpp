#include "tasks/decoding/grow.h"

#include <algorithm>

#include "base/errors.h"

namespace fovea::tasks::decoding {
namespace {

struct Batch {
  std::vector<std::unique_ptr<Growth>> inputs;  // null: it is over
  std::vector<int64_t> first_row;               // of each input at the step before; at the first step its own number
  std::vector<int64_t> symbols, from, of_input;
  int64_t weights = 0;  // that the rows have together

  void gather(std::span<const int64_t> parts);
};

// The rows of the next step.
void Batch::gather(std::span<const int64_t> parts) {
  symbols.clear();
  from.clear();
  of_input.clear();
  weights = 0;
  for (size_t b = 0; b < inputs.size(); ++b) {
    if (!inputs[b]) continue;
    const auto tips = inputs[b]->tips();
    const int64_t row = static_cast<int64_t>(symbols.size());
    for (const Tip& tip : tips) {
      symbols.push_back(tip.symbol);
      from.push_back(first_row[b] + tip.from);
      of_input.push_back(static_cast<int64_t>(b));
    }
    first_row[b] = row;
    weights += parts[b] * static_cast<int64_t>(tips.size());
  }
}

}  // namespace

std::vector<std::vector<Hypothesis>> grow(NextSymbols& model, std::span<const int64_t> parts,
                                          const std::function<std::unique_ptr<Growth>(size_t input)>& begin) {
  const int64_t count = model.symbols();
  std::vector<std::vector<Hypothesis>> outputs(parts.size());
  Batch batch;
  for (size_t b = 0; b < parts.size(); ++b) {
    batch.inputs.push_back(begin(b));
    batch.first_row.push_back(static_cast<int64_t>(b));
  }
  for (;;) {
    batch.gather(parts);
    if (batch.symbols.empty()) return outputs;
    const NextStep step = model.step({.symbols = batch.symbols, .from = batch.from, .inputs = batch.of_input});
    FOVEA_CHECK(step.log_probabilities.size() == batch.symbols.size() * static_cast<size_t>(count),
                step.log_probabilities.size(), "log probabilities of", batch.symbols.size(), "rows of", count);
    FOVEA_CHECK(step.weights.empty() || static_cast<int64_t>(step.weights.size()) == batch.weights, step.weights.size(),
                "weights, should be", batch.weights);
    size_t weights = 0;
    for (size_t b = 0; b < parts.size(); ++b) {
      if (!batch.inputs[b]) continue;
      const size_t rows = batch.inputs[b]->tips().size(), first = static_cast<size_t>(batch.first_row[b]);
      const size_t own_weights = step.weights.empty() ? 0 : rows * static_cast<size_t>(parts[b]);
      const size_t width = static_cast<size_t>(count);
      batch.inputs[b]->advance({.log_probabilities = step.log_probabilities.subspan(first * width, rows * width),
                                .weights = step.weights.subspan(weights, own_weights),
                                .symbols = count,
                                .parts = parts[b]});
      weights += own_weights;
      if (!batch.inputs[b]->tips().empty()) continue;
      outputs[b] = batch.inputs[b]->outputs();
      batch.inputs[b].reset();
    }
  }
}

Lengths checked_lengths(const OutputRules& rules, int64_t symbols, int64_t parts) {
  FOVEA_CHECK(rules.end >= 0 && rules.end < symbols, "end", rules.end, "of", symbols);
  FOVEA_CHECK(std::count(rules.forbidden.begin(), rules.forbidden.end(), rules.end) == 0, "the end is forbidden",
              rules.end);
  FOVEA_CHECK(parts >= 0, "parts", parts);
  const Lengths lengths = rules.lengths(parts);
  FOVEA_CHECK(lengths.least >= 0 && lengths.least <= lengths.most, "lengths", lengths.least, "to", lengths.most);
  return lengths;
}

}  // namespace fovea::tasks::decoding
