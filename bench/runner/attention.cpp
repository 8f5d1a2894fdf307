// Attention of several queries a text by the operator, keys given: forward, and backward unless the case wants the
// forward pass alone. The peers are what a user of libtorch writes, which holds the scores of all pairs in memory, and
// libtorch's own fused attention, which holds and hands out no weights.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/attend.h"
#include "runner/contestants.h"

namespace fovea::bench {
namespace {

struct Inputs {
  Case c;
  int64_t rows;
  at::Tensor query_offsets, memory_offsets;
  at::Tensor query, keys, memory;  // [B · queries or rows, width]
  at::Tensor score_vector;         // [width], additive
  at::Tensor d_context;            // [B · queries, width]

  bool additive() const { return c.score == "additive"; }
};

Inputs make_inputs(const Case& c) {
  FOVEA_CHECK(c.shortest == c.longest, "attention is timed over equal lengths", c.name);
  const auto numbers = [](at::IntArrayRef shape) { return at::rand(shape).sub_(0.5); };
  Inputs made{c, c.longest, {}, {}, {}, {}, {}, {}, {}};
  made.query_offsets = at::arange(c.batch + 1, at::kLong) * c.queries;
  made.memory_offsets = at::arange(c.batch + 1, at::kLong) * made.rows;
  made.query = numbers({c.batch * c.queries, c.width}), made.d_context = numbers({c.batch * c.queries, c.width});
  made.keys = numbers({c.batch * made.rows, c.width}), made.memory = numbers({c.batch * made.rows, c.width});
  if (made.additive()) made.score_vector = numbers({c.width});
  return made;
}

// What a step leaves: context, then the gradients of query, keys, memory and score vector.
using Results = std::vector<at::Tensor>;

// `attend` makes the context [B · queries, width] of leaves of the inputs, the last of which may be undefined.
template <typename Attend>
Results step_of(const Inputs& in, Attend attend) {
  if (!in.c.backward) {
    const at::NoGradGuard guard;
    return {attend(in.query, in.keys, in.memory, in.score_vector)};
  }
  Results leaves;
  for (const at::Tensor& tensor : {in.query, in.keys, in.memory, in.score_vector}) {
    leaves.push_back(tensor.defined() ? tensor.detach().set_requires_grad(true) : tensor);
  }
  const at::Tensor context = attend(leaves[0], leaves[1], leaves[2], leaves[3]);
  context.backward(in.d_context);
  Results out = {context.detach()};
  for (const at::Tensor& leaf : leaves) {
    if (leaf.defined()) out.push_back(leaf.grad());
  }
  return out;
}

Results ours(const Inputs& in) {
  return step_of(in,
                 [&](const at::Tensor& query, const at::Tensor& keys, const at::Tensor& memory, const at::Tensor& v) {
                   ops::AttendInput input;
                   input.score = in.additive() ? ops::Score::kAdditive : ops::Score::kScaledDot;
                   input.query = query, input.query_offsets = in.query_offsets;
                   input.memory = memory, input.memory_offsets = in.memory_offsets;
                   input.keys = keys, input.score_vector = v;
                   input.causal = in.c.causal, input.heads = in.c.heads;
                   return ops::attend(input).context;
                 });
}

// [B · n, width] as [B, heads, n, width / heads].
at::Tensor by_head(const Inputs& in, const at::Tensor& rows) {
  return rows.view({in.c.batch, -1, in.c.heads, in.c.width / in.c.heads}).transpose(1, 2);
}
at::Tensor together(const Inputs& in, const at::Tensor& heads) {
  return heads.transpose(1, 2).reshape({-1, in.c.width});
}

Results composite(const Inputs& in) {
  return step_of(
      in, [&](const at::Tensor& query, const at::Tensor& keys, const at::Tensor& memory, const at::Tensor& v) {
        const at::Tensor q = by_head(in, query), k = by_head(in, keys);
        at::Tensor scores;
        if (in.additive()) {
          const at::Tensor sum = at::tanh(k.unsqueeze(2) + q.unsqueeze(3));  // [B, heads, queries, rows, width]
          scores = in.c.heads == 1 ? sum.matmul(v) : sum.matmul(v.view({1, in.c.heads, 1, -1, 1})).squeeze(-1);
        } else {
          scores = at::matmul(q, k.transpose(2, 3)) / std::sqrt(static_cast<double>(in.c.width / in.c.heads));
        }
        if (in.c.causal) {
          scores = scores.masked_fill(at::ones({in.c.queries, in.rows}, at::kBool).triu(1), -INFINITY);
        }
        return together(in, at::matmul(scores.softmax(-1), by_head(in, memory)));
      });
}

Results library_fused(const Inputs& in) {
  return step_of(in, [&](const at::Tensor& query, const at::Tensor& keys, const at::Tensor& memory, const at::Tensor&) {
    return together(in, at::scaled_dot_product_attention(by_head(in, query), by_head(in, keys), by_head(in, memory),
                                                         std::nullopt, 0.0, in.c.causal));
  });
}

void expect_same(const Inputs& in, const Results& ours, const Results& theirs) {
  FOVEA_CHECK(ours.size() == theirs.size(), in.c.name, ours.size(), theirs.size());
  for (size_t k = 0; k < ours.size(); ++k) {
    const double difference = (ours[k] - theirs[k]).abs().max().item<double>();
    FOVEA_CHECK(difference < 1e-3 * std::max(1.0, theirs[k].abs().max().item<double>()), in.c.name, "result", k,
                "differs by", difference);
  }
}

}  // namespace

Field attention(const Case& c) {
  const auto in = std::make_shared<Inputs>(make_inputs(c));
  Field field;
  field.tokens = static_cast<double>(in->keys.size(0));
  field.contestants.push_back(contestant("fovea", [in] { ours(*in); }));
  if (has_peer(c, "composite")) {
    expect_same(*in, ours(*in), composite(*in));
    field.contestants.push_back(contestant("libtorch composite", [in] { composite(*in); }));
  }
  if (has_peer(c, "fused")) {
    FOVEA_CHECK(!in->additive(), "libtorch's fused attention has no additive score", c.name);
    expect_same(*in, ours(*in), library_fused(*in));
    field.contestants.push_back(contestant("libtorch fused", [in] { library_fused(*in); }));
  }
  return field;
}

}  // namespace fovea::bench
