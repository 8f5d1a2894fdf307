#include "attribution/gradients.h"

#include <cmath>
#include <numeric>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include "attribution/made_subject.h"
#include "base/errors.h"
#include "ops/aten.h"
#include "support/gradients.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::DoubleNear;
using testing::Ge;
using testing::IsEmpty;
using testing::Pointwise;
using testing::SizeIs;

// The network in double, so that differences say something.
class Exact {
 public:
  Exact(MadeSubject& made, const Text& text) : made_(made) {
    test::convert(made->network(), at::kDouble);
    const int64_t alone[] = {0};
    batch_ = batch_of({&text, 1}, alone, made->model().ngrams);
    const at::NoGradGuard guard;
    inputs_ = made->network().inputs(batch_);
    if (nn::weighs_rows(made->model().model.attention)) {
      own_ = tasks::given_weights(made->network().forward_from(inputs_, batch_, {}));
    }
  }

  // x_i · dp_y/dx_i by central differences: the slope of p_y as the input of word i is stretched.
  double product(int64_t word, int64_t y, Attention attention) const {
    constexpr double kStep = 1e-5;
    return (stretched(word, 1 + kStep, y, attention) - stretched(word, 1 - kStep, y, attention)) / (2 * kStep);
  }

 private:
  double stretched(int64_t word, double factor, int64_t y, Attention attention) const {
    const at::NoGradGuard guard;
    std::vector<at::Tensor> inputs;
    for (const at::Tensor& input : inputs_) {
      inputs.push_back(input.clone());
      inputs.back()[word] *= factor;
    }
    const std::vector<tasks::GivenWeights> none;
    const tasks::TextForward made =
        made_->network().forward_from(inputs, batch_, attention == Attention::kFixed ? own_ : none);
    return (made.logits.to(at::kDouble) / made_->model().temperature).softmax(1)[0][y].item<double>();
  }

  MadeSubject& made_;
  data::TextBatch batch_;
  std::vector<at::Tensor> inputs_;
  std::vector<tasks::GivenWeights> own_;
};

class EveryGradient : public testing::TestWithParam<test::SubjectForm> {};

TEST_P(EveryGradient, TimesTheInputIsTheSlopeAsTheInputStretches) {
  MadeSubject made(GetParam());
  TextSubject subject = made.alone(0);
  const Text text = subject.texts()[0];
  const Exact exact(made, text);
  const std::vector<int64_t> towards = {1};
  const std::vector<double> scores = gradient_input(subject, towards)[0].scores;
  ASSERT_EQ(scores.size(), text.ids.size());
  double largest = 0;
  for (int64_t i = 0; i < text.size(); ++i) {
    EXPECT_NEAR(scores[static_cast<size_t>(i)], exact.product(i, 1, Attention::kMoves), 1e-8) << "word " << i;
    largest = std::max(largest, std::abs(scores[static_cast<size_t>(i)]));
  }
  EXPECT_GT(largest, 1e-4) << "nothing moves the answer";
}

TEST_P(EveryGradient, HoldsAttentionFixedAndSumsOverTheClasses) {
  MadeSubject made(GetParam());
  TextSubject subject = made.alone(0);
  const Text text = subject.texts()[0];
  const Exact exact(made, text);
  std::vector<double> expected;
  for (int64_t i = 0; i < text.size(); ++i) {
    expected.push_back(std::abs(exact.product(i, 0, Attention::kFixed)) +
                       std::abs(exact.product(i, 1, Attention::kFixed)));
  }
  const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
  for (double& score : expected) score /= sum;
  EXPECT_THAT(gradient(subject)[0].scores, Pointwise(DoubleNear(1e-6), expected));
}

