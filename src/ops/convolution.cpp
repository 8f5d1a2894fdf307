#include "ops/convolution.h"

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::ops {

at::Tensor convolve(const at::Tensor& values, const at::Tensor& offsets, const at::Tensor& weight,
                    const at::Tensor& bias) {
  check_offsets(offsets, values.size(0));
  FOVEA_CHECK(values.dim() == 2 && weight.dim() == 3 && weight.size(0) % 2 == 1 && weight.size(1) == values.size(1) &&
                  bias.sizes() == at::IntArrayRef({weight.size(2)}),
              "values", values.sizes(), "weight", weight.sizes(), "bias", bias.sizes());
  if (values.size(0) == 0) return at::addmm(bias, values, weight[0]);
  const int64_t width = weight.size(0), reach = width / 2, sequences = offsets.numel() - 1;
  // A gap before each sequence and one behind the last.
  const at::Tensor places = at::arange(values.size(0), offsets.options()) + (segment_ids(offsets) + 1) * reach;
  const int64_t rows = values.size(0) + (sequences + 1) * reach, centres = rows - 2 * reach;
  const at::Tensor spread =
      at::zeros({rows, values.size(1)}, values.options().requires_grad(false)).index_copy(0, places, values);
  at::Tensor sum = at::addmm(bias, spread.narrow(0, 0, centres), weight[0]);
  for (int64_t w = 1; w < width; ++w) sum = at::addmm(sum, spread.narrow(0, w, centres), weight[w]);
  return sum.index_select(0, places - reach);
}

}  // namespace fovea::ops
