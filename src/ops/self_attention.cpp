#include "ops/self_attention.h"

#include <algorithm>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::ops {
namespace {

// Where rows stand in a batch padded to [filled sequences, longest].
struct Padding {
  at::Tensor places;   // [N] int64
  at::Tensor present;  // [filled, 1, 1, longest] bool: a row stands there
  int64_t filled = 0, longest = 0;
};

Padding padding_of(const at::Tensor& offsets) {
  Padding padding;
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  const int64_t sequences = offsets.numel() - 1;
  for (int64_t b = 0; b < sequences; ++b) {
    const int64_t length = from[b + 1] - from[b];
    padding.filled += length > 0;
    padding.longest = std::max(padding.longest, length);
  }
  padding.places = at::empty({from[sequences]}, offsets.options());
  padding.present = at::zeros({padding.filled * padding.longest}, offsets.options().dtype(at::kBool));
  int64_t* place = padding.places.mutable_data_ptr<int64_t>();
  bool* present = padding.present.mutable_data_ptr<bool>();
  int64_t next = 0;
  for (int64_t b = 0; b < sequences; ++b) {
    const int64_t length = from[b + 1] - from[b];
    if (length == 0) continue;
    for (int64_t i = 0; i < length; ++i) *place++ = next * padding.longest + i;
    std::fill_n(present + next * padding.longest, length, true);
    ++next;
  }
  padding.present = padding.present.view({padding.filled, 1, 1, padding.longest});
  return padding;
}

// [N, E] → [filled, heads, longest, E / heads].
at::Tensor padded(const at::Tensor& rows, const Padding& padding, int64_t heads) {
  const int64_t features = rows.size(1);
  return at::zeros({padding.filled * padding.longest, features}, rows.options().requires_grad(false))
      .index_copy(0, padding.places, rows)
      .view({padding.filled, padding.longest, heads, features / heads})
      .transpose(1, 2);
}

}  // namespace

at::Tensor self_attention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                          const at::Tensor& offsets, int64_t heads) {
  check_offsets(offsets, query.size(0));
  FOVEA_CHECK(query.dim() == 2 && key.sizes() == query.sizes() && value.sizes() == query.sizes() && heads > 0 &&
                  query.size(1) % heads == 0,
              "query", query.sizes(), "key", key.sizes(), "value", value.sizes(), "heads", heads);
  if (query.size(0) == 0) return query + key + value;
  const Padding padding = padding_of(offsets);
  const at::Tensor attended = at::scaled_dot_product_attention(
      padded(query, padding, heads), padded(key, padding, heads), padded(value, padding, heads), padding.present);
  return attended.transpose(1, 2)
      .reshape({padding.filled * padding.longest, query.size(1)})
      .index_select(0, padding.places);
}

}  // namespace fovea::ops
