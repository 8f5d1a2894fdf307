#include "nn/attention/controls.h"

#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::nn {
namespace {

Pooled pool_selected(const at::Tensor& memory, const at::Tensor& selection) {
  Pooled out;
  out.selection = selection;
  out.context = ops::select_per_feature(memory, selection);
  out.weights = ops::selection_share(selection, memory.size(0), memory.scalar_type());
  return out;
}

}  // namespace

Pooled pool_mean(const at::Tensor& memory, const at::Tensor& offsets) {
  Pooled out;
  // Equal scores: the softmax of 0 is 1/n, by the same code that attention uses.
  out.weights = ops::segment_softmax(at::zeros({memory.size(0)}, memory.options().requires_grad(false)), offsets);
  out.context = memory.size(0) == 0 ? at::zeros({offsets.numel() - 1, memory.size(1)}, memory.options())
                                    : ops::segment_weighted_sum(out.weights, memory, offsets);
  return out;
}

Pooled pool_max(const at::Tensor& memory, const at::Tensor& offsets) {
  return pool_selected(memory, ops::segment_argmax(memory, offsets));
}

Pooled pool_last(const at::Tensor& memory, const at::Tensor& offsets, int64_t backward_begin, int64_t backward_end) {
  const int64_t sequences = offsets.numel() - 1, features = memory.size(1);
  at::Tensor selection = at::full({sequences, features}, -1, offsets.options());
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  int64_t* rows = selection.mutable_data_ptr<int64_t>();
  for (int64_t b = 0; b < sequences; ++b) {
    if (from[b] == from[b + 1]) continue;
    int64_t* row = rows + b * features;
    std::fill(row, row + features, from[b + 1] - 1);
    std::fill(row + backward_begin, row + backward_end, from[b]);
  }
  return pool_selected(memory, selection);
}

}  // namespace fovea::nn
