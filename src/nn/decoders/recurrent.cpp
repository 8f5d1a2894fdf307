#include "nn/decoders/recurrent.h"

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::nn {

RecurrentDecoderImpl::RecurrentDecoderImpl(const RecurrentOptions& options, const Stream& stream)
    : layers_([this](const std::string& name, const at::Tensor& tensor) { register_parameter(name, tensor); }, options,
              stream) {
  FOVEA_CHECK(options.directions == 1, "a decoder has one direction", options.directions);
}

RecurrentOutput RecurrentDecoderImpl::forward(const at::Tensor& values, const at::Tensor& offsets,
                                              const StepContext& context, const std::vector<LayerState>& initial) {
  return layers_.forward(values, offsets, context, initial);
}

RecurrentSteps::RecurrentSteps(const RecurrentDecoder& decoder, int64_t most_hypotheses)
    : layers_(decoder->layers()), most_(most_hypotheses) {
  FOVEA_CHECK(most_hypotheses > 0, most_hypotheses);
  const RecurrentOptions& options = layers_.options();
  const auto like = layers_.weights(0, 0).hidden_weight.options().requires_grad(false);
  const auto room = [&] {
    ops::RecurrenceState state{at::zeros({most_, options.hidden_size}, like), {}};
    if (options.cell == ops::Cell::kLstm) state.cell = at::zeros_like(state.hidden);
    return state;
  };
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    now_.push_back(room());
    next_.push_back(room());
  }
  gates_ = at::empty({most_ * ops::gate_count(options.cell) * options.hidden_size}, like);
}

ops::RecurrenceState RecurrentSteps::rows(size_t layer, bool next, int64_t count) const {
  const ops::RecurrenceState& all = (next ? next_ : now_)[layer];
  return {all.hidden.narrow(0, 0, count), all.cell.defined() ? all.cell.narrow(0, 0, count) : at::Tensor()};
}

void RecurrentSteps::begin(int64_t hypotheses, const std::vector<LayerState>& states) {
  FOVEA_CHECK(0 <= hypotheses && hypotheses <= most_, "hypotheses", hypotheses, "of", most_);
  FOVEA_CHECK(states.empty() || states.size() == now_.size(), "states of layers", states.size());
  const at::NoGradGuard guard;
  hypotheses_ = hypotheses;
  for (size_t layer = 0; layer < now_.size(); ++layer) {
    const ops::RecurrenceState to = rows(layer, false, hypotheses);
    if (states.empty()) {
      to.hidden.zero_();
      if (to.cell.defined()) to.cell.zero_();
      continue;
    }
    FOVEA_CHECK(states[layer].hidden.size(1) == hypotheses, states[layer].hidden.sizes(), hypotheses);
    to.hidden.copy_(states[layer].hidden[0]);
    if (to.cell.defined()) to.cell.copy_(states[layer].cell[0]);
  }
}

at::Tensor RecurrentSteps::step(const at::Tensor& values, const at::Tensor& from) {
  const at::NoGradGuard guard;
  const int64_t count = values.size(0);
  FOVEA_CHECK(count <= most_ && (from.defined() || count == hypotheses_), "hypotheses", count, "from", hypotheses_);
  at::Tensor read = values;
  for (size_t layer = 0; layer < now_.size(); ++layer) {
    ops::RecurrenceStep step;
    step.cell = layers_.options().cell;
    step.weights = layers_.weights(static_cast<int64_t>(layer), 0);
    step.values = read;
    step.before = rows(layer, false, hypotheses_);
    step.from = from;
    step.gates = gates_;
    const ops::RecurrenceState next = rows(layer, true, count);
    ops::recurrence_step(step, next);
    read = next.hidden;
  }
  now_.swap(next_);
  hypotheses_ = count;
  return read;
}

}  // namespace fovea::nn
