#include "ops/attend_given.h"

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/attend.h"
#include "ops/segments.h"

namespace fovea::ops {

at::Tensor attend_given(const at::Tensor& weights, const at::Tensor& query_offsets, const at::Tensor& rows,
                        const at::Tensor& row_offsets, int64_t heads) {
  const at::Tensor starts = weight_offsets(query_offsets, row_offsets);
  const int64_t sequences = row_offsets.numel() - 1, features = rows.size(1);
  FOVEA_CHECK(heads > 0 && features % heads == 0, "features", features, "heads", heads);
  const int64_t* first_query = query_offsets.const_data_ptr<int64_t>();
  const int64_t* first_row = row_offsets.const_data_ptr<int64_t>();
  const int64_t* first_weight = starts.const_data_ptr<int64_t>();
  FOVEA_CHECK(weights.numel() == heads * first_weight[sequences], weights.sizes(), "of heads", heads);
  const int64_t width = features / heads;
  std::vector<at::Tensor> contexts;
  for (int64_t b = 0; b < sequences; ++b) {
    const int64_t queries = first_query[b + 1] - first_query[b], count = first_row[b + 1] - first_row[b];
    const at::Tensor memory = rows.narrow(0, first_row[b], count).view({count, heads, width}).transpose(0, 1);
    const at::Tensor given = weights.narrow(0, heads * first_weight[b], heads * queries * count);
    contexts.push_back(
        at::bmm(given.view({heads, queries, count}), memory).transpose(0, 1).reshape({queries, features}));
  }
  return contexts.empty() ? at::zeros({0, features}, rows.options()) : at::cat(contexts);
}

}  // namespace fovea::ops