TEST_P(EveryGradient, OfManyTextsIsThatOfEach) {
  MadeSubject made(GetParam());
  const std::vector<int64_t> towards = {0, 1, 1, 0};
  const std::vector<Attribution> plain = gradient(*made), signed_ones = gradient_input(*made, towards);
  for (size_t t = 0; t < towards.size(); ++t) {
    TextSubject alone = made.alone(t);
    ASSERT_EQ(plain[t].scores.size(), made->texts()[t].ids.size());
    EXPECT_THAT(gradient(alone)[0].scores, Pointwise(DoubleNear(1e-4), plain[t].scores));
    EXPECT_THAT(gradient_input(alone, std::span(towards).subspan(t, 1))[0].scores,
                Pointwise(DoubleNear(1e-5), signed_ones[t].scores));
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryGradient, testing::ValuesIn(test::every_form()), test::name_of_form);

TEST(Gradient, TowardTheOtherOfTwoClassesIsTheOpposite) {
  MadeSubject made(test::every_form()[0]);
  TextSubject subject = made.alone(0);
  const Text text = subject.texts()[0];
  const std::vector<int64_t> first = {0}, second = {1};
  std::vector<double> opposite = gradient_input(subject, second)[0].scores;
  for (double& score : opposite) score = -score;
  EXPECT_THAT(gradient_input(subject, first)[0].scores, Pointwise(DoubleNear(1e-6), opposite));
}

TEST(Gradient, OfControlsThatWeighNoRowsIsThatOfTheNetwork) {
  for (const nn::PoolingKind kind : {nn::PoolingKind::kMax, nn::PoolingKind::kLast}) {
    MadeSubject made(test::form("", nn::EncoderKind::kLstm, kind));
    TextSubject subject = made.alone(0);
    const Text text = subject.texts()[0];
    const Exact exact(made, text);
    const std::vector<double> scores = gradient(subject)[0].scores;
    double sum = 0;
    for (int64_t i = 0; i < text.size(); ++i) sum += 2 * std::abs(exact.product(i, 0, Attention::kMoves));
    for (int64_t i = 0; i < text.size(); ++i) {
      EXPECT_NEAR(scores[static_cast<size_t>(i)], 2 * std::abs(exact.product(i, 0, Attention::kMoves)) / sum, 1e-6);
    }
  }
}

double probability(const std::vector<double>& logits) {
  return 1 / (1 + std::exp(logits[0] - logits[1]));  // of the second of two classes
}

class EveryWeightGradient : public testing::TestWithParam<test::SubjectForm> {};

// Against the subject's own answers as the weight of one word changes in every look.
TEST_P(EveryWeightGradient, IsTheSlopeAsTheWeightOfAWordChanges) {
  MadeSubject made(GetParam());
  test::convert(made->network(), at::kDouble);
  TextSubject subject = made.alone(0);
  const Text text = subject.texts()[0];
  const Looks own = subject.read(whole_inputs(subject))[0].looks;
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
  const auto under_added = subject.logits_under(0, added), under_times = subject.logits_under(0, times);
  const std::vector<int64_t> towards = {1};
  const std::vector<double> plain = weight_gradients(subject, towards, Method::kWeightGradient)[0].scores,
                            by_weight = weight_gradients(subject, towards, Method::kAttentionGradient)[0].scores;
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
  const std::vector<int64_t> towards = {0, 1, 1, 0};
  const std::vector<Attribution> all = weight_gradients(*made, towards, Method::kWeightGradient);
  for (size_t t = 0; t < towards.size(); ++t) {
    TextSubject subject = made.alone(t);
    ASSERT_EQ(all[t].scores.size(), made->texts()[t].ids.size());
    const auto alone = weight_gradients(subject, std::span(towards).subspan(t, 1), Method::kWeightGradient);
    EXPECT_THAT(alone[0].scores, Pointwise(DoubleNear(1e-5), all[t].scores));
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryWeightGradient, testing::ValuesIn(test::every_form()), test::name_of_form);

// Bias and contributions are the logit, less the mean of both: but where a second encoder stands between words and
// sentences.
TEST_P(EveryWeightGradient, ContributionsAddUpToTheAnswer) {
  const tasks::TextModelOptions& model = GetParam().model;
  if (model.structure == tasks::Structure::kHierarchical && !model.clear()) GTEST_SKIP() << "it is no sum of words";
  MadeSubject made(GetParam());
  TextSubject subject = made.alone(0);
  const std::vector<double> logits = subject.read(whole_inputs(subject))[0].logits;
  const std::vector<double> bias = numbers_of(made->network().bias() / made->model().temperature);
  for (const int64_t c : {0, 1}) {
    const std::vector<int64_t> towards = {c};
    const std::vector<double> scores = weight_gradients(subject, towards, Method::kContribution)[0].scores;
    const double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
    const auto lead = [c](const std::vector<double>& of) { return of[static_cast<size_t>(c)] - (of[0] + of[1]) / 2; };
    EXPECT_NEAR(sum, lead(logits) - lead(bias), 1e-5);
    EXPECT_GT(std::abs(sum), 1e-4);
  }
}

TEST(WeightGradients, AreRefusedWhereThereAreNoWeightsOfWords) {
  MadeSubject made(test::form("", nn::EncoderKind::kLstm, nn::PoolingKind::kMax));
  TextSubject subject = made.alone(0);
  const std::vector<int64_t> towards = {0};
  EXPECT_THROW(weight_gradients(subject, towards, Method::kWeightGradient), UserError);
}

TEST(GradientAttributor, HasEveryMethodOfEveryForm) {
  for (const test::SubjectForm& form : test::every_form()) {
    MadeSubject made(form);
    TextSubject nothing = made.about({});
    GradientAttributor attributor(*made), of_nothing(nothing);
    const std::vector<int64_t> towards = {1, 0, 0, 1};
    for (const MethodFacts& facts : kMethods) {
      ASSERT_TRUE(attributor.offers(facts.method));
      const std::vector<Attribution> all = attributor.attribute(facts.method, towards, 1);
      ASSERT_THAT(all, SizeIs(4)) << facts.name;
      for (size_t t = 0; t < 4; ++t) EXPECT_THAT(all[t].scores, SizeIs(made->texts()[t].ids.size())) << facts.name;
      EXPECT_EQ(all[0].steps > 0, facts.method == Method::kIntegratedGradients);
      if (!facts.is_signed) {
        EXPECT_THAT(all[0].scores, testing::Each(Ge(0.0))) << facts.name;
      }
      EXPECT_THAT(of_nothing.attribute(facts.method, {}, 1), IsEmpty()) << facts.name;
    }
  }
}

TEST(GradientAttributor, GivesEachMethodItsOwnScores) {
  MadeSubject made(test::every_form()[0]);
  TextSubject subject = made.alone(0);
  GradientAttributor attributor(subject);
  const std::vector<int64_t> towards = {1};
  std::vector<std::vector<double>> seen;
  for (const MethodFacts& facts : kMethods) {
    const std::vector<double> scores = attributor.attribute(facts.method, towards, 1)[0].scores;
    EXPECT_EQ(std::count(seen.begin(), seen.end(), scores), 0) << facts.name;
    seen.push_back(scores);
  }
  EXPECT_EQ(seen[0], subject.read(whole_inputs(subject))[0].weights);
}

}  // namespace
}  // namespace fovea::attribution
