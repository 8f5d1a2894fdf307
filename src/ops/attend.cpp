// The door: checks, and the choice between the forms.
#include "ops/attend.h"

#include <algorithm>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/attend_fused.h"
#include "ops/attend_keys.h"
#include "ops/segments.h"

namespace fovea::ops {
namespace {

// Widths of the keys, wherever they come from: A.
int64_t score_width(const AttendInput& in) {
  if (in.keys.defined()) return in.keys.size(1);
  return in.memory_projection.defined() ? in.memory_projection.size(0) : in.memory.size(1);
}

void check_widths(const AttendInput& in) {
  const bool projected = in.score == Score::kAdditive || in.score == Score::kGeneral;
  FOVEA_CHECK(!in.keys.defined() || !in.memory_projection.defined(), "keys or a projection that makes them, not both");
  FOVEA_CHECK(in.keys.defined() || in.memory_projection.defined() == projected,
              "without keys additive and general scores want P, the others none");
  FOVEA_CHECK(in.score_vector.defined() == (in.score == Score::kAdditive), "the additive score wants v, others none");
  FOVEA_CHECK(!in.keys.defined() || (in.keys.dim() == 2 && in.keys.size(0) == in.memory.size(0)), "keys",
              in.keys.sizes(), "memory", in.memory.sizes());
  FOVEA_CHECK(!in.memory_projection.defined() ||
                  (in.memory_projection.dim() == 2 && in.memory_projection.size(1) == in.memory.size(1)),
              "P", in.memory_projection.sizes(), "memory", in.memory.sizes());
  const int64_t A = score_width(in);
  FOVEA_CHECK(in.query.size(1) == A, "query", in.query.sizes(), "for keys", A, "wide, memory", in.memory.sizes());
  FOVEA_CHECK(!in.score_vector.defined() || in.score_vector.sizes() == at::IntArrayRef({A}), "v",
              in.score_vector.sizes(), "query", in.query.sizes());
  FOVEA_CHECK(in.heads > 0 && A % in.heads == 0 && in.memory.size(1) % in.heads == 0, "heads", in.heads, "for keys", A,
              "wide, memory", in.memory.sizes());
}

void check_types(const AttendInput& in) {
  for (const at::Tensor& other : {in.query, in.keys, in.memory_projection, in.score_vector}) {
    FOVEA_CHECK(
        !other.defined() || (other.scalar_type() == in.memory.scalar_type() && other.device() == in.memory.device()),
        "all tensors want the type and the device of the memory,", in.memory.toString(), "not", other.toString());
  }
}

void check_ranges(const AttendInput& in) {
  if (!in.visible.defined()) return;
  FOVEA_CHECK(!in.causal, "causal or ranges, not both");
  FOVEA_CHECK(in.visible.sizes() == at::IntArrayRef({in.query.size(0), 2}) && in.visible.scalar_type() == at::kLong &&
                  in.visible.is_contiguous() && in.visible.device().is_cpu(),
              "ranges must be contiguous [M, 2] int64 on the CPU, not", in.visible.toString(), in.visible.sizes());
  const int64_t *range = in.visible.const_data_ptr<int64_t>(), *rows = in.memory_offsets.const_data_ptr<int64_t>();
  const int64_t* queries = in.query_offsets.defined() ? in.query_offsets.const_data_ptr<int64_t>() : nullptr;
  for (int64_t b = 0; b + 1 < in.memory_offsets.numel(); ++b) {
    const int64_t n = rows[b + 1] - rows[b], end = queries ? queries[b + 1] : b + 1;
    for (int64_t q = queries ? queries[b] : b; q < end; ++q) {
      FOVEA_CHECK(0 <= range[2 * q] && range[2 * q] <= range[2 * q + 1] && range[2 * q + 1] <= n, "query", q, "sees",
                  range[2 * q], "to", range[2 * q + 1], "of rows", n);
    }
  }
}

}  // namespace

at::Tensor weight_offsets(const at::Tensor& query_offsets, const at::Tensor& memory_offsets) {
  FOVEA_CHECK(query_offsets.numel() == memory_offsets.numel(), "query_offsets for sequences", query_offsets.numel() - 1,
              "not", memory_offsets.numel() - 1);
  at::Tensor offsets = at::zeros(memory_offsets.sizes(), memory_offsets.options());
  const int64_t *queries = query_offsets.const_data_ptr<int64_t>(), *rows = memory_offsets.const_data_ptr<int64_t>();
  int64_t* to = offsets.mutable_data_ptr<int64_t>();
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    to[b + 1] = to[b] + (queries[b + 1] - queries[b]) * (rows[b + 1] - rows[b]);
  }
  return offsets;
}

at::Tensor causal_ranges(const at::Tensor& query_offsets, const at::Tensor& memory_offsets, int64_t window) {
  FOVEA_CHECK(query_offsets.numel() == memory_offsets.numel() && window >= 0, "query_offsets for sequences",
              query_offsets.numel() - 1, "not", memory_offsets.numel() - 1, "window", window);
  const int64_t *queries = query_offsets.const_data_ptr<int64_t>(), *rows = memory_offsets.const_data_ptr<int64_t>();
  const int64_t sequences = memory_offsets.numel() - 1;
  at::Tensor ranges = at::empty({queries[sequences], 2}, memory_offsets.options());
  int64_t* to = ranges.mutable_data_ptr<int64_t>();
  for (int64_t b = 0; b < sequences; ++b) {
    for (int64_t i = 0; i < queries[b + 1] - queries[b]; ++i) {
      const int64_t end = std::min(i + 1, rows[b + 1] - rows[b]);
      *to++ = window > 0 ? std::min(std::max<int64_t>(0, i + 1 - window), end) : 0;
      *to++ = end;
    }
  }
  return ranges;
}

void check_attend(const AttendInput& in) {
  FOVEA_CHECK(in.memory.dim() == 2 && in.query.dim() == 2, "memory must be [N, D] and query [M, …], not",
              in.memory.sizes(), in.query.sizes());
  check_offsets(in.memory_offsets, in.memory.size(0));
  const int64_t sequences = in.memory_offsets.numel() - 1;
  if (in.query_offsets.defined()) {
    check_offsets(in.query_offsets, in.query.size(0));
    FOVEA_CHECK(in.query_offsets.numel() == sequences + 1, "query_offsets for sequences", in.query_offsets.numel() - 1,
                "not", sequences);
  } else {
    FOVEA_CHECK(in.query.size(0) == sequences, "without query_offsets one query each, but", in.query.size(0),
                "for sequences", sequences);
  }
  check_widths(in);
  check_types(in);
  check_ranges(in);
}

AttendOutput attend(const AttendInput& in) {
  check_attend(in);
  return takes_fused_attend(in) ? attend_fused(in) : attend_composite(in);
}

RowWeights weights_of_rows(const AttendInput& input, const at::Tensor& queries) {
  check_attend(input);
  FOVEA_CHECK(
      queries.dim() == 1 && queries.scalar_type() == at::kLong && queries.is_contiguous() && queries.device().is_cpu(),
      "queries must be contiguous [K] int64 on the CPU, not", queries.toString(), queries.sizes());
  for (int64_t k = 0; k < queries.numel(); ++k) {
    const int64_t query = queries.const_data_ptr<int64_t>()[k];
    FOVEA_CHECK(0 <= query && query < input.query.size(0), "query", query, "of", input.query.size(0));
  }
  const at::NoGradGuard guard;
  const AttendInput in = with_keys_for_heads(input);
  return takes_fused_attend(in) ? weights_of_rows_fused(in, queries) : weights_of_rows_composite(in, queries);
}

}  // namespace fovea::ops
