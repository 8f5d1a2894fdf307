#include "audit/sign.h"

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

// The top word speaks for the answer, against it, and next to nothing against it.
TEST(Sign, TopWordsThatSpeakAgainstTheAnswer) {
  test::FakeModel model;
  model.bias = {1, 0};
  model.values = {{0, 0}, {3, 0}, {-1, 0}, {-0.001, 0}, {0, 0}};
  model.scores.assign(5, 0);
  Material material;
  material.texts = {Text{{1, 4}, {}}, Text{{2, 1}, {}}, Text{{3, 4}, {}}};
  const std::vector<Order> first_word(3, Order{0, 1});
  material.truth = {0, 0, 0};
  const auto out = sign_of(model, Erased::kDeleted, material.texts, answers_of(model, material),
                           {first_word, std::vector<Order>(3, Order{1, 0})});
  EXPECT_EQ(out[0].violates, (std::vector<double>{0, 1, 0}));
  EXPECT_EQ(out[0].rises, (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(out[1].violates, (std::vector<double>{1, 0, 0}));
}

}  // namespace
}  // namespace fovea::audit
