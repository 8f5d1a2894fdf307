#include "study/choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/measures.h"

namespace fovea::study {
namespace {

using ::testing::ElementsAre;

TEST(Choice, ByTrustTheHighestRecoveryWithinAPointIsFirst) {
  const std::vector<Candidate> all = {{0.82, 0.30}, {0.811, 0.60}, {0.805, 0.90}, {0.815, 0.60}};
  EXPECT_THAT(ranked_by_trust(all, metrics::kAccuracy), ElementsAre(3, 1, 0, 2));
  EXPECT_TRUE(within_margin(all[1], all, metrics::kAccuracy));
  EXPECT_FALSE(within_margin(all[2], all, metrics::kAccuracy));
}

TEST(Choice, APointIsWithinTheMargin) {
  const std::vector<Candidate> all = {{0.82, 0.30}, {0.81, 0.60}};
  EXPECT_THAT(ranked_by_trust(all, metrics::kAccuracy), ElementsAre(1, 0));
}

// However accurate, and it does not keep the others from being within the margin.
TEST(Choice, AControlNeverWinsAndSetsNoBar) {
  const std::vector<Candidate> all = {{0.95, std::nullopt, true}, {0.80, 0.2}, {0.795, 0.4}, {0.9, std::nullopt}};
  EXPECT_THAT(ranked_by_trust(all, metrics::kAccuracy), ElementsAre(2, 1, 3, 0));
  const std::vector<Candidate> silent = {{0.95, std::nullopt, true}, {0.80, std::nullopt}};
  EXPECT_THAT(ranked_by_trust(silent, metrics::kAccuracy), ElementsAre(1, 0)) << "by score, but for controls";
}

TEST(Choice, OfErrorsLowerIsBetter) {
  const std::vector<Candidate> all = {{0.20, 0.3}, {0.205, 0.6}, {0.22, 0.9}};
  EXPECT_THAT(ranked_by_trust(all, metrics::kWordErrors), ElementsAre(1, 0, 2));
}

}  // namespace
}  // namespace fovea::study
