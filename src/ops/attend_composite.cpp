// Composite form on libtorch's own functions, for types and devices that have no kernel here: one sequence after the
// other, so that there is no padding.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/attend.h"

namespace fovea::ops {
namespace {

// Sparsemax and 1.5-entmax, w = max(z − τ, 0)^power: which rows lie above τ is found by sorting and carries no
// gradient; τ is then a smooth function of those rows. z [r, n], its largest number 0 in every row.
at::Tensor support_of(const at::Tensor& z, Normaliser normaliser) {
  const at::NoGradGuard guard;
  const at::Tensor sorted = std::get<0>(z.sort(-1, /*descending=*/true));
  const at::Tensor count = at::arange(1, z.size(-1) + 1, z.options());
  const at::Tensor sum = sorted.cumsum(-1);
  at::Tensor threshold;
  if (normaliser == Normaliser::kSparsemax) {
    threshold = (sum - 1) / count;
  } else {
    const at::Tensor mean = sum / count, spread = sorted.square().cumsum(-1) - sum * mean;
    threshold = mean - ((1 - spread) / count).clamp_min(0).sqrt();
  }
  const at::Tensor rank = sorted.gt(threshold).sum(-1, /*keepdim=*/true);
  return z.ge(sorted.gather(-1, rank - 1)).to(z.scalar_type());
}

at::Tensor normalised(const at::Tensor& scores, Normaliser normaliser) {
  if (normaliser == Normaliser::kSoftmax) return scores.softmax(-1);
  at::Tensor z = scores - scores.detach().amax(-1, /*keepdim=*/true);  // the shift cancels
  if (normaliser == Normaliser::kEntmax15) z = z / 2;
  const at::Tensor inside = support_of(z, normaliser);
  const at::Tensor count = inside.sum(-1, true), mean = (z * inside).sum(-1, true) / count;
  if (normaliser == Normaliser::kSparsemax) return (z - (mean - 1 / count)).clamp_min(0) * inside;
  const at::Tensor spread = ((z - mean).square() * inside).sum(-1, true);
  return (z - (mean - ((1 - spread) / count).sqrt())).clamp_min(0).square() * inside;
}

// One head of one sequence: queries [r, A], keys [n, A], memory [n, D], v [A].
struct Head {
  at::Tensor query, keys, memory, score_vector;
};

// Of queries [r, A] and keys [n, A] of a head → [r, n].
at::Tensor scores_of(Score score, const Head& head) {
  switch (score) {
    case Score::kAdditive:
      return at::matmul(at::tanh(head.keys.unsqueeze(0) + head.query.unsqueeze(1)), head.score_vector);
    case Score::kScaledDot:
      return at::mm(head.query, head.keys.t()) / std::sqrt(static_cast<double>(head.keys.size(1)));
    default:
      return at::mm(head.query, head.keys.t());
  }
}

// What made weights of scores, read off the largest of each row.
at::Tensor row_constants_of(const at::Tensor& scores, const at::Tensor& weights, Normaliser normaliser) {
  const at::Tensor score = scores.detach().amax(1), weight = weights.detach().amax(1);
  if (normaliser == Normaliser::kSoftmax) return score - weight.log();
  return normaliser == Normaliser::kSparsemax ? score - weight : score / 2 - weight.sqrt();
}

// What the queries of one head see of one sequence: [r, n], [r, n], [r, D], [r].
struct Looks {
  at::Tensor scores, weights, context, constants;
};

// Queries that see the same rows, from … to - 1 of n, with zeros for the others.
Looks looks_of(const AttendInput& in, const Head& head, int64_t from, int64_t to) {
  const int64_t r = head.query.size(0), n = head.memory.size(0);
  if (from == to) {
    const at::Tensor none = at::zeros({r, n}, in.memory.options());
    return {none, none, at::zeros({r, head.memory.size(1)}, in.memory.options()), at::zeros({r}, in.memory.options())};
  }
  const at::Tensor memory = head.memory.narrow(0, from, to - from);
  const at::Tensor s =
      scores_of(in.score, {head.query, head.keys.narrow(0, from, to - from), memory, head.score_vector});
  const at::Tensor w = normalised(s, in.normaliser);
  const auto whole = [&](const at::Tensor& part) { return at::constant_pad_nd(part, {from, n - to}, 0); };
  return {whole(s), whole(w), at::mm(w, memory), row_constants_of(s, w, in.normaliser)};
}

// All queries of a head, those with equal ranges together; `ranges` [r, 2] of them, or null.
Looks looks_of_head(const AttendInput& in, const Head& head, const int64_t* ranges) {
  if (!ranges) return looks_of(in, head, 0, head.memory.size(0));
  std::vector<at::Tensor> scores, weights, contexts, constants;
  const int64_t queries = head.query.size(0);
  for (int64_t q = 0, end = 0; q < queries; q = end) {
    const int64_t from = ranges[2 * q], to = ranges[2 * q + 1];
    while (end < queries && ranges[2 * end] == from && ranges[2 * end + 1] == to) ++end;
    const Looks some =
        looks_of(in, {head.query.narrow(0, q, end - q), head.keys, head.memory, head.score_vector}, from, to);
    scores.push_back(some.scores), weights.push_back(some.weights);
    contexts.push_back(some.context), constants.push_back(some.constants);
  }
  return {at::cat(scores), at::cat(weights), at::cat(contexts), at::cat(constants)};
}

at::Tensor keys_of(const AttendInput& in) {
  if (in.keys.defined()) return in.keys;
  return in.memory_projection.defined() ? at::mm(in.memory, in.memory_projection.t()) : in.memory;
}

}  // namespace

AttendOutput attend_composite(const AttendInput& in) {
  const at::Tensor query_offsets = in.query_offsets.defined()
                                       ? in.query_offsets
                                       : at::arange(in.memory_offsets.numel(), in.memory_offsets.options());
  const at::Tensor visible = in.causal ? causal_ranges(query_offsets, in.memory_offsets) : in.visible;
  const int64_t *queries = query_offsets.const_data_ptr<int64_t>(), *rows = in.memory_offsets.const_data_ptr<int64_t>();
  const at::Tensor keys = keys_of(in);
  const int64_t A = keys.size(1) / in.heads, D = in.memory.size(1) / in.heads;
  std::vector<at::Tensor> contexts, weights, scores, constants;
  for (int64_t b = 0; b + 1 < in.memory_offsets.numel(); ++b) {
    const int64_t r = queries[b + 1] - queries[b], n = rows[b + 1] - rows[b];
    if (r == 0) continue;
    const int64_t* ranges = visible.defined() ? visible.const_data_ptr<int64_t>() + 2 * queries[b] : nullptr;
    std::vector<at::Tensor> parts, part_constants;  // of the heads
    for (int64_t h = 0; h < in.heads; ++h) {
      const auto part = [&](const at::Tensor& all, int64_t first, int64_t count, int64_t width) {
        return all.narrow(0, first, count).narrow(1, h * width, width);
      };
      const Looks looks =
          looks_of_head(in,
                        {part(in.query, queries[b], r, A), part(keys, rows[b], n, A), part(in.memory, rows[b], n, D),
                         in.score_vector.defined() ? in.score_vector.narrow(0, h * A, A) : at::Tensor()},
                        ranges);
      scores.push_back(looks.scores.flatten());
      weights.push_back(looks.weights.flatten());
      parts.push_back(looks.context);
      part_constants.push_back(looks.constants);
    }
    contexts.push_back(at::cat(parts, 1));
    constants.push_back(at::stack(part_constants, 1));
  }
  const auto joined = [&](const std::vector<at::Tensor>& all, at::IntArrayRef empty) {
    return all.empty() ? at::zeros(empty, in.memory.options()) : at::cat(all);
  };
  AttendOutput out{joined(contexts, {0, in.memory.size(1)}), joined(weights, {0}), joined(scores, {0}),
                   joined(constants, {0, in.heads})};
  if (out.weights.numel() > in.most_weights) out.weights = out.scores = at::Tensor();
  return out;
}

RowWeights weights_of_rows_composite(const AttendInput& input, const at::Tensor& queries) {
  AttendInput in = input;
  in.most_weights = kAllWeights;
  if (!in.query_offsets.defined())
    in.query_offsets = at::arange(in.memory_offsets.numel(), in.memory_offsets.options());
  const at::Tensor all = attend_composite(in).weights, places = weight_offsets(in.query_offsets, in.memory_offsets);
  const int64_t *first = in.query_offsets.const_data_ptr<int64_t>(), *place = places.const_data_ptr<int64_t>();
  const int64_t* rows = in.memory_offsets.const_data_ptr<int64_t>();
  RowWeights out{at::Tensor(), at::zeros({queries.numel() + 1}, at::kLong)};
  std::vector<at::Tensor> parts = {at::zeros({0}, in.memory.options())};
  for (int64_t k = 0; k < queries.numel(); ++k) {
    const int64_t query = queries.const_data_ptr<int64_t>()[k];
    const int64_t b = std::upper_bound(first, first + in.query_offsets.numel(), query) - first - 1;
    const int64_t r = first[b + 1] - first[b], n = rows[b + 1] - rows[b];
    const at::Tensor block = all.narrow(0, in.heads * place[b], in.heads * r * n).view({in.heads, r, n});
    parts.push_back(block.select(1, query - first[b]).flatten());
    out.offsets.mutable_data_ptr<int64_t>()[k + 1] = out.offsets.const_data_ptr<int64_t>()[k] + n;
  }
  out.weights = at::cat(parts);
  return out;
}

}  // namespace fovea::ops
