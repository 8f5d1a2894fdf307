#include "ops/convolution.h"

#include <cstdlib>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::ops {

at::Tensor convolve_tap(const at::Tensor& values, const at::Tensor& sequences, const at::Tensor& weight, int64_t step,
                        const at::Tensor& which) {
  const int64_t rows = sequences.numel(), far = std::abs(step), count = rows - far;
  if (count <= 0) return at::zeros({rows, weight.size(1)}, values.options().requires_grad(false));
  const int64_t readers = step < 0 ? far : 0, read = step < 0 ? 0 : far;
  // Rows begin … begin + count − 1, of what is made of each value.
  const at::Tensor made = which.defined() ? at::mm(values, weight).index_select(0, which.narrow(0, read, count))
                                          : at::mm(values.narrow(0, read, count), weight);
  if (step == 0) return made;
  const at::Tensor same = sequences.narrow(0, readers, count).eq(sequences.narrow(0, read, count)).unsqueeze(1);
  return at::constant_pad_nd(made.masked_fill(same.logical_not(), 0), {0, 0, readers, read});
}

at::Tensor convolve(const at::Tensor& values, const at::Tensor& offsets, const at::Tensor& weight,
                    const at::Tensor& bias, const at::Tensor& beside, const at::Tensor& which) {
  const int64_t rows = which.defined() ? which.numel() : values.size(0);
  check_offsets(offsets, rows);
  const int64_t width = weight.size(0), reach = width / 2;
  FOVEA_CHECK(values.dim() == 2 && weight.dim() == 3 && width % 2 == 1 && weight.size(1) == values.size(1) &&
                  bias.sizes() == at::IntArrayRef({weight.size(2)}) &&
                  (!beside.defined() || beside.sizes() == at::IntArrayRef({rows, 1})),
              "values", values.sizes(), "weight", weight.sizes(), "bias", bias.sizes());
  const at::Tensor sequences = segment_ids(offsets);
  at::Tensor out = convolve_tap(values, sequences, weight[reach], 0, which) + bias;
  for (int64_t w = 0; w < width; ++w) {
    if (w == reach) continue;
    const at::Tensor part = convolve_tap(values, sequences, weight[w], w - reach, which);
    out = out + (beside.defined() ? part * beside : part);
  }
  return out;
}

}  // namespace fovea::ops
