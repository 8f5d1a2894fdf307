// The door: checks, and the choice between the forms.
#include "ops/attend.h"

#include <ATen/Functions.h>

#include "base/errors.h"
#include "ops/segments.h"

namespace fovea::ops {
namespace {

void check_widths(const AttendInput& in) {
  const bool projected = in.score == Score::kAdditive || in.score == Score::kGeneral;
  FOVEA_CHECK(in.memory_projection.defined() == projected, "additive and general scores want P, the others none");
  FOVEA_CHECK(in.score_vector.defined() == (in.score == Score::kAdditive), "the additive score wants v, others none");
  if (!projected) {
    FOVEA_CHECK(in.query.size(1) == in.memory.size(1), "query", in.query.sizes(), "memory", in.memory.sizes());
    return;
  }
  FOVEA_CHECK(in.memory_projection.dim() == 2 && in.memory_projection.size(1) == in.memory.size(1) &&
                  in.memory_projection.size(0) == in.query.size(1),
              "P", in.memory_projection.sizes(), "memory", in.memory.sizes(), "query", in.query.sizes());
  FOVEA_CHECK(!in.score_vector.defined() || in.score_vector.sizes() == at::IntArrayRef({in.query.size(1)}), "v",
              in.score_vector.sizes(), "query", in.query.sizes());
}

void check_types(const AttendInput& in) {
  for (const at::Tensor& other : {in.query, in.memory_projection, in.score_vector}) {
    FOVEA_CHECK(
        !other.defined() || (other.scalar_type() == in.memory.scalar_type() && other.device() == in.memory.device()),
        "all tensors want the type and the device of the memory,", in.memory.toString(), "not", other.toString());
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

void refuse_what_is_not_there(const AttendInput& in) {
  if (in.causal) {
    throw UserError(ExitCode::kUsage, "attend: causal masks are not supported yet",
                    "Give causal = false; every query then sees the whole memory of its sequence.");
  }
  if (in.heads != 1) {
    throw UserError(ExitCode::kUsage, "attend: several heads are not supported yet",
                    "Give heads = 1, or call once for each head.");
  }
}

void check_attend(const AttendInput& in) {
  refuse_what_is_not_there(in);
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
}

AttendOutput attend(const AttendInput& in) {
  check_attend(in);
  return takes_fused_attend(in) ? attend_fused(in) : attend_composite(in);
}

}  // namespace fovea::ops
