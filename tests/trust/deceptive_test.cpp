// Training that deceives (Pruthi et al. 2020): beside its loss a network is made to look away from the words that
// decide, and answers by them all the same, since the states of their neighbours know of them. The audit must not call
// such a map informative.
#include "trust/ruled_model.h"

namespace fovea::test {
namespace {

TEST(DeceptiveSlow, TrainingIsAtMostDecorativeInFiveOfFiveSeeds) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    RuledModel model(Look::kAway, seed);
    EXPECT_LT(model.mass(), 0.1) << seed;
    const audit::Result result = model.audited(seed);
    EXPECT_GT(result.accuracy.mean, 0.95) << seed << ": it answers by the words all the same";
    EXPECT_LE(result.verdict.grade, audit::Grade::kDecorative)
        << seed << ": " << (result.verdict.reasons.empty() ? "" : result.verdict.reasons.front());
  }
}

// It is not the training by a penalty that the audit calls decorative: one towards the deciding words is informative.
TEST(DeceptiveSlow, TheSameTrainingTowardsTheWordsIsInformative) {
  for (uint64_t seed = 1; seed <= 2; ++seed) {
    RuledModel model(Look::kAt, seed);
    EXPECT_GT(model.mass(), 0.9) << seed;
    EXPECT_EQ(model.audited(seed).verdict.grade, audit::Grade::kInformative) << seed;
  }
}

}  // namespace
}  // namespace fovea::test
