#include "ops/segments.h"

#include <algorithm>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::ops {
namespace {

constexpr int64_t kSequencesPerTask = 8;  // below this many sequences a second thread costs more than it saves

// The sum by a library call: rows are added in order, so any number of threads gives the same bits.
at::Tensor segment_sum(const at::Tensor& values, const at::Tensor& offsets) {
  return at::segment_reduce(values, "sum", /*lengths=*/{}, /*indices=*/{}, /*offsets=*/offsets, /*axis=*/0,
                            /*unsafe=*/true, /*initial=*/0);
}

}  // namespace

void check_offsets(const at::Tensor& offsets, int64_t rows) {
  FOVEA_CHECK(offsets.dim() == 1 && offsets.numel() >= 1 && offsets.scalar_type() == at::kLong &&
                  offsets.is_contiguous() && offsets.device().is_cpu(),
              "offsets must be contiguous [B+1] int64 on the CPU, not", offsets.toString(), offsets.sizes());
  const int64_t* data = offsets.const_data_ptr<int64_t>();
  const int64_t last = offsets.numel() - 1;
  FOVEA_CHECK(data[0] == 0 && data[last] == rows, "offsets run from", data[0], "to", data[last], "over rows", rows);
  for (int64_t b = 0; b < last; ++b) FOVEA_CHECK(data[b] <= data[b + 1], "offsets fall at sequence", b);
}

at::Tensor segment_ids(const at::Tensor& offsets) {
  at::Tensor ids = at::empty({offsets[-1].item<int64_t>()}, offsets.options());
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  int64_t* to = ids.mutable_data_ptr<int64_t>();
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) std::fill(to + from[b], to + from[b + 1], b);
  return ids;
}

at::Tensor segment_softmax(const at::Tensor& scores, const at::Tensor& offsets) {
  check_offsets(offsets, scores.size(0));
  if (scores.size(0) == 0) return scores;
  const at::Tensor ids = segment_ids(offsets);
  // The shift cancels in the quotient, so it carries no gradient.
  const at::Tensor highest = at::segment_reduce(scores.detach(), "max", {}, {}, offsets, 0, true);
  const at::Tensor raised = (scores - highest.index_select(0, ids)).exp();
  const at::Tensor total = segment_sum(raised, offsets);
  return raised / total.index_select(0, ids);
}

at::Tensor segment_weighted_sum(const at::Tensor& weights, const at::Tensor& values, const at::Tensor& offsets) {
  check_offsets(offsets, values.size(0));
  FOVEA_CHECK(weights.dim() == 1 && values.dim() == 2 && weights.size(0) == values.size(0), weights.numel(),
              values.size(0));
  return segment_sum(values * weights.unsqueeze(1), offsets);
}

at::Tensor segment_argmax(const at::Tensor& values, const at::Tensor& offsets) {
  check_offsets(offsets, values.size(0));
  const int64_t sequences = offsets.numel() - 1, features = values.size(1);
  const at::Tensor dense = values.detach().contiguous();
  at::Tensor rows = at::full({sequences, features}, -1, offsets.options());
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  int64_t* best_rows = rows.mutable_data_ptr<int64_t>();
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "segment_argmax", [&] {
    const scalar_t* data = dense.const_data_ptr<scalar_t>();
    at::parallel_for(0, sequences, kSequencesPerTask, [&](int64_t begin, int64_t end) {
      for (int64_t b = begin; b < end; ++b) {
        int64_t* best = best_rows + b * features;
        for (int64_t row = from[b]; row < from[b + 1]; ++row) {
          for (int64_t d = 0; d < features; ++d) {
            if (best[d] < 0 || data[row * features + d] > data[best[d] * features + d]) best[d] = row;
          }
        }
      }
    });
  });
  return rows;
}

at::Tensor select_per_feature(const at::Tensor& values, const at::Tensor& rows) {
  if (values.size(0) == 0) return at::zeros({rows.size(0), values.size(1)}, values.options());
  const at::Tensor chosen = values.gather(0, rows.clamp_min(0));
  return chosen * rows.ge(0).to(values.scalar_type());
}

at::Tensor selection_share(const at::Tensor& rows, int64_t row_count, at::ScalarType type) {
  at::Tensor share = at::zeros({row_count}, at::TensorOptions().dtype(at::kDouble));
  double* out = share.mutable_data_ptr<double>();
  const at::Tensor dense = rows.contiguous();
  const int64_t* row = dense.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < dense.numel(); ++i) {
    if (row[i] >= 0) out[row[i]] += 1.0;
  }
  return (share / static_cast<double>(std::max<int64_t>(rows.size(1), 1))).to(type);
}

}  // namespace fovea::ops
