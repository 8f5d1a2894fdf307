#include "nn/attention/rows.h"

#include <algorithm>
#include <vector>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::nn {

at::Tensor by_row(const at::Tensor& weights, const at::Tensor& offsets, int64_t rows) {
  ops::check_offsets(offsets, weights.size(0) / rows);
  const int64_t tokens = weights.size(0) / rows;
  const at::Tensor places = at::empty({rows, tokens}, offsets.options());
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  int64_t* to = places.mutable_data_ptr<int64_t>();
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    const int64_t n = from[b + 1] - from[b];
    for (int64_t k = 0; k < rows; ++k) {
      for (int64_t i = 0; i < n; ++i) to[k * tokens + from[b] + i] = rows * from[b] + k * n + i;
    }
  }
  return weights.index_select(0, places.flatten()).view({rows, tokens});
}

at::Tensor redundancy(const at::Tensor& each, const at::Tensor& offsets) {
  const int64_t rows = each.size(0);
  const at::Tensor filled = offsets.diff().gt(0).nonzero().flatten();
  if (filled.numel() == 0) return at::zeros({}, each.options());
  const at::Tensor columns = each.t();
  std::vector<at::Tensor> products;  // row k of A Aᵀ, of every text
  for (int64_t k = 0; k < rows; ++k) products.push_back(ops::segment_weighted_sum(each[k], columns, offsets));
  const at::Tensor square = at::stack(products, 1) - at::eye(rows, each.options());
  return square.index_select(0, filled).square().sum({1, 2}).mean();
}

at::Tensor entropy(const at::Tensor& looks, const at::Tensor& offsets, int64_t long_from) {
  constexpr double kLeast = 1e-9;  // so that a weight of 0 has a slope
  const int64_t filled = offsets.diff().gt(0).sum().item<int64_t>();
  if (filled == 0) return at::zeros({}, looks.options());
  const auto count = static_cast<double>(filled * (looks.dim() == 2 ? looks.size(0) : 1));
  at::Tensor parts = looks * (looks + kLeast).log();
  const at::Tensor lengths = offsets.diff();
  if (long_from > 0 && lengths.max().item<int64_t>() > long_from) {
    const at::Tensor shares = (lengths.clamp_min(long_from).to(looks.scalar_type()).reciprocal() * long_from).square();
    parts = parts * shares.repeat_interleave(lengths);
  }
  return -parts.sum() / count;
}

}  // namespace fovea::nn
