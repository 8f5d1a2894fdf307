// Additive attention of several queries a text, forward and backward. The operator takes one query a text so far, so
// ours are the kernels themselves, split over threads as the operator splits them; the peer is what a user of libtorch
// writes, which holds tanh(k + q) of all pairs in memory.
#include "kernels/attention.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/scratch.h"
#include "runner/contestants.h"

namespace fovea::bench {
namespace {

struct Inputs {
  int64_t B, queries, rows, width;
  std::vector<int64_t> query_offsets, memory_offsets, weight_offsets;
  at::Tensor query, keys, memory;  // [B · queries or rows, width]
  at::Tensor score_vector;         // [width]
  at::Tensor d_context;            // [B · queries, width]
};

Inputs make_inputs(const Case& c) {
  FOVEA_CHECK(c.shortest == c.longest, "attention is timed over equal lengths", c.name);
  Inputs made{c.batch, c.queries, c.longest, c.width, {0}, {0}, {0}, {}, {}, {}, {}, {}};
  for (int64_t b = 0; b < c.batch; ++b) {
    made.query_offsets.push_back(made.query_offsets.back() + c.queries);
    made.memory_offsets.push_back(made.memory_offsets.back() + made.rows);
    made.weight_offsets.push_back(made.weight_offsets.back() + c.queries * made.rows);
  }
  const auto numbers = [](at::IntArrayRef shape) { return at::rand(shape).sub_(0.5); };
  made.query = numbers({c.batch * c.queries, c.width}), made.d_context = numbers({c.batch * c.queries, c.width});
  made.keys = numbers({c.batch * made.rows, c.width}), made.memory = numbers({c.batch * made.rows, c.width});
  made.score_vector = numbers({c.width});
  return made;
}

float* data(const at::Tensor& tensor) {
  return tensor.mutable_data_ptr<float>();
}

// What a step leaves: context, then the gradients of query, keys, memory and score vector.
using Results = std::vector<at::Tensor>;

Results fused(const Inputs& in) {
  using kernels::Score;
  const auto like = [](const at::Tensor& t) { return at::empty_like(t); };
  const at::Tensor weights = at::empty({in.weight_offsets.back()}), context = like(in.query);
  Results out = {context, like(in.query), like(in.keys), like(in.memory), like(in.score_vector)};
  const at::Tensor parts = at::empty({in.B, in.width});
  kernels::AttendInput<float> input;
  input.score = Score::kAdditive;
  input.memory_width = input.score_width = in.width;
  input.query_offsets = in.query_offsets.data(), input.memory_offsets = in.memory_offsets.data();
  input.weight_offsets = in.weight_offsets.data();
  input.query = data(in.query), input.keys = data(in.keys), input.memory = data(in.memory);
  input.score_vector = data(in.score_vector);
  kernels::AttendOutput<float> output;
  output.weights = data(weights), output.context = data(context);
  at::parallel_for(0, in.B, 1, [&](int64_t begin, int64_t end) {
    kernels::attend(input, output, ops::thread_scratch(kernels::attend_scratch_size(Score::kAdditive, in.width)), begin,
                    end);
  });
  kernels::AttendGradients<float> down;
  down.weights = data(weights), down.d_context = data(in.d_context);
  down.d_query = data(out[1]), down.d_keys = data(out[2]), down.d_memory = data(out[3]);
  down.d_score_vector_parts = data(parts);
  at::parallel_for(0, in.B, 1, [&](int64_t begin, int64_t end) {
    const int64_t size = kernels::attend_backward_scratch_size(Score::kAdditive, in.width, in.rows);
    kernels::attend_backward(input, down, ops::thread_scratch(size), begin, end);
  });
  kernels::sum_score_vector_parts(data(parts), in.B, in.width, data(out[4]));
  return out;
}

Results composite(const Inputs& in) {
  const auto leaf = [&](const at::Tensor& t) { return t.detach().set_requires_grad(true); };
  const at::Tensor query = leaf(in.query), keys = leaf(in.keys), memory = leaf(in.memory), v = leaf(in.score_vector);
  const at::Tensor sum = keys.view({in.B, 1, in.rows, in.width}) + query.view({in.B, in.queries, 1, in.width});
  const at::Tensor weights = at::tanh(sum).matmul(v).softmax(-1);
  const at::Tensor context = at::bmm(weights, memory.view({in.B, in.rows, in.width})).view_as(query);
  context.backward(in.d_context);
  return {context.detach(), query.grad(), keys.grad(), memory.grad(), v.grad()};
}

}  // namespace

Field attention(const Case& c) {
  const auto in = std::make_shared<Inputs>(make_inputs(c));
  Field field;
  field.tokens = static_cast<double>(in->keys.size(0));
  field.contestants.push_back(contestant("fovea", [in] { fused(*in); }));
  if (!has_peer(c, "composite")) return field;
  const Results ours = fused(*in), theirs = composite(*in);
  for (size_t k = 0; k < ours.size(); ++k) {
    const double difference = (ours[k] - theirs[k]).abs().max().item<double>();
    FOVEA_CHECK(difference < 1e-3 * std::max(1.0, theirs[k].abs().max().item<double>()), c.name, "result", k,
                "differs by", difference);
  }
  field.contestants.push_back(contestant("libtorch composite", [in] { composite(*in); }));
  return field;
}

}  // namespace fovea::bench
