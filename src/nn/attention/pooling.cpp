#include "nn/attention/pooling.h"

#include <cmath>

#include <ATen/Functions.h>

#include "base/errors.h"
#include "nn/attention/controls.h"
#include "nn/initialise.h"
#include "ops/attend.h"

namespace fovea::nn {

PoolingImpl::PoolingImpl(const PoolingOptions& options, Seed seed) : options_(options) {
  FOVEA_CHECK(options.memory_size > 0, options.memory_size);
  if (options.kind == PoolingKind::kAdditive) {
    FOVEA_CHECK(options.attention_size > 0, options.attention_size);
    projection_ = register_parameter("projection", at::empty({options.attention_size, options.memory_size}));
    query_ = register_parameter("query", at::zeros({options.attention_size}));
    score_vector_ = register_parameter("score_vector", at::empty({options.attention_size}));
    fill_glorot(projection_, seed, "attention.projection");
    fill_uniform(score_vector_, std::sqrt(3.0 / static_cast<double>(options.attention_size)), seed,
                 "attention.score_vector");
  } else if (options.kind == PoolingKind::kDot) {
    query_ = register_parameter("query", at::empty({options.memory_size}));
    fill_uniform(query_, std::sqrt(3.0 / static_cast<double>(options.memory_size)), seed, "attention.query");
  }
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
  in.score = options_.kind == PoolingKind::kAdditive ? ops::Score::kAdditive : ops::Score::kDot;
  in.query = query_.unsqueeze(0).expand({sequences, query_.numel()});
  in.memory = memory;
  in.memory_offsets = offsets;
  in.memory_projection = projection_;
  in.score_vector = score_vector_;
  const ops::AttendOutput out = ops::attend(in);
  return {out.context, out.weights, out.scores, {}};
}

}  // namespace fovea::nn
