#include "ops/attend.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/attend_fused.h"
#include "ops/segments.h"

namespace fovea::ops {
namespace {

void require_one_query_each(const at::Tensor& query_offsets, int64_t sequences) {
  FOVEA_CHECK(query_offsets.numel() == sequences + 1 && query_offsets.is_contiguous(), "query_offsets for sequences",
              query_offsets.numel() - 1, "not", sequences);
  const int64_t* data = query_offsets.const_data_ptr<int64_t>();
  for (int64_t b = 0; b <= sequences; ++b) {
    if (data[b] != b) {
      throw UserError(ExitCode::kUsage, "attend: several queries for one sequence are not supported yet",
                      "Give one query per sequence: query_offsets = 0, 1, …, B.");
    }
  }
}

void check_widths(const AttendInput& in) {
  if (in.score == Score::kDot) {
    FOVEA_CHECK(in.query.size(1) == in.memory.size(1), in.query.sizes(), in.memory.sizes());
    return;
  }
  FOVEA_CHECK(in.memory_projection.defined() && in.score_vector.defined(), "additive attention wants P and v");
  FOVEA_CHECK(in.memory_projection.size(1) == in.memory.size(1) && in.memory_projection.size(0) == in.query.size(1) &&
                  in.score_vector.numel() == in.query.size(1),
              in.memory_projection.sizes(), in.memory.sizes(), in.query.sizes(), in.score_vector.sizes());
}

// score_i = v · tanh(P m_i + q_b), as [N, A] and then [N].
at::Tensor additive_scores(const AttendInput& in, const at::Tensor& ids) {
  const at::Tensor projected = at::mm(in.memory, in.memory_projection.t());
  return at::mv(at::tanh(projected + in.query.index_select(0, ids)), in.score_vector);
}

// score_i = q_b · m_i.
at::Tensor dot_scores(const AttendInput& in, const at::Tensor& ids) {
  return (in.memory * in.query.index_select(0, ids)).sum(1);
}

}  // namespace

AttendOutput attend(const AttendInput& in) {
  FOVEA_CHECK(in.memory.dim() == 2 && in.query.dim() == 2, "memory must be [N, D] and query [M, …]");
  check_offsets(in.memory_offsets, in.memory.size(0));
  const int64_t sequences = in.memory_offsets.numel() - 1;
  require_one_query_each(in.query_offsets, sequences);
  FOVEA_CHECK(in.query.size(0) == sequences, "queries", in.query.size(0), "for sequences", sequences);

  check_widths(in);

  AttendOutput out;
  if (in.memory.size(0) == 0) {
    out.context = at::zeros({sequences, in.memory.size(1)}, in.memory.options());
    out.weights = out.scores = at::zeros({0}, in.memory.options());
    return out;
  }
  if (takes_fused_attend(in)) return attend_fused(in);
  const at::Tensor ids = segment_ids(in.memory_offsets);
  out.scores = in.score == Score::kAdditive ? additive_scores(in, ids) : dot_scores(in, ids);
  out.weights = segment_softmax(out.scores, in.memory_offsets);
  out.context = segment_weighted_sum(out.weights, in.memory, in.memory_offsets);
  return out;
}

}  // namespace fovea::ops
