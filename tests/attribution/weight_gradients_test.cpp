#include "attribution/weight_gradients.h"

#include <cmath>

#include <gmock/gmock.h>

#include "attribution/made_subject.h"
#include "base/errors.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::DoubleNear;
using testing::Pointwise;

double probability(const std::vector<double>& logits) {
  return 1 / (1 + std::exp(logits[0] - logits[1]));  // of the second of two classes
}

class EveryWeightGradient : public testing::TestWithParam<test::SubjectForm> {};

// Against the subject's own answers as the weight of one word changes in every look.
TEST_P(EveryWeightGradient, IsTheSlopeAsTheWeightOfAWordChanges) {
  MadeSubject made(GetParam());
  made->network().to(at::kDouble);
  const Text text = made.texts()[0];
  const Looks own = made->read({&text, 1})[0].looks;
  constexpr double kStep = 1e-6;
  std::vector<Looks> added, times;
  for (size_t i = 0; i < text.ids.size(); ++i) {
    for (const double sign : {-1.0, 1.0}) {
      added.push_back(own);
      times.push_back(own);
      for (Weights& look : added.back()) look[i] += sign * kStep;
      for (Weights& look : times.back()) look[i] *= 1 + sign * kStep;
    }
  }
  const auto under_added = made->logits_under(text, added), under_times = made->logits_under(text, times);
  const std::vector<int64_t> towards = {1};
  const std::vector<double> plain = weight_gradients(*made, {&text, 1}, towards, Times::kOne)[0].scores,
                            by_weight = weight_gradients(*made, {&text, 1}, towards, Times::kWeight)[0].scores;
  double largest = 0;
  for (size_t i = 0; i < text.ids.size(); ++i) {
    const auto slope = [&](const std::vector<std::vector<double>>& logits) {
      return (probability(logits[2 * i + 1]) - probability(logits[2 * i])) / (2 * kStep);
    };
    EXPECT_NEAR(by_weight[i], slope(under_times), 1e-7) << "word " << i;
    // A sentence without any weight has no words that could get some from it in both directions.
    bool kink = false;
    for (const Weights& look : own) kink |= made->hierarchical() && look[i] == 0;
    if (!kink) {
      EXPECT_NEAR(plain[i], slope(under_added), 1e-7) << "word " << i;
    }
    largest = std::max(largest, std::abs(plain[i]));
  }
  EXPECT_GT(largest, 1e-4) << "the weights do not matter";
}

TEST_P(EveryWeightGradient, OfManyTextsIsThatOfEach) {
  MadeSubject made(GetParam());
  const std::vector<Text> texts = made.texts();
  const std::vector<int64_t> towards = {0, 1, 1, 0};
  const std::vector<Attribution> all = weight_gradients(*made, texts, towards, Times::kOne);
  for (size_t t = 0; t < texts.size(); ++t) {
    ASSERT_EQ(all[t].scores.size(), texts[t].ids.size());
    const auto alone = weight_gradients(*made, std::span<const Text>(texts).subspan(t, 1),
                                        std::span(towards).subspan(t, 1), Times::kOne);
    EXPECT_THAT(alone[0].scores, Pointwise(DoubleNear(1e-5), all[t].scores));
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryWeightGradient, testing::ValuesIn(test::every_form()), test::name_of_form);

TEST(WeightGradients, AreRefusedWhereThereAreNoWeightsOfWords) {
  MadeSubject made(test::form("", nn::EncoderKind::kLstm, nn::PoolingKind::kMax));
  const Text text = made.texts()[0];
  const std::vector<int64_t> towards = {0};
  EXPECT_THROW(weight_gradients(*made, {&text, 1}, towards, Times::kOne), UserError);
}

}  // namespace
}  // namespace fovea::attribution
