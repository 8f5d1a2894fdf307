// Composite form on libtorch's own functions, for types and devices that have no kernel here: one sequence after the
// other, so that there is no padding.
#include <cmath>
#include <tuple>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
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

// query [r, ·] and memory [n, D] of one sequence → [r, n].
at::Tensor scores_of(const AttendInput& in, const at::Tensor& query, const at::Tensor& memory) {
  switch (in.score) {
    case Score::kAdditive: {
      const at::Tensor keys = at::mm(memory, in.memory_projection.t());
      return at::matmul(at::tanh(keys.unsqueeze(0) + query.unsqueeze(1)), in.score_vector);
    }
    case Score::kGeneral:
      return at::mm(at::mm(query, in.memory_projection), memory.t());
    case Score::kScaledDot:
      return at::mm(query, memory.t()) / std::sqrt(static_cast<double>(memory.size(1)));
    default:
      return at::mm(query, memory.t());
  }
}

}  // namespace

AttendOutput attend_composite(const AttendInput& in) {
  const at::Tensor query_offsets = in.query_offsets.defined()
                                       ? in.query_offsets
                                       : at::arange(in.memory_offsets.numel(), in.memory_offsets.options());
  const int64_t *queries = query_offsets.const_data_ptr<int64_t>(), *rows = in.memory_offsets.const_data_ptr<int64_t>();
  std::vector<at::Tensor> contexts, weights, scores;
  for (int64_t b = 0; b + 1 < in.memory_offsets.numel(); ++b) {
    const int64_t r = queries[b + 1] - queries[b], n = rows[b + 1] - rows[b];
    if (r == 0) continue;
    if (n == 0) {
      contexts.push_back(at::zeros({r, in.memory.size(1)}, in.memory.options()));
      continue;
    }
    const at::Tensor memory = in.memory.narrow(0, rows[b], n);
    const at::Tensor s = scores_of(in, in.query.narrow(0, queries[b], r), memory), w = normalised(s, in.normaliser);
    scores.push_back(s.flatten());
    weights.push_back(w.flatten());
    contexts.push_back(at::mm(w, memory));
  }
  const auto joined = [&](const std::vector<at::Tensor>& parts, at::IntArrayRef empty) {
    return parts.empty() ? at::zeros(empty, in.memory.options()) : at::cat(parts);
  };
  return {joined(contexts, {0, in.memory.size(1)}), joined(weights, {0}), joined(scores, {0})};
}

}  // namespace fovea::ops
