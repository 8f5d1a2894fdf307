#include "attribution/integrated_gradients.h"

#include <cmath>
#include <numeric>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include "attribution/gradients.h"
#include "attribution/made_subject.h"
#include "ops/aten.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::DoubleNear;
using testing::Pointwise;

double probability(TextSubject& subject, int64_t input, double scale, int64_t towards) {
  const at::NoGradGuard guard;
  const data::TextBatch batch = batch_of(subject.texts(), {&input, 1}, subject.model().ngrams);
  std::vector<at::Tensor> inputs = subject.network().inputs(batch);
  for (at::Tensor& of_network : inputs) of_network = of_network * scale;
  const at::Tensor logits = subject.network().forward_from(inputs, batch, {}).logits;
  return (logits.to(at::kDouble) / subject.model().temperature).softmax(1)[0][towards].item<double>();
}

class EveryIntegral : public testing::TestWithParam<test::SubjectForm> {};

TEST_P(EveryIntegral, AddsUpToWhatTheInputMakesOfTheAnswer) {
  MadeSubject made(GetParam());
  const std::vector<int64_t> towards = {1, 0, 0, 1};
  const std::vector<Attribution> all = integrated_gradients(*made, towards);
  for (size_t t = 0; t < towards.size(); ++t) {
    ASSERT_EQ(all[t].scores.size(), made->texts()[t].ids.size());
    if (all[t].scores.empty()) continue;
    const auto input = static_cast<int64_t>(t);
    const double difference = probability(*made, input, 1, towards[t]) - probability(*made, input, 0, towards[t]);
    const double sum = std::accumulate(all[t].scores.begin(), all[t].scores.end(), 0.0);
    EXPECT_LT(all[t].gap, kGapWanted) << "text " << t << ", steps " << all[t].steps;
    EXPECT_GE(all[t].steps, kStepsOfPart);
    EXPECT_NEAR(sum, difference, kGapWanted * std::max(std::abs(difference), kLeastDifference));
  }
}

TEST_P(EveryIntegral, OfManyTextsIsThatOfEach) {
  MadeSubject made(GetParam());
  const std::vector<int64_t> towards = {1, 0, 0, 1};
  const std::vector<Attribution> all = integrated_gradients(*made, towards);
  for (size_t t = 0; t < towards.size(); ++t) {
    TextSubject subject = made.alone(t);
    const Attribution alone = integrated_gradients(subject, std::span(towards).subspan(t, 1))[0];
    EXPECT_THAT(alone.scores, Pointwise(DoubleNear(1e-5), all[t].scores));
    EXPECT_EQ(alone.steps, all[t].steps);
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryIntegral, testing::ValuesIn(test::every_form()), test::name_of_form);

// The trapezoid rule over many points, by the gradients that are tested for themselves.
TEST(IntegratedGradients, AreTheIntegralOfTheGradients) {
  MadeSubject made(test::every_form()[0]);
  TextSubject subject = made.alone(0);
  constexpr int kParts = 400;
  std::vector<Point> points;
  for (int k = 0; k <= kParts; ++k) points.push_back({0, static_cast<double>(k) / kParts, 1});
  std::vector<double> expected(subject.texts()[0].ids.size(), 0);
  input_products(subject, points, Attention::kMoves, [&](size_t point, std::span<const double> products, double) {
    const double weight = (point == 0 || point == kParts ? 0.5 : 1.0) / kParts;
    for (size_t i = 0; i < products.size(); ++i) expected[i] += weight * products[i];
  });
  const std::vector<int64_t> towards = {1};
  EXPECT_THAT(integrated_gradients(subject, towards)[0].scores, Pointwise(DoubleNear(6e-3), expected))
      << "as near as a gap of 1 % brings them";
}

// Over a long text a recurrent network leaps near an input of zeros.
TEST(IntegratedGradients, LookCloserWhereTheAnswerLeaps) {
  test::SubjectForm form = test::every_form()[0];
  form.growth = 1.2;
  MadeSubject made(form);
  Text text;
  while (text.size() < 200) {
    for (const Text& part : made->texts()) {
      text.ids.insert(text.ids.end(), part.ids.begin(), part.ids.end());
      text.spellings = part.spellings;
    }
  }
  const std::vector<int64_t> towards = {1};
  TextSubject subject = made.about({text});
  const Attribution one = integrated_gradients(subject, towards)[0];
  const double difference = probability(subject, 0, 1, 1) - probability(subject, 0, 0, 1);
  const double sum = std::accumulate(one.scores.begin(), one.scores.end(), 0.0);
  EXPECT_GT(one.steps, kStepsOfPart);
  EXPECT_NEAR(sum, difference, kGapWanted * std::abs(difference));
  EXPECT_NEAR(one.gap, std::abs(sum - difference) / std::abs(difference), 1e-4);
}

TEST(GaussLegendre, IsExactForPolynomials) {
  for (const int64_t count : {1, 2, 3, 8, 37, 512}) {
    const std::vector<Node> nodes = gauss_legendre(count);
    ASSERT_EQ(static_cast<int64_t>(nodes.size()), count);
    for (const int64_t power : {int64_t{0}, int64_t{1}, count, 2 * count - 1}) {
      double sum = 0;
      for (const Node& node : nodes) sum += node.weight * std::pow(node.place, static_cast<double>(power));
      EXPECT_NEAR(sum, 1.0 / static_cast<double>(power + 1), 1e-13) << count << " nodes, power " << power;
    }
  }
}

TEST(GaussLegendre, GivesItsNodesInOrderWithin) {
  const std::vector<Node> nodes = gauss_legendre(16);
  for (size_t k = 0; k < nodes.size(); ++k) {
    EXPECT_GT(nodes[k].place, k == 0 ? 0.0 : nodes[k - 1].place);
    EXPECT_LT(nodes[k].place, 1.0);
    EXPECT_GT(nodes[k].weight, 0.0);
  }
}

TEST(GaussLegendre, IsTheMidpointOfOneAndTheKnownTwo) {
  EXPECT_DOUBLE_EQ(gauss_legendre(1)[0].place, 0.5);
  EXPECT_DOUBLE_EQ(gauss_legendre(1)[0].weight, 1.0);
  EXPECT_NEAR(gauss_legendre(2)[0].place, (1 - 1 / std::sqrt(3.0)) / 2, 1e-15);
}

}  // namespace
}  // namespace fovea::attribution
