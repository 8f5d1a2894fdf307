// Keys, projected queries and their gradients are matrix products over all rows; what happens between a query and its
// rows is one pass of the kernel, which recomputes tanh on the way back instead of keeping [W, A] of it.
#include "ops/attend_fused.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include <ATen/Dispatch.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "base/errors.h"
#include "kernels/reference/attention.h"
#include "ops/products.h"
#include "ops/scratch.h"

namespace fovea::ops {
namespace {

constexpr int64_t kWeightsPerThread = 64;  // an additive weight 256 wide costs some forty nanoseconds

std::atomic<int64_t> fused_calls = 0;

template <typename T>
const T* data_of(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<T>() : nullptr;
}
// An empty tensor has no memory, but to the kernels null means that there is no such array.
template <typename T>
T* data_out(const at::Tensor& tensor) {
  static T nothing;
  if (!tensor.defined()) return nullptr;
  return tensor.numel() > 0 ? tensor.mutable_data_ptr<T>() : &nothing;
}

// c = a·b, or c += a·b. a and b are contiguous or the transpose of it, c is contiguous. Floats: any number of threads
// gives the same bits, which libtorch's product does not promise.
void product_into(const at::Tensor& c, const at::Tensor& a, const at::Tensor& b, bool accumulate = false) {
  if (c.scalar_type() != at::kFloat) {
    if (accumulate) {
      c.add_(at::mm(a, b));
    } else {
      c.copy_(at::mm(a, b));
    }
    return;
  }
  kernels::GemmArguments product;
  product.rows = a.size(0);
  product.depth = a.size(1);
  product.columns = b.size(1);
  product.a = a.const_data_ptr<float>();
  product.a_transposed = !a.is_contiguous();
  product.a_stride = product.a_transposed ? a.size(0) : a.size(1);
  product.b = b.const_data_ptr<float>();
  product.b_transposed = !b.is_contiguous();
  product.b_stride = product.b_transposed ? b.size(0) : b.size(1);
  product.accumulate = accumulate;
  product.c = c.mutable_data_ptr<float>();
  product.c_stride = c.size(1);
  multiply(product);
}

at::Tensor product_of(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor c = at::empty({a.size(0), b.size(1)}, a.options().requires_grad(false));
  product_into(c, a, b);
  return c;
}

// What the kernels read: everything contiguous, all offsets there.
struct AttendParts : AttendInput {
  explicit AttendParts(const AttendInput& given) : AttendInput(given) {
    for (at::Tensor* tensor : {&query, &memory, &memory_projection, &score_vector}) {
      if (tensor->defined()) *tensor = tensor->contiguous();
    }
    if (!query_offsets.defined()) {
      query_offsets = at::arange(memory_offsets.numel(), memory_offsets.options());
      weight_offsets = memory_offsets;
    } else {
      weight_offsets = ops::weight_offsets(query_offsets, memory_offsets);
    }
  }

