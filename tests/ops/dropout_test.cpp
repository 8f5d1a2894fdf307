#include "ops/dropout.h"

#include "support/gradients.h"

namespace fovea::ops {
namespace {

TEST(Dropout, KeepsTheMeanAndDropsTheShareAskedFor) {
  const at::Tensor ones = at::ones({301, 997}, at::kDouble);
  const at::Tensor out = dropout(ones, 0.3, {7, Purpose::kTest, 2});
  EXPECT_NEAR(out.eq(0).to(at::kDouble).mean().item<double>(), 0.3, 0.005);
  EXPECT_NEAR(out.mean().item<double>(), 1.0, 0.01);
}

TEST(Dropout, IsAFunctionOfItsKeyOnly) {
  const at::Tensor ones = at::ones({33, 5}, at::kFloat);
  const at::Tensor first = dropout(ones, 0.5, {7, Purpose::kDropoutStates, 2});
  dropout(ones, 0.5, {8, Purpose::kDropoutStates, 2});
  EXPECT_TRUE(at::equal(first, dropout(ones, 0.5, {7, Purpose::kDropoutStates, 2})));
  EXPECT_FALSE(at::equal(first, dropout(ones, 0.5, {8, Purpose::kDropoutStates, 2})));
  EXPECT_FALSE(at::equal(first, dropout(ones, 0.5, {7, Purpose::kDropoutOutput, 2})));
  EXPECT_FALSE(at::equal(first, dropout(ones, 0.5, {7, Purpose::kDropoutStates, 3})));
}

TEST(Dropout, NeighbouringElementsAreIndependent) {
  const at::Tensor out = dropout(at::ones({400000}, at::kFloat), 0.5, {3, Purpose::kTest, 0}).ne(0).to(at::kDouble);
  const at::Tensor both = out.slice(0, 0, -1) * out.slice(0, 1);
  EXPECT_NEAR(both.mean().item<double>(), 0.25, 0.005);
}

TEST(Dropout, GradientIsTheMask) {
  const RandomKey key{5, Purpose::kTest, 1};
  test::expect_gradients({test::awkward({3, 7}, 1.0)}, [&](const std::vector<at::Tensor>& in) {
    return (dropout(in[0], 0.4, key) * test::awkward({3, 7}, 1.0, 4)).sum();
  });
}

}  // namespace
}  // namespace fovea::ops
