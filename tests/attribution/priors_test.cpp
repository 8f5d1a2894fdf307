#include "attribution/priors.h"

#include <cmath>

#include <gmock/gmock.h>

namespace fovea::attribution {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(RandomScores, AreDrawnBySeedAndWords) {
  const Text text = {{4, 5, 6, 4}, {}}, other = {{5, 4, 6, 4}, {}};
  const std::vector<double> drawn = random_scores(text, 1);
  ASSERT_EQ(drawn.size(), 4u);
  EXPECT_EQ(drawn, random_scores(text, 1));
  EXPECT_NE(drawn, random_scores(text, 2));
  EXPECT_NE(drawn, random_scores(other, 1));
  EXPECT_NE(drawn[0], drawn[3]);  // a word is not its score
  double sum = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) sum += random_scores(text, seed)[2];
  EXPECT_NEAR(sum / 1000, 0.5, 0.03);  // three standard errors
}

TEST(PositionScores, FallFromOne) {
  EXPECT_THAT(position_scores({{9, 9, 9, 9}, {}}), ElementsAre(1.0, 0.75, 0.5, 0.25));
  EXPECT_THAT(position_scores({}), IsEmpty());
}

TEST(FrequencyPrior, IsMinusTheLogarithmOfTheShare) {
  data::Vocabulary vocabulary;
  vocabulary.append("the", 6);
  vocabulary.append("film", 2);
  vocabulary.append("unseen", 0);
  const FrequencyPrior prior(vocabulary);  // of 6 + 2 + 1 + 1: a word never counted, and the unknown one
  EXPECT_THAT(prior.scores({{1, 2, 3, 0}, {}}),
              ElementsAre(DoubleNear(-std::log(0.6), 1e-12), DoubleNear(-std::log(0.2), 1e-12),
                          DoubleNear(-std::log(0.1), 1e-12), DoubleNear(-std::log(0.1), 1e-12)));
}

}  // namespace
}  // namespace fovea::attribution
