// The fused recurrence behind autograd. Kept for the way back: the inputs, the output and what the kernels' backward
// pass reads (KeptRecurrence). That pass writes to what was kept, so a graph can be gone through once; where
// the passes are recorded, fovea::_recurrence_backward works on copies.
#include <optional>

#include <torch/csrc/autograd/custom_function.h>

#include "base/errors.h"
#include "ops/dispatch.h"
#include "ops/recurrence_fused.h"
#include "ops/recurrence_operator.h"

namespace fovea::ops {
namespace {

using torch::autograd::variable_list;

class Recurrence : public torch::autograd::Function<Recurrence> {
 public:
  // The output's tensors, without the cell where there is none.
  static variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& values,
                               const std::optional<at::Tensor>& initial_hidden,
                               const std::optional<at::Tensor>& initial_cell, at::TensorList weights,
                               const at::Tensor& offsets, Cell cell) {
    const RecurrenceInput in = recurrence_input(values, offsets, weights, cell, initial_hidden, initial_cell);
    const RecurrencePass made = is_recorded(values) ? call_recurrence_forward(in) : recurrence_forward(in);
    variable_list saved = {in.values, in.offsets, in.initial_hidden, in.initial_cell, made.output.states};
    saved.insert(saved.end(), weights.begin(), weights.end());
    for (const KeptRecurrence& one : made.kept) saved.insert(saved.end(), {one.gates, one.cells, one.extra});
    context->save_for_backward(std::move(saved));
    context->saved_data["cell"] = static_cast<int64_t>(cell);
    context->saved_data["directions"] = static_cast<int64_t>(in.directions.size());
    context->set_materialize_grads(false);  // often nobody asks for the last states
    return flat_output(made.output);
  }

  static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& upper) {
    FOVEA_CHECK(context->saved_data.count("done") == 0,
                "fovea::recurrence: backward a second time, but the first one has used its buffers up");
    FOVEA_CHECK(!at::GradMode::is_enabled(), "fovea::recurrence: second derivatives are not there");
    const auto saved = context->get_saved_variables();
    const auto directions = static_cast<size_t>(context->saved_data["directions"].toInt());
    const auto cell = static_cast<Cell>(context->saved_data["cell"].toInt());
    constexpr size_t kBefore = 5;  // saved before the weights
    const RecurrenceInput in =
        recurrence_input(saved[0], saved[1], at::TensorList(saved.data() + kBefore, 4 * directions), cell,
                         if_defined(saved[2]), if_defined(saved[3]));
    RecurrencePass made{{saved[4], {}, {}}, {}};
    for (size_t d = 0; d < directions; ++d) {
      const at::Tensor* kept = saved.data() + kBefore + 4 * directions + 3 * d;
      made.kept.push_back({kept[0], kept[1], kept[2]});
    }
    const RecurrenceOutput above = structured_output(upper);
    const bool wants_values = context->needs_input_grad(0), recorded = is_recorded(in.values);
    const RecurrenceDown down = recorded ? call_recurrence_backward(in, made, above, wants_values)
                                         : recurrence_backward(in, made, above, wants_values);
    if (!recorded) context->saved_data["done"] = true;
    variable_list result = {down.values, down.initial_hidden, down.initial_cell};
    result.insert(result.end(), down.weights.begin(), down.weights.end());
    result.resize(result.size() + 2);  // offsets and cell
    return result;
  }
};

}  // namespace

RecurrenceOutput recurrence_fused(const RecurrenceInput& in) {
  if (!wants_gradient(in)) return is_recorded(in.values) ? call_recurrence(in) : recurrence_inference(in);
  FOVEA_CHECK(!in.which.defined(), "rows that are alike have no gradient of their own");
  return structured_output(Recurrence::apply(in.values, if_defined(in.initial_hidden), if_defined(in.initial_cell),
                                             at::TensorList(flat_weights(in)), in.offsets, in.cell));
}

}  // namespace fovea::ops
