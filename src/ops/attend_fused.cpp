// Keys and their gradients are matrix products over all rows; what happens between a query and its rows is one pass of
// the kernel, which recomputes tanh on the way back instead of keeping [N, A] of it.
#include "ops/attend_fused.h"

#include <algorithm>
#include <optional>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "base/errors.h"
#include "kernels/attention.h"
#include "ops/products.h"
#include "ops/scratch.h"

namespace fovea::ops {
namespace {

constexpr int64_t kSequencesPerThread = 4;  // a sequence of 20 rows costs some microseconds

const float* floats(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr;
}
float* floats_out(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.mutable_data_ptr<float>() : nullptr;
}

struct AttendParts {
  bool additive = true;
  at::Tensor query, memory, projection, score_vector;  // contiguous
  at::Tensor query_offsets, memory_offsets;

  int64_t sequences() const { return memory_offsets.numel() - 1; }
  int64_t rows() const { return memory.size(0); }
  int64_t memory_width() const { return memory.size(1); }
  int64_t score_width() const { return query.size(1); }
};

// K = M·Pᵀ, [N, A]; with dot attention the keys are the memory.
at::Tensor keys_of(const AttendParts& p) {
  if (!p.additive) return p.memory;
  const at::Tensor keys = at::empty({p.rows(), p.score_width()}, p.memory.options().requires_grad(false));
  kernels::GemmArguments product;
  product.rows = p.rows();
  product.columns = p.score_width();
  product.depth = p.memory_width();
  product.a = floats(p.memory);
  product.a_stride = p.memory_width();
  product.b = floats(p.projection);
  product.b_stride = p.memory_width();
  product.b_transposed = true;
  product.c = floats_out(keys);
  product.c_stride = p.score_width();
  multiply(product);
  return keys;
}

kernels::AttendInput<float> kernel_input(const AttendParts& p, const at::Tensor& keys) {
  kernels::AttendInput<float> in;
  in.score = p.additive ? kernels::Score::kAdditive : kernels::Score::kDot;
  in.memory_width = p.memory_width();
  in.score_width = p.score_width();
  in.query_offsets = p.query_offsets.const_data_ptr<int64_t>();
  in.memory_offsets = p.memory_offsets.const_data_ptr<int64_t>();
  in.weight_offsets = in.memory_offsets;  // one query for each sequence
  in.query = floats(p.query);
  in.keys = floats(keys);
  in.score_vector = floats(p.score_vector);
  in.memory = floats(p.memory);
  return in;
}

struct Attended {
  at::Tensor context, weights, scores, keys;
};

Attended forward_pass(const AttendParts& p) {
  const auto options = p.memory.options().requires_grad(false);
  Attended out{at::empty({p.sequences(), p.memory_width()}, options), at::empty({p.rows()}, options),
               at::empty({p.rows()}, options), keys_of(p)};
  const kernels::AttendInput<float> in = kernel_input(p, out.keys);
  kernels::AttendOutput<float> to;
  to.scores = floats_out(out.scores);
  to.weights = floats_out(out.weights);
  to.context = floats_out(out.context);
  const int64_t scratch = kernels::attend_scratch_size(in.score, in.score_width);
  at::parallel_for(0, p.sequences(), kSequencesPerThread,
                   [&](int64_t begin, int64_t end) { kernels::attend(in, to, thread_scratch(scratch), begin, end); });
  return out;
}

int64_t longest_memory(const AttendParts& p) {
  const int64_t* offsets = p.memory_offsets.const_data_ptr<int64_t>();
  int64_t longest = 0;
  for (int64_t b = 0; b < p.sequences(); ++b) longest = std::max(longest, offsets[b + 1] - offsets[b]);
  return longest;
}

struct AttendUpper {
  at::Tensor context, weights, scores;  // undefined: 0
};

struct AttendDown {
  at::Tensor query, memory, projection, score_vector;
};

// dM += dK·P and dP = dKᵀ·M, which undo K = M·Pᵀ.
void through_keys(const AttendParts& p, const at::Tensor& d_keys, AttendDown& down) {
  kernels::GemmArguments product;
  product.rows = p.rows();
  product.columns = p.memory_width();
  product.depth = p.score_width();
  product.a = floats(d_keys);
  product.a_stride = p.score_width();
  product.b = floats(p.projection);
  product.b_stride = p.memory_width();
  product.accumulate = true;
  product.c = floats_out(down.memory);
  product.c_stride = p.memory_width();
  multiply(product);

  down.projection = at::empty_like(p.projection);
  product = {};
  product.rows = p.score_width();
  product.columns = p.memory_width();
  product.depth = p.rows();
  product.a = floats(d_keys);
  product.a_stride = p.score_width();
  product.a_transposed = true;
  product.b = floats(p.memory);
  product.b_stride = p.memory_width();
  product.c = floats_out(down.projection);
  product.c_stride = p.memory_width();
  multiply(product);
}

AttendDown backward_pass(const AttendParts& p, const at::Tensor& keys, const at::Tensor& weights,
                         const AttendUpper& upper) {
  const auto options = p.memory.options().requires_grad(false);
  AttendDown down;
  down.query = at::empty(p.query.sizes(), options);
  down.memory = at::empty(p.memory.sizes(), options);
  const at::Tensor d_keys = p.additive ? at::empty({p.rows(), p.score_width()}, options) : at::Tensor();
  const at::Tensor parts = p.additive ? at::empty({p.sequences(), p.score_width()}, options) : at::Tensor();
  const kernels::AttendInput<float> in = kernel_input(p, keys);
  kernels::AttendGradients<float> g;
  g.weights = floats(weights);
  g.d_context = floats(upper.context);
  g.d_weights = floats(upper.weights);
  g.d_scores = floats(upper.scores);
  g.d_query = floats_out(down.query);
  g.d_keys = floats_out(d_keys);
  g.d_memory = floats_out(down.memory);
  g.d_score_vector_parts = floats_out(parts);
  const int64_t scratch = kernels::attend_backward_scratch_size(in.score, in.score_width, longest_memory(p));
  at::parallel_for(0, p.sequences(), kSequencesPerThread, [&](int64_t begin, int64_t end) {
    kernels::attend_backward(in, g, thread_scratch(scratch), begin, end);
  });
  if (p.additive) {
    down.score_vector = at::empty({p.score_width()}, options);
    kernels::sum_score_vector_parts(floats(parts), p.sequences(), p.score_width(), floats_out(down.score_vector));
    through_keys(p, d_keys, down);
  }
  return down;
}

class Attend : public torch::autograd::Function<Attend> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& query,
                                                const at::Tensor& memory, const std::optional<at::Tensor>& projection,
                                                const std::optional<at::Tensor>& score_vector,
                                                const at::Tensor& query_offsets, const at::Tensor& memory_offsets) {
    const bool additive = projection.has_value();
    const AttendParts p{
        additive,      query,         memory, projection.value_or(at::Tensor()), score_vector.value_or(at::Tensor()),
        query_offsets, memory_offsets};
    const Attended out = forward_pass(p);
    // With dot attention the keys are the memory, which is there already.
    context->save_for_backward({query, memory, p.projection, p.score_vector, query_offsets, memory_offsets, out.weights,
                                additive ? out.keys : at::Tensor()});
    context->saved_data["additive"] = additive;
    context->set_materialize_grads(false);
    return {out.context, out.weights, out.scores};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list upper) {
    FOVEA_CHECK(!at::GradMode::is_enabled(), "fovea::attend: second derivatives are not there");
    const auto saved = context->get_saved_variables();
    const bool additive = context->saved_data["additive"].toBool();
    const AttendParts p{additive, saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]};
    for (at::Tensor& gradient : upper) {
      if (gradient.defined()) gradient = gradient.contiguous();
    }
    if (!upper[0].defined()) upper[0] = at::zeros({p.sequences(), p.memory_width()}, p.memory.options());
    const AttendDown down = backward_pass(p, additive ? saved[7] : p.memory, saved[6], {upper[0], upper[1], upper[2]});
    return {down.query, down.memory, down.projection, down.score_vector, {}, {}};
  }
};

}  // namespace

bool takes_fused_attend(const AttendInput& in) {
  return in.memory.scalar_type() == at::kFloat && in.memory.device().is_cpu();
}

AttendOutput attend_fused(const AttendInput& in) {
  FOVEA_CHECK(takes_fused_attend(in), "the fused form is for floats on the CPU");
  const auto dense = [](const at::Tensor& t) { return t.defined() ? t.contiguous() : t; };
  using Given = std::optional<at::Tensor>;
  const bool additive = in.score == Score::kAdditive;
  const auto out =
      Attend::apply(dense(in.query), dense(in.memory), additive ? Given(dense(in.memory_projection)) : Given(),
                    additive ? Given(dense(in.score_vector)) : Given(), in.query_offsets, in.memory_offsets);
  return {out[0], out[1], out[2]};
}

}  // namespace fovea::ops
