// The recurrent decoder that reads, beside the subword before, what chose it (--input-feeding), and that knows where it
// has looked (--coverage). Each step needs the one before it, so training goes step by step, with all sentences that
// are not yet over side by side.
#include <ATen/ops/minimum.h>

#include "base/errors.h"
#include "nn/timed_part.h"
#include "ops/aten.h"
#include "tasks/translation/recurrent_network.h"

namespace fovea::tasks {
namespace {

at::Tensor numbers(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

// One step of a batch: which sentences have it, and where its numbers are in those of the whole batch.
struct PlannedStep {
  std::vector<int64_t> sentences;
  std::vector<int64_t> among_before;  // the place of each among those of the step before
  std::vector<int64_t> places;        // of the M places that the decoder reads
  std::vector<int64_t> query_offsets = {0};
  std::vector<int64_t> rows, weights;  // of the memory, and of the weights as ops::AttendOutput has them
};

std::vector<PlannedStep> plan(const at::Tensor& offsets, const at::Tensor& memory_offsets) {
  const int64_t *place = offsets.const_data_ptr<int64_t>(), *row = memory_offsets.const_data_ptr<int64_t>();
  const int64_t sentences = offsets.numel() - 1;
  std::vector<PlannedStep> steps;
  for (int64_t step = 0;; ++step) {
    PlannedStep planned;
    int64_t before = 0, weight = 0;
    for (int64_t b = 0; b < sentences; ++b) {
      const int64_t length = place[b + 1] - place[b], width = row[b + 1] - row[b];
      if (length > step) {
        planned.sentences.push_back(b);
        planned.among_before.push_back(before);
        planned.places.push_back(place[b] + step);
        for (int64_t i = 0; i < width; ++i) {
          planned.rows.push_back(row[b] + i);
          planned.weights.push_back(weight + step * width + i);
        }
      }
      before += length > step - 1;
      weight += length * width;
      planned.query_offsets.push_back(std::ssize(planned.sentences));
    }
    if (planned.sentences.empty()) return steps;
    steps.push_back(std::move(planned));
  }
}

// What was made step by step, [steps' rows, …], in the order of the whole.
at::Tensor in_order(const std::vector<at::Tensor>& made, const std::vector<int64_t>& places) {
  std::vector<int64_t> from(places.size());
  for (size_t i = 0; i < places.size(); ++i) from[static_cast<size_t>(places[i])] = static_cast<int64_t>(i);
  return at::cat(made).index_select(0, numbers(from));
}

nn::LayerState chosen(const nn::LayerState& state, const at::Tensor& rows) {
  return {state.hidden.index_select(1, rows), state.cell.defined() ? state.cell.index_select(1, rows) : at::Tensor()};
}

}  // namespace

ops::Memory RecurrentTranslator::covered(const ops::Memory& memory, const at::Tensor& coverage) const {
  if (!coverage_key_.defined()) return memory;
  return {memory.rows, memory.offsets, memory.keys + coverage.unsqueeze(1) * coverage_key_};
}

at::Tensor RecurrentTranslator::with_fed(const at::Tensor& vectors, const at::Tensor& fed) const {
  return options_.input_feeding ? at::cat({vectors, fed}, 1) : vectors;
}

Choosing RecurrentTranslator::read_stepwise(const EncodedSources& sources, const at::Tensor& read,
                                            const at::Tensor& offsets, const nn::StepContext& context,
                                            const GivenLooks& looks) {
  const nn::TimedPart decoder(context, "decoder, step by step");
  const ops::Memory& memory = sources.memories.front();
  const at::Tensor vectors = target_vectors(read, offsets, context);
  std::vector<nn::LayerState> states = sources.begin;
  at::Tensor fed = at::zeros({offsets.numel() - 1, options_.embedding_size}, vectors.options().requires_grad(false));
  at::Tensor coverage = at::zeros({memory.keys.size(0)}, vectors.options().requires_grad(false)), again;
  std::vector<at::Tensor> rows, contexts, weights;
  std::vector<int64_t> places, weight_places;
  nn::StepContext of_step = context;
  for (const PlannedStep& step : plan(offsets, memory.offsets)) {
    of_step.seed = mix64(context.seed ^ places.size());  // each step drops what is its own
    const at::Tensor among = numbers(step.among_before), queries = numbers(step.query_offsets);
    for (nn::LayerState& state : states) state = chosen(state, among);
    const at::Tensor values =
        with_fed(vectors.index_select(0, numbers(step.places)), fed.index_select(0, among)).contiguous();
    nn::RecurrentOutput made =
        decoder_->forward(values, at::arange(values.size(0) + 1, offsets.options()), of_step, states);
    states = std::move(made.last);
    GivenLooks given;
    if (!looks.empty()) given = {looks.front().index_select(0, numbers(step.weights))};
    const ops::AttendOutput looked = look(made.states, queries, covered(memory, coverage), given);
    if (coverage_key_.defined()) {
      const at::Tensor at_rows = numbers(step.rows);
      const at::Tensor twice = at::minimum(looked.weights, coverage.index_select(0, at_rows)).sum();
      again = again.defined() ? again + twice : twice;
      coverage = coverage.index_add(0, at_rows, looked.weights);
    }
    fed = chosen_by(at::cat({made.states, looked.context}, 1));
    rows.push_back(fed);
    contexts.push_back(looked.context);
    weights.push_back(looked.weights);
    places.insert(places.end(), step.places.begin(), step.places.end());
    weight_places.insert(weight_places.end(), step.weights.begin(), step.weights.end());
  }
  Choosing choosing;
  choosing.rows = in_order(rows, places);
  choosing.looked.emplace_back();
  choosing.looked.back().context = in_order(contexts, places);
  choosing.looked.back().weights = in_order(weights, weight_places);
  if (again.defined()) choosing.looked_again = again / static_cast<double>(places.size());
  decoder.made(choosing.rows);
  return choosing;
}

// Hypotheses of one sentence may have looked at different rows, so each has a memory of its own.
class RecurrentTranslator::FedSteps final : public TranslatorSteps {
 public:
  FedSteps(const RecurrentTranslator& network, const EncodedSources& sources, int64_t most_rows)
      : network_(network), sources_(sources), packed_(network.packed()), states_(network.decoder_, most_rows) {
    const int64_t sentences = sources.offsets.numel() - 1;
    states_.begin(sentences, sources.begin);
    const auto like = sources.memories.front().keys.options();
    fed_ = at::zeros({sentences, network.options_.embedding_size}, like);
    coverage_ = at::zeros({sources.memories.front().keys.size(0)}, like);
    const int64_t* row = sources.offsets.const_data_ptr<int64_t>();
    starts_.assign(row, row + sentences + 1);
  }

