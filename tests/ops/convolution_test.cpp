#include "ops/convolution.h"

#include <limits>

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;

// The definition with loops.
at::Tensor convolved_by_loops(const at::Tensor& values, const at::Tensor& offsets, const at::Tensor& weight,
                              const at::Tensor& bias) {
  at::Tensor out = bias.repeat({values.size(0), 1});
  const int64_t reach = weight.size(0) / 2;
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    for (int64_t i = from[b]; i < from[b + 1]; ++i) {
      for (int64_t w = 0; w < weight.size(0); ++w) {
        const int64_t row = i + w - reach;
        if (row >= from[b] && row < from[b + 1]) out[i] += at::mv(weight[w].t(), values[row]);
      }
    }
  }
  return out;
}

TEST(Convolve, IsItsDefinition) {
  for (const int64_t width : {1, 3, 7}) {
    for (const auto& lengths : {std::vector<int64_t>{4, 0, 1, 6, 0}, std::vector<int64_t>{0, 5},
                                std::vector<int64_t>{1}, std::vector<int64_t>{0}, std::vector<int64_t>{}}) {
      const at::Tensor offsets = offsets_of(lengths);
      const at::Tensor values = awkward({offsets[-1].item<int64_t>(), 3}, 1.1);
      const at::Tensor weight = awkward({width, 3, 5}, 0.9, 2), bias = awkward({5}, 0.4, 3);
      const at::Tensor out = convolve(values, offsets, weight, bias);
      ASSERT_EQ(out.sizes(), (std::vector<int64_t>{values.size(0), 5}));
      EXPECT_TRUE(at::allclose(out, convolved_by_loops(values, offsets, weight, bias), 1e-12, 1e-12)) << width;
    }
  }
}

TEST(Convolve, RowsCanReadThemselvesAlone) {
  const at::Tensor offsets = offsets_of({4, 0, 1, 6}), values = awkward({11, 3}, 1.1);
  const at::Tensor weight = awkward({5, 3, 2}, 0.9, 2), bias = awkward({2}, 0.4, 3);
  const at::Tensor beside = (at::arange(11, at::kDouble).remainder(3) > 0).to(at::kDouble).unsqueeze(1);
  const at::Tensor together = convolve(values, offsets, weight, bias);
  const at::Tensor alone = convolve(values, at::arange(12, at::kLong), weight, bias);
  EXPECT_TRUE(at::allclose(convolve(values, offsets, weight, bias, beside), at::where(beside.gt(0), together, alone),
                           1e-12, 1e-12));
}

TEST(Convolve, WhatIsNoNumberStaysInItsSequence) {
  const at::Tensor offsets = offsets_of({2, 3}), values = awkward({5, 3}, 1.1);
  const at::Tensor weight = awkward({3, 3, 2}, 0.9, 2), bias = awkward({2}, 0.4, 3);
  const at::Tensor sound = convolve(values, offsets, weight, bias).slice(0, 2);
  values[1].fill_(std::numeric_limits<double>::infinity());
  EXPECT_TRUE(at::equal(convolve(values, offsets, weight, bias).slice(0, 2), sound));
}

TEST(Convolve, RowsThatAreAlikeAreGivenOnce) {
  const at::Tensor offsets = offsets_of({4, 0, 3}), values = awkward({3, 2}, 1.1);
  const at::Tensor weight = awkward({5, 2, 4}, 0.9, 2), bias = awkward({4}, 0.4, 3);
  const at::Tensor which = at::tensor({2, 0, 0, 1, 1, 2, 0}, at::kLong);
  EXPECT_TRUE(at::allclose(convolve(values, offsets, weight, bias, {}, which),
                           convolve(values.index_select(0, which), offsets, weight, bias), 1e-12, 1e-12));
}

TEST(Convolve, Gradients) {
  const at::Tensor offsets = offsets_of({3, 0, 2}), mix = awkward({5, 4}, 1.0, 5);
  const at::Tensor beside = at::tensor({1.0, 0.0, 1.0, 1.0, 0.0}, at::kDouble).unsqueeze(1);
  test::expect_gradients(
      {awkward({5, 3}, 1.0), awkward({3, 3, 4}, 0.7, 2), awkward({4}, 0.3, 3)},
      [&](const std::vector<at::Tensor>& in) { return (convolve(in[0], offsets, in[1], in[2], beside) * mix).sum(); });
}

TEST(Convolve, ShapesThatDoNotFitAreRefused) {
  const at::Tensor values = awkward({5, 3}, 1.0), bias = awkward({4}, 1.0);
  EXPECT_THROW(convolve(values, offsets_of({5}), awkward({2, 3, 4}, 1.0), bias), InternalError);
  EXPECT_THROW(convolve(values, offsets_of({5}), awkward({3, 2, 4}, 1.0), bias), InternalError);
  EXPECT_THROW(convolve(values, offsets_of({4}), awkward({3, 3, 4}, 1.0), bias), InternalError);
  EXPECT_THROW(convolve(values, offsets_of({5}), awkward({3, 3, 4}, 1.0), bias, bias), InternalError);
}

}  // namespace
}  // namespace fovea::ops
