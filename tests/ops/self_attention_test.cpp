#include "ops/self_attention.h"

#include <cmath>

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;

// One sequence and one head at a time.
at::Tensor attended_by_loops(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                             const at::Tensor& offsets, int64_t heads) {
  at::Tensor out = at::zeros_like(query);
  const int64_t width = query.size(1) / heads;
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    for (int64_t j = 0; j < heads; ++j) {
      const auto part = [&](const at::Tensor& t) {
        return t.slice(0, from[b], from[b + 1]).narrow(1, j * width, width);
      };
      const at::Tensor weights =
          (at::mm(part(query), part(key).t()) / std::sqrt(static_cast<double>(width))).softmax(1);
      part(out).copy_(at::mm(weights, part(value)));
    }
  }
  return out;
}

TEST(SelfAttention, IsItsDefinition) {
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    const double tolerance = type == at::kDouble ? 1e-12 : 1e-5;
    for (const auto& lengths :
         {std::vector<int64_t>{4, 0, 1, 6, 0}, std::vector<int64_t>{0, 5}, std::vector<int64_t>{0}}) {
      const at::Tensor offsets = offsets_of(lengths);
      const int64_t rows = offsets[-1].item<int64_t>();
      const at::Tensor query = awkward({rows, 6}, 2.1).to(type), key = awkward({rows, 6}, 1.9, 2).to(type),
                       value = awkward({rows, 6}, 1.0, 3).to(type);
      for (const int64_t heads : {1, 2, 3}) {
        const at::Tensor out = self_attention(query, key, value, offsets, heads);
        EXPECT_TRUE(at::allclose(out, attended_by_loops(query, key, value, offsets, heads), tolerance, tolerance))
            << heads;
      }
    }
  }
}

TEST(SelfAttention, Gradients) {
  const at::Tensor offsets = offsets_of({3, 0, 2}), mix = awkward({5, 4}, 1.0, 5);
  test::expect_gradients(
      {awkward({5, 4}, 1.0), awkward({5, 4}, 0.7, 2), awkward({5, 4}, 0.9, 3)},
      [&](const std::vector<at::Tensor>& in) { return (self_attention(in[0], in[1], in[2], offsets, 2) * mix).sum(); });
}

TEST(SelfAttention, HeadsMustDivideTheFeatures) {
  const at::Tensor rows = awkward({5, 4}, 1.0);
  EXPECT_THROW(self_attention(rows, rows, rows, offsets_of({5}), 3), InternalError);
}

}  // namespace
}  // namespace fovea::ops
