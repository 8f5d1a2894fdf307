// Keys, projected queries and their gradients are matrix products over all rows; what happens between a query and its
// rows is one pass of the kernel, which recomputes tanh on the way back instead of keeping [W, A] of it.
#include "ops/attend_fused.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include "base/errors.h"
#include "kernels/reference/attention.h"
#include "ops/attend_keys.h"
#include "ops/scratch.h"

namespace fovea::ops {
namespace {

using kernels::AttendUnit;

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

const int64_t* offsets_of(const at::Tensor& offsets) {
  return offsets.const_data_ptr<int64_t>();
}

bool is_additive(const AttendInput& in) {
  return in.score == Score::kAdditive;
}

// All heads together.
int64_t weight_count(const AttendParts& p) {
  return p.heads * offsets_of(p.weight_offsets)[p.sequences()];
}

template <typename T>
kernels::AttendInput<T> kernel_input(const AttendParts& p, const at::Tensor& projected) {
  kernels::AttendInput<T> in;
  in.score = is_additive(p) ? kernels::Score::kAdditive : kernels::Score::kDot;
  in.normaliser = p.normaliser;
  in.memory_width = p.memory.size(1);
  in.heads = p.heads;
  const bool query_projected = p.score == Score::kGeneral && projected.defined();
  const at::Tensor& query = query_projected ? projected : p.query;
  in.score_width = query.size(1);
  if (p.score == Score::kScaledDot) {
    in.scale = static_cast<T>(1 / std::sqrt(static_cast<double>(in.score_width / in.heads)));
  }
  in.query_offsets = offsets_of(p.query_offsets);
  in.memory_offsets = offsets_of(p.memory_offsets);
  in.weight_offsets = offsets_of(p.weight_offsets);
  if (p.visible.defined()) in.visible = offsets_of(p.visible);
  in.query = data_of<T>(query);
  in.keys = data_of<T>(p.keys.defined() ? p.keys : is_additive(p) ? projected : p.memory);
  in.score_vector = data_of<T>(p.score_vector);
  in.memory = data_of<T>(p.memory);
  return in;
}

void run(const AttendParts& p, const kernels::AttendInput<float>& in, const kernels::AttendOutput<float>& out) {
  run_units(p.sizes(), forward_units(p.sizes()), [&](const AttendUnit* units, int64_t count) {
    const int64_t scratch = kernels::attend_scratch_size(in, out.weights != nullptr, units, count);
    kernels::attend(in, out, thread_scratch(scratch), units, count);
  });
}
void run(const AttendParts& p, const kernels::AttendInput<double>& in, const kernels::AttendOutput<double>& out) {
  at::parallel_for(0, p.sequences(), 1,
                   [&](int64_t begin, int64_t end) { kernels::reference::attend(in, out, begin, end); });
}

// Adds what the later parts of each sequence have given to the gradient of its rows.
void add_parts(const AttendParts& p, const std::vector<AttendUnit>& units, const at::Tensor& parts,
               const at::Tensor& whole) {
  for (const AttendUnit& unit : units) {
    if (unit.head > 0 || unit.part == 0) continue;
    const int64_t first = offsets_of(p.memory_offsets)[unit.sequence];
    const int64_t rows = offsets_of(p.memory_offsets)[unit.sequence + 1] - first;
    whole.narrow(0, first, rows).add_(parts[unit.part - 1].narrow(0, first, rows));
  }
}

// d_v = Σ over the sequences, in order.
at::Tensor summed_vector(const at::Tensor& parts) {
  if (parts.scalar_type() != at::kFloat) return parts.sum(0);
  const at::Tensor sum = at::empty({parts.size(1)}, parts.options());
  kernels::sum_score_vector_parts(parts.const_data_ptr<float>(), parts.size(0), parts.size(1),
                                  sum.mutable_data_ptr<float>());
  return sum;
}

// Arrays that the kernels' gradients are written to.
struct Gradients {
  at::Tensor query, keys, memory, score_vector;  // keys undefined where they are the memory
};

at::Tensor vector_parts(const AttendParts& p, int64_t rows) {
  if (!is_additive(p)) return {};
  return at::zeros({rows, p.query.size(1)}, p.memory.options().requires_grad(false));
}

void run(const AttendParts& p, const kernels::AttendInput<float>& in, kernels::AttendGradients<float> g,
         Gradients& down) {
  const std::vector<AttendUnit> units = backward_units(p.sizes());
  for (const AttendUnit& unit : units) g.parts = std::max(g.parts, unit.part + 1);
  g.memory_rows = p.memory.size(0);
  const auto later_parts = [&](const at::Tensor& like) {
    return g.parts == 1 || !like.defined() ? at::Tensor()
                                           : at::empty({g.parts - 1, like.size(0), like.size(1)}, like.options());
  };
  const at::Tensor keys = later_parts(down.keys), memory = later_parts(down.memory);
  g.d_keys_parts = data_out<float>(keys);
  g.d_memory_parts = data_out<float>(memory);
  const at::Tensor vectors = vector_parts(p, p.sequences() * g.parts);
  g.d_score_vector_parts = data_out<float>(vectors);
  run_units(p.sizes(), units, [&](const AttendUnit* some, int64_t count) {
    const int64_t scratch = kernels::attend_backward_scratch_size(in, g.weights != nullptr, some, count);
    kernels::attend_backward(in, g, thread_scratch(scratch), some, count);
  });
  if (g.parts > 1) add_parts(p, units, memory, down.memory);
  if (keys.defined()) add_parts(p, units, keys, down.keys);
  if (vectors.defined()) down.score_vector = summed_vector(vectors);
}
void run(const AttendParts& p, const kernels::AttendInput<double>& in, kernels::AttendGradients<double> g,
         Gradients& down) {
  const at::Tensor vectors = vector_parts(p, p.sequences());
  g.d_score_vector_parts = data_out<double>(vectors);
  at::parallel_for(0, p.sequences(), 1,
                   [&](int64_t begin, int64_t end) { kernels::reference::attend_backward(in, g, begin, end); });
  if (vectors.defined()) down.score_vector = summed_vector(vectors);
}

// Keys or queries through the projection, where the score has one.
at::Tensor projected_of(const AttendParts& p) {
  if (!p.memory_projection.defined()) return {};
  if (is_additive(p)) return product_of(p.memory, p.memory_projection.t());
  return product_of(p.query, p.memory_projection);
}

// Undoes projected_of(), given the gradient of what it made.
void through_projection(const AttendParts& p, const at::Tensor& d_projected, AttendDown& down) {
  if (is_additive(p)) {  // K = M·Pᵀ: dM += dK·P, dP = dKᵀ·M
    product_into(down.memory, d_projected, p.memory_projection, /*accumulate=*/true);
    down.projection = product_of(d_projected.t(), p.memory);
  } else {  // Q' = Q·P: dQ = dQ'·Pᵀ, dP = Qᵀ·dQ'
    down.query = product_of(d_projected, p.memory_projection.t());
    down.projection = product_of(p.query.t(), d_projected);
  }
}

// The tile of queries that a query belongs to, as a unit for each head.
struct TileOfQuery {
  int64_t sequence, first, queries;
};

TileOfQuery tile_of(const AttendParts& p, int64_t query) {
  const int64_t* offsets = offsets_of(p.query_offsets);
  const int64_t b = std::upper_bound(offsets, offsets + p.sequences() + 1, query) - offsets - 1;
  const int64_t first = (query - offsets[b]) / kernels::kTileQueries * kernels::kTileQueries;
  return {b, first, std::min(kernels::kTileQueries, offsets[b + 1] - offsets[b] - first)};
}

int64_t rows_of(const AttendParts& p, int64_t sequence) {
  return offsets_of(p.memory_offsets)[sequence + 1] - offsets_of(p.memory_offsets)[sequence];
}

// The weights of a tile, all heads: [heads, queries, rows].
at::Tensor tile_weights(const AttendParts& p, const kernels::AttendInput<float>& in, const TileOfQuery& tile) {
  const at::Tensor weights =
      at::empty({p.heads, tile.queries, rows_of(p, tile.sequence)}, p.memory.options().requires_grad(false));
  std::vector<AttendUnit> units;
  for (int64_t head = 0; head < p.heads; ++head) units.push_back({tile.sequence, head, tile.first, tile.queries});
  kernels::AttendOutput<float> out;
  out.weights = data_out<float>(weights);
  out.by_unit = true;
  const int64_t scratch = kernels::attend_scratch_size(in, true, units.data(), p.heads);
  kernels::attend(in, out, thread_scratch(scratch), units.data(), p.heads);
  return weights;
}
// The reference has no units: the whole sequence.
at::Tensor tile_weights(const AttendParts& p, const kernels::AttendInput<double>& in, const TileOfQuery& tile) {
  const int64_t b = tile.sequence, queries = offsets_of(p.query_offsets)[b + 1] - offsets_of(p.query_offsets)[b];
  const at::Tensor all = at::empty({weight_count(p)}, p.memory.options().requires_grad(false));
  kernels::AttendOutput<double> out;
  out.weights = data_out<double>(all);
  kernels::reference::attend(in, out, b, b + 1);
  const int64_t rows = rows_of(p, b), first = p.heads * offsets_of(p.weight_offsets)[b];
  return all.narrow(0, first, p.heads * queries * rows)
      .view({p.heads, queries, rows})
      .narrow(1, tile.first, tile.queries);
}

}  // namespace

AttendParts::AttendParts(const AttendInput& given) : AttendInput(given) {
  for (at::Tensor* tensor : {&query, &memory, &keys, &memory_projection, &score_vector}) {
    if (tensor->defined()) *tensor = tensor->contiguous();
  }
  if (!query_offsets.defined()) {
    query_offsets = at::arange(memory_offsets.numel(), memory_offsets.options());
    weight_offsets = memory_offsets;
  } else {
    weight_offsets = ops::weight_offsets(query_offsets, memory_offsets);
  }
  if (causal) visible = causal_ranges(query_offsets, memory_offsets);
}

AttendSizes AttendParts::sizes() const {
  return {sequences(), heads, offsets_of(query_offsets), offsets_of(memory_offsets),
          visible.defined() ? offsets_of(visible) : nullptr};
}

Attended attend_forward(const AttendInput& input) {
  const AttendParts p(input);
  const auto options = p.memory.options().requires_grad(false);
  Attended out;
  out.context = at::empty({p.query.size(0), p.memory.size(1)}, options);
  out.row_constants = at::empty({p.query.size(0), p.heads}, options);
  out.projected = projected_of(p);
  if (weight_count(p) <= p.most_weights) {
    out.weights = at::empty({weight_count(p)}, options);
    out.scores = at::empty({weight_count(p)}, options);
  }
  AT_DISPATCH_FLOATING_TYPES(p.memory.scalar_type(), "attend", [&] {
    kernels::AttendOutput<scalar_t> to;
    to.scores = data_out<scalar_t>(out.scores);
    to.weights = data_out<scalar_t>(out.weights);
    to.row_constants = data_out<scalar_t>(out.row_constants);
    to.context = data_out<scalar_t>(out.context);
    run(p, kernel_input<scalar_t>(p, out.projected), to);
  });
  if (p.memory.scalar_type() == at::kFloat) ++fused_calls;
  return out;
}

AttendDown attend_backward(const AttendInput& input, const Attended& made, const AttendUpper& upper) {
  const AttendParts p(input);
  const auto options = p.memory.options().requires_grad(false);
  const bool general = p.score == Score::kGeneral && p.memory_projection.defined();
  const auto dense = [](const at::Tensor& t) { return t.defined() ? t.contiguous() : t; };
  const at::Tensor d_context =
      upper.context.defined() ? upper.context.contiguous() : at::zeros({p.query.size(0), p.memory.size(1)}, options);
  const at::Tensor d_weights = dense(upper.weights), d_scores = dense(upper.scores);
  Gradients own;
  own.memory = at::empty(p.memory.sizes(), options);
  own.query = at::empty((general ? made.projected : p.query).sizes(), options);
  if (is_additive(p) || p.keys.defined()) {
    own.keys = at::empty((p.keys.defined() ? p.keys : made.projected).sizes(), options);
  }
  AT_DISPATCH_FLOATING_TYPES(p.memory.scalar_type(), "attend_backward", [&] {
    kernels::AttendGradients<scalar_t> g;
    g.weights = data_of<scalar_t>(made.weights);
    g.d_context = data_of<scalar_t>(d_context);
    g.d_weights = data_of<scalar_t>(d_weights);
    g.d_scores = data_of<scalar_t>(d_scores);
    g.d_query = data_out<scalar_t>(own.query);
    g.d_keys = data_out<scalar_t>(own.keys);
    g.d_memory = data_out<scalar_t>(own.memory);
    run(p, kernel_input<scalar_t>(p, made.projected), g, own);
  });
  AttendDown down{own.query, own.memory, {}, {}, own.score_vector};
  if (p.keys.defined()) down.keys = own.keys;
  if (p.memory_projection.defined()) through_projection(p, is_additive(p) ? own.keys : own.query, down);
  return down;
}

RowWeights weights_of_rows_fused(const AttendInput& input, const at::Tensor& queries) {
  const AttendParts p(input);
  const at::Tensor projected = projected_of(p);
  const int64_t* query = queries.const_data_ptr<int64_t>();
  RowWeights out{at::Tensor(), at::zeros({queries.numel() + 1}, at::kLong)};
  int64_t* offsets = out.offsets.mutable_data_ptr<int64_t>();
  for (int64_t k = 0; k < queries.numel(); ++k) offsets[k + 1] = offsets[k] + rows_of(p, tile_of(p, query[k]).sequence);
  out.weights = at::empty({p.heads * offsets[queries.numel()]}, p.memory.options().requires_grad(false));
  AT_DISPATCH_FLOATING_TYPES(p.memory.scalar_type(), "weights_of_rows", [&] {
    const auto in = kernel_input<scalar_t>(p, projected);
    TileOfQuery made{-1, 0, 0};
    at::Tensor weights;
    for (int64_t k = 0; k < queries.numel(); ++k) {
      const TileOfQuery tile = tile_of(p, query[k]);
      if (tile.sequence != made.sequence || tile.first != made.first) weights = tile_weights(p, in, made = tile);
      const int64_t place = query[k] - offsets_of(p.query_offsets)[tile.sequence] - tile.first;
      out.weights.narrow(0, p.heads * offsets[k], p.heads * rows_of(p, tile.sequence))
          .copy_(weights.select(1, place).reshape({-1}));
    }
  });
  return out;
}

int64_t fused_attend_calls() {
  return fused_calls;
}

}  // namespace fovea::ops