  Decoded step(const at::Tensor& symbols, const at::Tensor& from, const at::Tensor& offsets) override {
    const ops::Memory memory = memory_of(from, offsets);
    const at::Tensor read = network_.with_fed(network_.target_vectors(symbols, {}, {}), fed_.index_select(0, from));
    const at::Tensor states = states_.step(read.contiguous(), from);
    ops::AttendOutput looked = network_.look(*packed_, states, at::arange(states.size(0) + 1, offsets.options()),
                                             network_.covered(memory, coverage_));
    coverage_ = coverage_ + looked.weights;
    fed_ = packed_->readout(at::cat({states, looked.context}, 1)).tanh_();
    Decoded decoded{(*packed_->output)(fed_), {}};
    decoded.looked.push_back(std::move(looked));
    return decoded;
  }

 private:
  // The memory of each hypothesis, one after the other; their coverage goes with them.
  ops::Memory memory_of(const at::Tensor& from, const at::Tensor& offsets) {
    const ops::Memory& all = sources_.memories.front();
    const int64_t *row = all.offsets.const_data_ptr<int64_t>(), *before = from.const_data_ptr<int64_t>(),
                  *hypothesis = offsets.const_data_ptr<int64_t>();
    std::vector<int64_t> rows, covered, starts = {0};
    for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
      const int64_t width = row[b + 1] - row[b];
      for (int64_t m = hypothesis[b]; m < hypothesis[b + 1]; ++m) {
        for (int64_t i = 0; i < width; ++i) {
          rows.push_back(row[b] + i);
          covered.push_back(starts_[static_cast<size_t>(before[m])] + i);
        }
        starts.push_back(std::ssize(rows));
      }
    }
    coverage_ = coverage_.index_select(0, numbers(covered));
    starts_ = starts;
    const at::Tensor chosen_rows = numbers(rows);
    return {all.rows.index_select(0, chosen_rows), numbers(starts), all.keys.index_select(0, chosen_rows)};
  }

  const RecurrentTranslator& network_;
  const EncodedSources& sources_;
  std::shared_ptr<const Packed> packed_;
  nn::RecurrentSteps states_;
  at::Tensor fed_, coverage_;    // [M, E]; of each hypothesis, over the rows of its sentence
  std::vector<int64_t> starts_;  // [M + 1], where the coverage of each begins
};

std::unique_ptr<TranslatorSteps> RecurrentTranslator::stepwise(const EncodedSources& sources, int64_t most_rows) const {
  return std::make_unique<FedSteps>(*this, sources, most_rows);
}

}  // namespace fovea::tasks
