#include "nn/dropout.h"

#include <ATen/TensorOperators.h>

#include "ops/aten.h"
#include "ops/dropout.h"
#include "support/gradients.h"

namespace fovea::nn {
namespace {

const RandomKey kKey{3, Purpose::kDropoutStates, 5};

TEST(NnDropout, ByElementIsTheOperator) {
  const at::Tensor values = test::awkward({9, 5}, 1.0);
  const at::Tensor offsets = test::offsets_of({4, 0, 5});
  EXPECT_TRUE(dropped(values, offsets, {0.4}, kKey).equal(ops::dropout(values, 0.4, kKey)));
  EXPECT_TRUE(dropped(values, offsets, {0, DropoutKind::kVariational}, kKey).equal(values));
}

// The mask that each row got: 0, or what the kept ones are scaled by.
TEST(NnDropout, VariationalMaskIsTheSameAlongASequenceAndDiffersBetweenThem) {
  const int64_t features = 200;
  const at::Tensor offsets = test::offsets_of({30, 0, 1, 19});
  const at::Tensor mask = dropped(at::ones({50, features}), offsets, {0.4, DropoutKind::kVariational}, kKey);
  for (int64_t row = 1; row < 50; ++row) {
    const bool begins = row == 30 || row == 31;
    EXPECT_EQ(mask[row].equal(mask[row - 1]), !begins) << row;
  }
  const double dropped_share = mask[0].eq(0).to(at::kDouble).mean().item<double>();
  EXPECT_NEAR(dropped_share, 0.4, 0.15);
  EXPECT_NEAR(mask.max().item<double>(), 1 / 0.6, 1e-3);
  EXPECT_FALSE(mask[0].equal(
      dropped(at::ones({50, features}), offsets, {0.4, DropoutKind::kVariational}, {3, Purpose::kDropoutStates, 6})[0]))
      << "another step has another mask";
  // An empty sequence has a mask of its own too, so that the rest of a batch does not depend on it being empty.
  const at::Tensor whole = ops::dropout(at::ones({4, features}), 0.4, kKey);
  EXPECT_TRUE(mask[30].equal(whole[2]));
  EXPECT_TRUE(mask[49].equal(whole[3]));
}

TEST(NnDropout, GradientIsTheMask) {
  const at::Tensor offsets = test::offsets_of({2, 3});
  test::expect_gradients({test::awkward({5, 3}, 1.0)}, [&](const std::vector<at::Tensor>& in) {
    return (dropped(in[0], offsets, {0.4, DropoutKind::kVariational}, kKey) * test::awkward({5, 3}, 1.0, 4)).sum();
  });
}

}  // namespace
}  // namespace fovea::nn
