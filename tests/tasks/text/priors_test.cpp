#include "tasks/text/priors.h"

#include <cmath>

#include <gmock/gmock.h>

namespace fovea::attribution {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(PositionScores, FallFromOne) {
  EXPECT_THAT(position_scores(4), ElementsAre(1.0, 0.75, 0.5, 0.25));
  EXPECT_THAT(position_scores(0), IsEmpty());
}

TEST(FrequencyPrior, IsMinusTheLogarithmOfTheShare) {
  data::Vocabulary vocabulary;
  vocabulary.append("the", 6);
  vocabulary.append("film", 2);
  vocabulary.append("unseen", 0);
  const FrequencyPrior prior(vocabulary);  // of 6 + 2 + 1 + 1: a word never counted, and the unknown one
  EXPECT_THAT(prior.scores(std::vector<int32_t>{1, 2, 3, 0}),
              ElementsAre(DoubleNear(-std::log(0.6), 1e-12), DoubleNear(-std::log(0.2), 1e-12),
                          DoubleNear(-std::log(0.1), 1e-12), DoubleNear(-std::log(0.1), 1e-12)));
}

}  // namespace
}  // namespace fovea::attribution
