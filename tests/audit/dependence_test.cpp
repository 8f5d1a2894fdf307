#include "audit/dependence.h"

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

TEST(Dependence, IsHowFarMaskingAllMovesTheAnswer) {
  test::FakeModel model;
  model.bias = {0, 0.5};
  model.values = {{0, 0}, {3, 0}, {-3, 0}, {0.5, 0}};
  model.scores.assign(4, 0);
  Material material;
  material.texts = {Text{{1, 1}, {}}, Text{{2, 2}, {}}, Text{{3, 3}, {}}};
  material.truth = {0, 1, 0};
  const auto p = [](double logit) { return 1 / (1 + std::exp(-logit)); };
  const auto moves = dependence(model, material, answers_of(model, material));
  EXPECT_NEAR(moves[0], p(2.5) - p(-0.5), 1e-12);
  EXPECT_NEAR(moves[1], p(3.5) - p(0.5), 1e-12);
  EXPECT_NEAR(moves[2], 0.5 - p(-0.5), 1e-12);
}

}  // namespace
}  // namespace fovea::audit
