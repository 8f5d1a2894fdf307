#include "nn/attention/rows.h"

#include <cmath>

#include "nn/attention/pooling.h"
#include "support/gradients.h"

namespace fovea::nn {
namespace {

using test::awkward;
using test::offsets_of;

Pooling make_rows(int64_t rows, PoolingKind kind = PoolingKind::kAdditive) {
  PoolingOptions options{kind, 6, 5};
  options.rows = rows;
  Pooling pooling(options, 11);
  test::convert(*pooling, at::kDouble);
  return pooling;
}

TEST(Rows, ByRowTakesTheWeightsOfEachApart) {
  // Two texts of 2 and 1 words, three rows: text by text, row by row.
  const at::Tensor laid_out = at::tensor({11., 12., 21., 22., 31., 32., 13., 23., 33.}, at::kDouble);
  const at::Tensor expected = at::tensor({11., 12., 13., 21., 22., 23., 31., 32., 33.}, at::kDouble).view({3, 3});
  EXPECT_TRUE(at::equal(by_row(laid_out, offsets_of({2, 0, 1}), 3), expected));
}

TEST(Rows, EachSumsToOneAndTheyDiffer) {
  for (const PoolingKind kind : {PoolingKind::kAdditive, PoolingKind::kDot, PoolingKind::kGeneral}) {
    const Pooled out = make_rows(3, kind)->forward(awkward({7, 6}, 1.3), offsets_of({4, 0, 3}));
    ASSERT_EQ(out.each.sizes(), (std::vector<int64_t>{3, 7}));
    EXPECT_TRUE(at::allclose(out.each.slice(1, 0, 4).sum(1), at::ones({3}, at::kDouble), 1e-12, 1e-12));
    EXPECT_TRUE(at::allclose(out.each.slice(1, 4, 7).sum(1), at::ones({3}, at::kDouble), 1e-12, 1e-12));
    EXPECT_TRUE(at::allclose(out.weights, out.each.mean(0), 1e-12, 1e-12));
    EXPECT_FALSE(at::allclose(out.each[0], out.each[1]));
    EXPECT_EQ(out.context.sizes(), (std::vector<int64_t>{3, 18}));
    EXPECT_EQ(out.context[1].abs().sum().item<double>(), 0.0);
  }
}

// ‖A Aᵀ − I‖² written out with loops.
TEST(Rows, RedundancyIsWhatItsFormulaSays) {
  const at::Tensor each = awkward({2, 5}, 0.7), offsets = offsets_of({2, 0, 3});
  double sum = 0;
  for (const auto& [begin, end] : {std::pair{0, 2}, std::pair{2, 5}}) {
    for (int k = 0; k < 2; ++k) {
      for (int l = 0; l < 2; ++l) {
        double product = k == l ? -1 : 0;
        for (int i = begin; i < end; ++i) product += each[k][i].item<double>() * each[l][i].item<double>();
        sum += product * product;
      }
    }
  }
  EXPECT_NEAR(redundancy(each, offsets).item<double>(), sum / 2, 1e-12);
}

TEST(Rows, EntropyIsWhatItsFormulaSays) {
  const at::Tensor offsets = offsets_of({2, 0, 3});
  const at::Tensor even = at::tensor({0.5, 0.5, 1 / 3., 1 / 3., 1 / 3.}, at::kDouble);
  EXPECT_NEAR(entropy(even, offsets).item<double>(), (std::log(2) + std::log(3)) / 2, 1e-7);
  const at::Tensor sharp = at::tensor({1., 0., 0., 0., 1.}, at::kDouble);
  EXPECT_NEAR(entropy(sharp, offsets).item<double>(), 0, 1e-7);
  EXPECT_NEAR(entropy(at::stack({even, sharp}), offsets).item<double>(), (std::log(2) + std::log(3)) / 4, 1e-7);
  EXPECT_EQ(entropy(at::zeros({0}, at::kDouble), offsets_of({0, 0})).item<double>(), 0.0);
}

// What is lowered has a slope where a weight is 0 as well.
TEST(Rows, EntropyCanBeLowered) {
  at::Tensor weights = at::tensor({0.7, 0.3, 0.0}, at::kDouble).set_requires_grad(true);
  entropy(weights, offsets_of({3})).backward();
  EXPECT_TRUE(at::isfinite(weights.grad()).all().item<bool>());
  EXPECT_LT(weights.grad()[0].item<double>(), weights.grad()[1].item<double>());
}

TEST(Entropy, OfLongTextsCountsLess) {
  const at::Tensor offsets = offsets_of({2, 8});
  const at::Tensor looks = at::cat({at::full({2}, 0.5, at::kDouble), at::full({8}, 0.125, at::kDouble)});
  EXPECT_NEAR(entropy(looks, offsets, 8).item<double>(), (std::log(2) + std::log(8)) / 2, 1e-7);
  EXPECT_NEAR(entropy(looks, offsets, 4).item<double>(), (std::log(2) + std::log(8) / 4) / 2, 1e-7);
  EXPECT_NEAR(entropy(at::stack({looks, looks}), offsets, 4).item<double>(), (std::log(2) + std::log(8) / 4) / 2, 1e-7);
}

TEST(Rows, RedundancyIsZeroWhereEachLooksAtAWordOfItsOwn) {
  EXPECT_EQ(redundancy(at::eye(3, at::kDouble), offsets_of({3})).item<double>(), 0.0);
  EXPECT_EQ(redundancy(at::ones({3, 1}, at::kDouble), offsets_of({1})).item<double>(), 6.0);  // all at the only word
  EXPECT_EQ(redundancy(at::zeros({3, 0}, at::kDouble), offsets_of({0, 0})).item<double>(), 0.0);
}

TEST(Rows, GradientOfContextAndPenalty) {
  const at::Tensor offsets = offsets_of({3, 0, 2}), mix = awkward({3, 12}, 1.0, 3);
  Pooling pooling = make_rows(2);
  test::expect_gradients({awkward({5, 6}, 1.0, 7)}, [&](const std::vector<at::Tensor>& in) {
    const Pooled out = pooling->forward(in[0], offsets);
    return (out.context * mix).sum() + redundancy(out.each, offsets);
  });
}

}  // namespace
}  // namespace fovea::nn
