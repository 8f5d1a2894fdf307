#include "nn/attention/lookup.h"

#include <cmath>

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::nn {

LookupImpl::LookupImpl(const LookupOptions& options, const Stream& stream) : options_(options) {
  FOVEA_CHECK(
      options.query_size > 0 && options.memory_size > 0 && options.attention_size > 0 && options.value_size >= 0,
      "query", options.query_size, "memory", options.memory_size, "attention", options.attention_size, "value",
      options.value_size);
  FOVEA_CHECK(options.heads > 0 && options.attention_size % options.heads == 0, "heads", options.heads, "of",
              options.attention_size);
  const auto matrix = [&](const std::string& name, int64_t rows, int64_t columns) {
    at::Tensor made = register_parameter(name, at::empty({rows, columns}));
    fill_glorot(made, stream, name);
    return made;
  };
  query_ = matrix("query", options.attention_size, options.query_size);
  key_ = matrix("key", options.attention_size, options.memory_size);
  if (options.value_size > 0) value_ = matrix("value", options.value_size, options.memory_size);
  if (options.score == ops::Score::kAdditive) {
    query_bias_ = register_parameter("query_bias", at::zeros({options.attention_size}));
    score_vector_ = register_parameter("score_vector", at::empty({options.attention_size}));
    const auto width = static_cast<double>(options.attention_size / options.heads);
    fill_uniform(score_vector_, std::sqrt(3.0 / width), stream, "score_vector");
  }
}

ops::Memory LookupImpl::ready(const at::Tensor& rows, const at::Tensor& offsets) const {
  ops::Memory memory = ops::ready(rows, offsets, key_);
  if (value_.defined()) memory.rows = ops::ready(rows, offsets, value_).keys;
  return memory;
}

at::Tensor LookupImpl::projected(const at::Tensor& query) const {
  return query_bias_.defined() ? at::addmm(query_bias_, query, query_.t()) : at::mm(query, query_.t());
}

ops::AttendInput LookupImpl::input_of(const at::Tensor& projected, const at::Tensor& query_offsets,
                                      const ops::Memory& memory, const at::Tensor& visible) const {
  ops::AttendInput in;
  in.score = options_.score;
  in.normaliser = options_.normaliser;
  in.query = projected;
  in.query_offsets = query_offsets;
  in.memory = memory.rows;
  in.memory_offsets = memory.offsets;
  in.keys = memory.keys;
  in.score_vector = score_vector_;
  in.visible = visible;
  in.heads = options_.heads;
  return in;
}

ops::AttendOutput LookupImpl::forward(const at::Tensor& query, const at::Tensor& query_offsets,
                                      const ops::Memory& memory, const at::Tensor& visible,
                                      int64_t most_weights) const {
  ops::AttendInput in = input_of(projected(query), query_offsets, memory, visible);
  in.most_weights = most_weights;
  return ops::attend(in);
}

ops::AttendOutput LookupImpl::forward_projected(const at::Tensor& query, const at::Tensor& query_offsets,
                                                const ops::Memory& memory, int64_t most_weights) const {
  ops::AttendInput in = input_of(query, query_offsets, memory, {});
  in.most_weights = most_weights;
  return ops::attend(in);
}

ops::RowWeights LookupImpl::weights_of_rows(const at::Tensor& queries, const at::Tensor& query,
                                            const at::Tensor& query_offsets, const ops::Memory& memory,
                                            const at::Tensor& visible) const {
  const at::NoGradGuard guard;
  return ops::weights_of_rows(input_of(projected(query), query_offsets, memory, visible), queries);
}

}  // namespace fovea::nn
