#include "attribution/integrated_gradients.h"

#include <cmath>
#include <numeric>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include "attribution/batches.h"
#include "attribution/input_gradients.h"
#include "attribution/made_subject.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::DoubleNear;
using testing::Pointwise;

double probability(TextSubject& subject, const Text& text, double scale, int64_t towards) {
  const at::NoGradGuard guard;
  const int64_t alone[] = {0};
  const data::TextBatch batch = batch_of({&text, 1}, alone, subject.parts().ngrams);
  std::vector<at::Tensor> inputs = subject.network().inputs(batch);
  for (at::Tensor& input : inputs) input = input * scale;
  const at::Tensor logits = subject.network().forward_from(inputs, batch, {}).logits;
  return probabilities_of(logits, subject.parts().temperature)[0][towards].item<double>();
}

class EveryIntegral : public testing::TestWithParam<test::SubjectForm> {};

TEST_P(EveryIntegral, AddsUpToWhatTheInputMakesOfTheAnswer) {
  MadeSubject made(GetParam());
  const std::vector<Text> texts = made.texts();
  const std::vector<int64_t> towards = {1, 0, 0, 1};
  const std::vector<Attribution> all = integrated_gradients(*made, texts, towards);
  for (size_t t = 0; t < texts.size(); ++t) {
    ASSERT_EQ(all[t].scores.size(), texts[t].ids.size());
    if (texts[t].ids.empty()) continue;
    const double difference = probability(*made, texts[t], 1, towards[t]) - probability(*made, texts[t], 0, towards[t]);
    const double sum = std::accumulate(all[t].scores.begin(), all[t].scores.end(), 0.0);
    EXPECT_LT(all[t].gap, kGapWanted) << "text " << t << ", steps " << all[t].steps;
    EXPECT_GE(all[t].steps, kStepsOfPart);
    EXPECT_NEAR(sum, difference, kGapWanted * std::max(std::abs(difference), kLeastDifference));
  }
}

TEST_P(EveryIntegral, OfManyTextsIsThatOfEach) {
  MadeSubject made(GetParam());
  const std::vector<Text> texts = made.texts();
  const std::vector<int64_t> towards = {1, 0, 0, 1};
  const std::vector<Attribution> all = integrated_gradients(*made, texts, towards);
  for (size_t t = 0; t < texts.size(); ++t) {
    const Attribution alone =
        integrated_gradients(*made, std::span<const Text>(texts).subspan(t, 1), std::span(towards).subspan(t, 1))[0];
    EXPECT_THAT(alone.scores, Pointwise(DoubleNear(1e-5), all[t].scores));
    EXPECT_EQ(alone.steps, all[t].steps);
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryIntegral, testing::ValuesIn(test::every_form()), test::name_of_form);

// The trapezoid rule over many points, by the gradients that are tested for themselves.
TEST(IntegratedGradients, AreTheIntegralOfTheGradients) {
  MadeSubject made(test::every_form()[0]);
  const Text text = made.texts()[0];
  constexpr int kParts = 400;
  std::vector<Point> points;
  for (int k = 0; k <= kParts; ++k) points.push_back({0, static_cast<double>(k) / kParts, 1});
  std::vector<double> expected(text.ids.size(), 0);
  input_products(*made, {&text, 1}, points, Attention::kMoves,
                 [&](size_t point, std::span<const double> products, double) {
                   const double weight = (point == 0 || point == kParts ? 0.5 : 1.0) / kParts;
                   for (size_t i = 0; i < products.size(); ++i) expected[i] += weight * products[i];
                 });
  const std::vector<int64_t> towards = {1};
  EXPECT_THAT(integrated_gradients(*made, {&text, 1}, towards)[0].scores, Pointwise(DoubleNear(6e-3), expected))
      << "as near as a gap of 1 % brings them";
}

// Over a long text a recurrent network leaps near an input of zeros.
TEST(IntegratedGradients, LookCloserWhereTheAnswerLeaps) {
  test::SubjectForm form = test::every_form()[0];
  form.growth = 1.2;
  MadeSubject made(form);
  Text text;
  while (text.size() < 200) {
    for (const Text& part : made.texts()) {
      text.ids.insert(text.ids.end(), part.ids.begin(), part.ids.end());
      text.spellings = part.spellings;
    }
  }
  const std::vector<int64_t> towards = {1};
  const Attribution one = integrated_gradients(*made, {&text, 1}, towards)[0];
  const double difference = probability(*made, text, 1, 1) - probability(*made, text, 0, 1);
  const double sum = std::accumulate(one.scores.begin(), one.scores.end(), 0.0);
  EXPECT_GT(one.steps, kStepsOfPart);
  EXPECT_NEAR(sum, difference, kGapWanted * std::abs(difference));
  EXPECT_NEAR(one.gap, std::abs(sum - difference) / std::abs(difference), 1e-4);
}

}  // namespace
}  // namespace fovea::attribution
