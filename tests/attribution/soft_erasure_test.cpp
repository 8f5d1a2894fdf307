#include "attribution/soft_erasure.h"

#include <gmock/gmock.h>

#include "attribution/gradients.h"
#include "attribution/made_subject.h"
#include "base/errors.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::DoubleNear;
using testing::Not;
using testing::Pointwise;

constexpr double kClose = 1e-5;

class EverySoftened : public testing::TestWithParam<test::SubjectForm> {};

TEST_P(EverySoftened, AllKeptIsTheInputAndEachIsAskedForItself) {
  MadeSubject made(GetParam());
  const std::vector<Softened> questions = {
      {3, Weights(7, 1)}, {0, Weights(11, 1)}, {0, Weights(11, 0.5)}, {0, Weights(11, 0)}, {2, {1.0}}};
  const auto logits = logits_softened(*made, questions, 1);
  const std::vector<Question> whole = {{.input = 3}, {.input = 0}};
  const auto asked = made->logits(whole);
  EXPECT_THAT(logits[0], Pointwise(DoubleNear(kClose), asked[0]));
  EXPECT_THAT(logits[1], Pointwise(DoubleNear(kClose), asked[1]));
  EXPECT_THAT(logits[2], Not(Pointwise(DoubleNear(1e-4), asked[1])));
  EXPECT_THAT(logits[2], Not(Pointwise(DoubleNear(1e-4), logits[3])));
  for (size_t q = 0; q < questions.size(); ++q) {
    EXPECT_THAT(logits_softened(*made, std::span(questions).subspan(q, 1), 1)[0],
                Pointwise(DoubleNear(kClose), logits[q]));
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, EverySoftened, testing::ValuesIn(test::every_form()),
                         [](const auto& of) { return of.param.name; });

TEST(Softened, WhatIsDrawnDependsOnSeedAndDraw) {
  MadeSubject made(test::every_form().front());
  GradientAttributor attributor(*made);
  EXPECT_TRUE(attributor.softens());
  const auto asked = [&](uint64_t draw, uint64_t seed) {
    return attributor.logits_softened(std::vector<Softened>{{0, Weights(11, 0.5), draw}}, seed)[0];
  };
  EXPECT_EQ(asked(1, 1), asked(1, 1));
  EXPECT_NE(asked(1, 1), asked(2, 1));
  EXPECT_NE(asked(1, 1), asked(1, 2));
}

TEST(Softened, KeptSharesMustFitTheInput) {
  MadeSubject made(test::every_form().front());
  EXPECT_THROW(logits_softened(*made, std::vector<Softened>{{0, Weights(10, 0.5)}}, 1), InternalError);
  EXPECT_THROW(logits_softened(*made, std::vector<Softened>{{1, {}}}, 1), InternalError);
}

}  // namespace
}  // namespace fovea::attribution
