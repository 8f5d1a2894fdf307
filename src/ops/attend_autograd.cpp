// The fused attention behind autograd. Kept for the way back: the inputs, the weights and what the projection made;
// tanh is recomputed, so nothing as large as [W, A] is kept.
#include "ops/attend_autograd.h"

#include <optional>

#include <torch/csrc/autograd/custom_function.h>

#include "base/errors.h"
#include "ops/attend_fused.h"
#include "ops/attend_keys.h"
#include "ops/attend_operator.h"
#include "ops/dispatch.h"

namespace fovea::ops {
namespace {

using Given = std::optional<at::Tensor>;

class Attend : public torch::autograd::Function<Attend> {
 public:
  // Tensors one by one, because autograd looks for them; `form` is the input once more, for what is no tensor.
  // A weight count is given where the passes are recorded. Context and row constants, then weights and scores where
  // they are handed out.
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& query,
                                                const at::Tensor& memory, const Given& keys, const Given& projection,
                                                const Given& score_vector, const AttendInput& form,
                                                const std::optional<c10::SymInt>& weight_count) {
    AttendInput in = form;
    in.query = query;
    in.memory = memory;
    in.keys = keys.value_or(at::Tensor());
    in.memory_projection = projection.value_or(at::Tensor());
    in.score_vector = score_vector.value_or(at::Tensor());
    const Attended out = weight_count ? call_attend_forward(in, *weight_count) : attend_forward(in);
    context->save_for_backward({query, memory, in.keys, in.memory_projection, in.score_vector, in.query_offsets,
                                in.memory_offsets, in.visible, out.weights, out.projected});
    context->saved_data["score"] = static_cast<int64_t>(in.score);
    context->saved_data["normaliser"] = static_cast<int64_t>(in.normaliser);
    context->saved_data["causal"] = in.causal;
    context->saved_data["heads"] = in.heads;
    context->set_materialize_grads(false);
    context->mark_non_differentiable({out.row_constants});
    if (!out.weights.defined()) return {out.context, out.row_constants};
    return {out.context, out.row_constants, out.weights, out.scores};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& upper) {
    FOVEA_CHECK(!at::GradMode::is_enabled(), "fovea::attend: second derivatives are not there");
    const auto saved = context->get_saved_variables();
    AttendInput in;
    in.score = static_cast<Score>(context->saved_data["score"].toInt());
    in.normaliser = static_cast<Normaliser>(context->saved_data["normaliser"].toInt());
    in.causal = context->saved_data["causal"].toBool();
    in.heads = context->saved_data["heads"].toInt();
    in.query = saved[0];
    in.memory = saved[1];
    in.keys = saved[2];
    in.memory_projection = saved[3];
    in.score_vector = saved[4];
    in.query_offsets = saved[5];
    in.memory_offsets = saved[6];
    in.visible = saved[7];
    Attended made;
    made.weights = saved[8];
    made.projected = saved[9];
    AttendUpper above{upper[0], {}, {}};
    if (upper.size() > 2) above.weights = upper[2], above.scores = upper[3];
    const AttendDown down =
        is_recorded(in.memory) ? call_attend_backward(in, made, above) : attend_backward(in, made, above);
    return {down.query, down.memory, down.keys, down.projection, down.score_vector, {}, {}};
  }
};

AttendOutput apply_attend(const AttendInput& given, const std::optional<c10::SymInt>& weight_count) {
  const AttendInput in = with_keys_for_heads(given);
  const auto out = Attend::apply(in.query, in.memory, if_defined(in.keys), if_defined(in.memory_projection),
                                 if_defined(in.score_vector), in, weight_count);
  if (out.size() == 2) return {out[0], {}, {}, out[1]};
  return {out[0], out[2], out[3], out[1]};
}

}  // namespace

bool takes_fused_attend(const AttendInput& in) {
  const at::ScalarType type = in.memory.scalar_type();
  return (type == at::kFloat || type == at::kDouble) && in.memory.device().is_cpu();
}

AttendOutput attend_fused(const AttendInput& in) {
  return apply_attend(in, std::nullopt);
}

AttendOutput attend_recorded(const AttendInput& in, const c10::SymInt& weight_count) {
  return apply_attend(in, weight_count);
}

}  // namespace fovea::ops