  at::Tensor weight_offsets;
};

int64_t sequences_of(const AttendParts& p) {
  return p.memory_offsets.numel() - 1;
}

const int64_t* offsets_of(const at::Tensor& offsets) {
  return offsets.const_data_ptr<int64_t>();
}

// What one query and one row cost decides how many sequences are worth a thread.
int64_t sequences_per_thread(const AttendParts& p) {
  const int64_t sequences = std::max<int64_t>(1, sequences_of(p));
  const int64_t weights = std::max<int64_t>(1, offsets_of(p.weight_offsets)[sequences_of(p)]);
  return std::max<int64_t>(1, kWeightsPerThread * sequences / weights);
}

template <typename T>
kernels::AttendInput<T> kernel_input(const AttendParts& p, const at::Tensor& projected) {
  const bool additive = p.score == Score::kAdditive;
  kernels::AttendInput<T> in;
  in.score = additive ? kernels::Score::kAdditive : kernels::Score::kDot;
  in.normaliser = p.normaliser;
  in.memory_width = p.memory.size(1);
  in.score_width = additive ? p.query.size(1) : p.memory.size(1);
  if (p.score == Score::kScaledDot) in.scale = static_cast<T>(1 / std::sqrt(static_cast<double>(in.score_width)));
  in.query_offsets = offsets_of(p.query_offsets);
  in.memory_offsets = offsets_of(p.memory_offsets);
  in.weight_offsets = offsets_of(p.weight_offsets);
  in.query = data_of<T>(p.score == Score::kGeneral ? projected : p.query);
  in.keys = data_of<T>(additive ? projected : p.memory);  // no keys but the memory itself where scores are products
  in.score_vector = data_of<T>(p.score_vector);
  in.memory = data_of<T>(p.memory);
  return in;
}

void run(const kernels::AttendInput<float>& in, const kernels::AttendOutput<float>& out, int64_t begin, int64_t end) {
  const int64_t scratch = kernels::attend_scratch_size(in.score, in.score_width);
  kernels::attend(in, out, thread_scratch(scratch), begin, end);
}
void run(const kernels::AttendInput<double>& in, const kernels::AttendOutput<double>& out, int64_t begin, int64_t end) {
  kernels::reference::attend(in, out, begin, end);
}
void run(const kernels::AttendInput<float>& in, const kernels::AttendGradients<float>& g, int64_t begin, int64_t end) {
  int64_t longest = 0;
  for (int64_t b = begin; b < end; ++b) longest = std::max(longest, in.memory_offsets[b + 1] - in.memory_offsets[b]);
  const int64_t scratch = kernels::attend_backward_scratch_size(in.score, in.score_width, longest);
  kernels::attend_backward(in, g, thread_scratch(scratch), begin, end);
}
void run(const kernels::AttendInput<double>& in, const kernels::AttendGradients<double>& g, int64_t begin,
         int64_t end) {
  kernels::reference::attend_backward(in, g, begin, end);
}

// d_v = Σ over the sequences, in order.
at::Tensor summed_parts(const at::Tensor& parts) {
  if (parts.scalar_type() != at::kFloat) return parts.sum(0);
  const at::Tensor sum = at::empty({parts.size(1)}, parts.options());
  kernels::sum_score_vector_parts(parts.const_data_ptr<float>(), parts.size(0), parts.size(1),
                                  sum.mutable_data_ptr<float>());
  return sum;
}

at::Tensor projected_of(const AttendParts& p) {
  if (p.score == Score::kAdditive) return product_of(p.memory, p.memory_projection.t());
  if (p.score == Score::kGeneral) return product_of(p.query, p.memory_projection);
  return {};
}

// Undoes projected_of(), given the gradient of what it made.
void through_projection(const AttendParts& p, const at::Tensor& d_projected, AttendDown& down) {
  if (p.score == Score::kAdditive) {  // K = M·Pᵀ: dM += dK·P, dP = dKᵀ·M
    product_into(down.memory, d_projected, p.memory_projection, /*accumulate=*/true);
    down.projection = product_of(d_projected.t(), p.memory);
  } else if (p.score == Score::kGeneral) {  // Q' = Q·P: dQ = dQ'·Pᵀ, dP = Qᵀ·dQ'
    down.query = product_of(d_projected, p.memory_projection.t());
    down.projection = product_of(p.query.t(), d_projected);
  }
}

}  // namespace

Attended attend_forward(const AttendInput& input) {
  const AttendParts p(input);
  const auto options = p.memory.options().requires_grad(false);
  const int64_t weights = offsets_of(p.weight_offsets)[sequences_of(p)];
  Attended out{at::empty({p.query.size(0), p.memory.size(1)}, options), at::empty({weights}, options),
               at::empty({weights}, options), projected_of(p)};
  AT_DISPATCH_FLOATING_TYPES(p.memory.scalar_type(), "attend", [&] {
    const auto in = kernel_input<scalar_t>(p, out.projected);
    kernels::AttendOutput<scalar_t> to;
    to.scores = data_out<scalar_t>(out.scores);
    to.weights = data_out<scalar_t>(out.weights);
    to.context = data_out<scalar_t>(out.context);
    at::parallel_for(0, sequences_of(p), sequences_per_thread(p),
                     [&](int64_t begin, int64_t end) { run(in, to, begin, end); });
  });
  if (p.memory.scalar_type() == at::kFloat) ++fused_calls;
  return out;
}

AttendDown attend_backward(const AttendInput& input, const Attended& made, const AttendUpper& upper) {
  const AttendParts p(input);
  const auto options = p.memory.options().requires_grad(false);
  const bool additive = p.score == Score::kAdditive, general = p.score == Score::kGeneral;
  const auto dense = [](const at::Tensor& t) { return t.defined() ? t.contiguous() : t; };
  const at::Tensor d_context =
      upper.context.defined() ? upper.context.contiguous() : at::zeros({p.query.size(0), p.memory.size(1)}, options);
  const at::Tensor d_weights = dense(upper.weights), d_scores = dense(upper.scores);
  AttendDown down;
  down.memory = at::empty(p.memory.sizes(), options);
  const at::Tensor d_query = at::empty((general ? made.projected : p.query).sizes(), options);
  const at::Tensor d_keys = additive ? at::empty(made.projected.sizes(), options) : at::Tensor();
  const at::Tensor parts = additive ? at::empty({sequences_of(p), p.query.size(1)}, options) : at::Tensor();
  AT_DISPATCH_FLOATING_TYPES(p.memory.scalar_type(), "attend_backward", [&] {
    const auto in = kernel_input<scalar_t>(p, made.projected);
    kernels::AttendGradients<scalar_t> g;
    g.weights = data_of<scalar_t>(made.weights);
    g.d_context = data_of<scalar_t>(d_context);
    g.d_weights = data_of<scalar_t>(d_weights);
    g.d_scores = data_of<scalar_t>(d_scores);
    g.d_query = data_out<scalar_t>(d_query);
    g.d_keys = data_out<scalar_t>(d_keys);
    g.d_memory = data_out<scalar_t>(down.memory);
    g.d_score_vector_parts = data_out<scalar_t>(parts);
    at::parallel_for(0, sequences_of(p), sequences_per_thread(p),
                     [&](int64_t begin, int64_t end) { run(in, g, begin, end); });
  });
  down.query = d_query;
  if (additive) down.score_vector = summed_parts(parts);
  through_projection(p, additive ? d_keys : d_query, down);
  return down;
}

int64_t fused_attend_calls() {
  return fused_calls;
}

}  // namespace fovea::ops
