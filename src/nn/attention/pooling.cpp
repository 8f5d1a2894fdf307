#include "nn/attention/pooling.h"

#include <cmath>

#include <ATen/Functions.h>

#include "base/errors.h"
#include "nn/attention/controls.h"
#include "nn/initialise.h"
#include "ops/attend.h"

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

}  // namespace

PoolingImpl::PoolingImpl(const PoolingOptions& options, Seed seed) : options_(options) {
  FOVEA_CHECK(options.memory_size > 0, options.memory_size);
  if (has_projection(options.kind)) {
    make_projected(seed);
  } else if (attends(options.kind)) {
    query_ = register_parameter("query", at::empty({options.memory_size}));
    fill_uniform(query_, std::sqrt(3.0 / static_cast<double>(options.memory_size)), seed, "attention.query");
  }
}

void PoolingImpl::make_projected(Seed seed) {
  const int64_t width = options_.attention_size;
  FOVEA_CHECK(width > 0, width);
  const bool trained = options_.kind != PoolingKind::kFrozen;
  const double bound = std::sqrt(3.0 / static_cast<double>(width));
  projection_ = register_parameter("projection", at::empty({width, options_.memory_size}), trained);
  fill_glorot(projection_, seed, "attention.projection");
  query_ = register_parameter("query", at::zeros({width}), trained);
  if (options_.kind == PoolingKind::kGeneral) {
    fill_uniform(query_, bound, seed, "attention.query");
    return;
  }
  score_vector_ = register_parameter("score_vector", at::empty({width}), trained);
  fill_uniform(score_vector_, bound, seed, "attention.score_vector");
}

Pooled PoolingImpl::forward(const at::Tensor& memory, const at::Tensor& offsets) {
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
  const int64_t sequences = offsets.numel() - 1;
  ops::AttendInput in;
  in.score = score_of(options_.kind);
  in.normaliser = options_.normaliser;
  in.query = query_.unsqueeze(0).expand({sequences, query_.numel()});
  in.memory = memory;
  in.memory_offsets = offsets;
  in.memory_projection = projection_;
  in.score_vector = score_vector_;
  const ops::AttendOutput out = ops::attend(in);
  return {out.context, out.weights, out.scores, {}};
}

}  // namespace fovea::nn
