#include "nn/attention/pooling.h"

#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "nn/attention/controls.h"
#include "nn/attention/heads.h"
#include "nn/attention/rows.h"
#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::nn {

namespace {

ops::Score score_of(PoolingKind kind) {
  switch (kind) {
    case PoolingKind::kDot:
      return ops::Score::kDot;
    case PoolingKind::kScaledDot:
      return ops::Score::kScaledDot;
    case PoolingKind::kGeneral:
      return ops::Score::kGeneral;
    default:
      return ops::Score::kAdditive;
  }
}

// Features of what scores are made of.
int64_t scored_size(const PoolingOptions& options) {
  return options.key_size > 0 ? options.key_size : options.memory_size;
}

}  // namespace

int64_t PoolingOptions::context_size() const {
  return rows * memory_size + (heads - 1) * shared_size;
}

PoolingImpl::PoolingImpl(const PoolingOptions& options, const Stream& stream) : options_(options) {
  FOVEA_CHECK(options.memory_size > 0, options.memory_size);
  FOVEA_CHECK(options.rows > 0 && options.heads > 0 && (options.rows == 1 || options.heads == 1), options.rows,
              options.heads);
  if (!attends(options.kind)) {
    FOVEA_CHECK(options.rows == 1 && options.heads == 1, "a control has neither rows nor heads");
    return;
  }
  if (options.heads == 1) {
    scorers_.push_back(make_scorer("", scored_size(options), stream));
    return;
  }
  for (int64_t head = 0; head < options.heads; ++head) {
    scorers_.push_back(
        make_scorer("head" + std::to_string(head) + "_", head_width(options, scored_size(options)), stream));
  }
}

PoolingImpl::Scorer PoolingImpl::make_scorer(const std::string& prefix, int64_t width, const Stream& stream) {
  const bool projected = has_projection(options_.kind), trained = options_.kind != PoolingKind::kFrozen;
  const int64_t query_width = projected ? options_.attention_size : width;
  FOVEA_CHECK(query_width > 0, query_width);
  Scorer made;
  if (projected) {
    made.projection = register_parameter(prefix + "projection", at::empty({query_width, width}), trained);
    fill_glorot(made.projection, stream, prefix + "projection");
  }
  const double bound = std::sqrt(3.0 / static_cast<double>(query_width));
  const bool several = options_.rows > 1;
  const at::Tensor zeros = several ? at::zeros({options_.rows, query_width}) : at::zeros({query_width});
  made.query = register_parameter(prefix + "query", zeros, trained);
  // An additive query may start at 0, but for rows: what starts alike stays alike.
  const bool additive = score_of(options_.kind) == ops::Score::kAdditive;
  if (!additive || several) fill_uniform(made.query, bound, stream, prefix + "query");
  if (additive) {
    made.score_vector = register_parameter(prefix + "score_vector", at::empty({query_width}), trained);
    fill_uniform(made.score_vector, bound, stream, prefix + "score_vector");
  }
  return made;
}

ops::AttendOutput PoolingImpl::attend(const Scorer& scorer, const at::Tensor& memory, const at::Tensor& offsets,
                                      const at::Tensor& keys) const {
  const int64_t sequences = offsets.numel() - 1;
  ops::AttendInput in;
  in.score = score_of(options_.kind);
  in.normaliser = options_.normaliser;
  if (options_.rows == 1) {
    in.query = scorer.query.unsqueeze(0).expand({sequences, scorer.query.numel()});
  } else {
    in.query = scorer.query.repeat({sequences, 1});
    in.query_offsets = at::arange(sequences + 1, offsets.options()) * options_.rows;
  }
  in.memory = memory;
  in.memory_offsets = offsets;
  if (keys.defined()) {
    in.keys = scorer.projection.defined() ? at::mm(keys, scorer.projection.t()) : keys;
  } else {
    in.memory_projection = scorer.projection;
  }
  in.score_vector = scorer.score_vector;
  in.most_weights = ops::kAllWeights;  // one look or a few, and what is looked at is what is told
  return ops::attend(in);
}

