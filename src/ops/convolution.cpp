#include "ops/convolution.h"

#include <cstdlib>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::ops {

at::Tensor convolve(const at::Tensor& values, const at::Tensor& offsets, const at::Tensor& weight,
                    const at::Tensor& bias, const at::Tensor& beside, const at::Tensor& which) {
  const int64_t rows = which.defined() ? which.numel() : values.size(0);
  check_offsets(offsets, rows);
  const int64_t width = weight.size(0), reach = width / 2;
  FOVEA_CHECK(values.dim() == 2 && weight.dim() == 3 && width % 2 == 1 && weight.size(1) == values.size(1) &&
                  bias.sizes() == at::IntArrayRef({weight.size(2)}) &&
                  (!beside.defined() || beside.sizes() == at::IntArrayRef({rows, 1})),
              "values", values.sizes(), "weight", weight.sizes(), "bias", bias.sizes());
  // Rows begin … begin + count − 1, of what is made of each value.
  const auto of_rows = [&](const at::Tensor& of_values, int64_t begin, int64_t count) {
    return which.defined() ? of_values.index_select(0, which.narrow(0, begin, count)) : of_values;
  };
  at::Tensor out = of_rows(at::addmm(bias, values, weight[reach]), 0, rows);
  if (rows == 0 || width == 1) return out;
  const at::Tensor sequences = segment_ids(offsets);
  for (int64_t w = 0; w < width; ++w) {
    const int64_t step = w - reach, far = std::abs(step);  // row i reads row i + step
    if (step == 0 || far >= rows) continue;
    const int64_t readers = step < 0 ? far : 0, read = step < 0 ? 0 : far, count = rows - far;
    at::Tensor reads = sequences.narrow(0, readers, count).eq(sequences.narrow(0, read, count)).unsqueeze(1);
    reads = reads.to(values.scalar_type());
    if (beside.defined()) reads = reads * beside.narrow(0, readers, count);
    const at::Tensor seen = which.defined() ? values : values.narrow(0, read, count);
    const at::Tensor part = of_rows(at::mm(seen, weight[w]), read, count) * reads;
    out = out + at::constant_pad_nd(part, {0, 0, readers, read});
  }
  return out;
}

}  // namespace fovea::ops