Pooled PoolingImpl::pool_heads(const at::Tensor& memory, const at::Tensor& offsets, const at::Tensor& keys) const {
  std::vector<at::Tensor> contexts, weights, scores;
  for (int64_t head = 0; head < options_.heads; ++head) {
    const ops::AttendOutput out = attend(scorers_[static_cast<size_t>(head)], head_part(memory, options_, head),
                                         offsets, keys.defined() ? head_part(keys, options_, head) : keys);
    contexts.push_back(out.context);
    weights.push_back(out.weights);
    scores.push_back(out.scores);
  }
  const at::Tensor each = at::stack(weights);
  return {at::cat(contexts, 1), each.mean(0), at::stack(scores), {}, each};
}

Pooled PoolingImpl::forward(const at::Tensor& memory, const at::Tensor& offsets, const at::Tensor& keys) {
  FOVEA_CHECK(keys.defined() == (options_.key_size > 0 && attends(options_.kind)), "keys", keys.defined());
  switch (options_.kind) {
    case PoolingKind::kMean:
      return pool_mean(memory, offsets);
    case PoolingKind::kMax:
      return pool_max(memory, offsets);
    case PoolingKind::kLast:
      return pool_last(memory, offsets, options_.backward_begin, options_.backward_end);
    default:
      break;
  }
  if (options_.heads > 1) return pool_heads(memory, offsets, keys);
  const ops::AttendOutput out = attend(scorers_.front(), memory, offsets, keys);
  if (options_.rows == 1) return {out.context, out.weights, out.scores, {}, {}};
  const at::Tensor each = by_row(out.weights, offsets, options_.rows);
  return {out.context.reshape({offsets.numel() - 1, options_.context_size()}),
          each.mean(0),
          by_row(out.scores, offsets, options_.rows),
          {},
          each};
}

at::Tensor PoolingImpl::added(const Pooled& pooled, const at::Tensor& memory, const at::Tensor& offsets) const {
  const at::Tensor rows = memory.detach().to(at::kDouble);
  if (pooled.selection.defined()) {
    const at::Tensor number = at::arange(memory.size(0), at::kLong).unsqueeze(1);
    return rows * pooled.selection.index_select(0, ops::segment_ids(offsets)).eq(number).to(at::kDouble);
  }
  if (!pooled.each.defined()) return rows * pooled.weights.detach().to(at::kDouble).unsqueeze(1);
  std::vector<at::Tensor> parts;
  for (int64_t k = 0; k < pooled.each.size(0); ++k) {
    const at::Tensor weights = pooled.each[k].detach().to(at::kDouble).unsqueeze(1);
    parts.push_back(seen_by(rows, k) * weights);
  }
  return at::cat(parts, 1);
}

at::Tensor PoolingImpl::seen_by(const at::Tensor& memory, int64_t look) const {
  return options_.heads > 1 ? head_part(memory, options_, look) : memory;
}

void PoolingImpl::check_weights(const at::Tensor& weights, const at::Tensor& memory) const {
  FOVEA_CHECK(weighs_rows(options_.kind), "these weights are shares of features, not weights of rows");
  FOVEA_CHECK(weights.size(-2) == std::max(options_.rows, options_.heads) && weights.size(-1) == memory.size(0),
              "weights", weights.sizes(), "for rows", memory.size(0));
}

at::Tensor PoolingImpl::context_under(const at::Tensor& weights, const at::Tensor& memory,
                                      const at::Tensor& offsets) const {
  check_weights(weights, memory);
  std::vector<at::Tensor> parts;
  for (int64_t k = 0; k < weights.size(0); ++k) {
    parts.push_back(ops::segment_weighted_sum(weights[k], seen_by(memory, k), offsets));
  }
  return at::cat(parts, 1);
}

at::Tensor PoolingImpl::contexts_under(const at::Tensor& weights, const at::Tensor& memory) const {
  check_weights(weights, memory);
  std::vector<at::Tensor> parts;
  for (int64_t k = 0; k < weights.size(1); ++k) parts.push_back(at::mm(weights.select(1, k), seen_by(memory, k)));
  return at::cat(parts, 1);
}

}  // namespace fovea::nn
