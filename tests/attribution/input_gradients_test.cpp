#include "attribution/input_gradients.h"

#include <cmath>
#include <numeric>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include "attribution/batches.h"
#include "attribution/made_subject.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::DoubleNear;
using testing::Pointwise;

// The network in double, so that differences say something.
class Exact {
 public:
  Exact(MadeSubject& made, const Text& text) : made_(made) {
    made->network().to(at::kDouble);
    const int64_t alone[] = {0};
    batch_ = batch_of({&text, 1}, alone, made->parts().ngrams);
    const at::NoGradGuard guard;
    inputs_ = made->network().inputs(batch_);
    if (nn::weighs_rows(made->parts().model.attention)) {
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
    return probabilities_of(made.logits, made_->parts().temperature)[0][y].item<double>();
  }

  MadeSubject& made_;
  data::TextBatch batch_;
  std::vector<at::Tensor> inputs_;
  std::vector<tasks::GivenWeights> own_;
};

class EveryGradient : public testing::TestWithParam<test::SubjectForm> {};

TEST_P(EveryGradient, TimesTheInputIsTheSlopeAsTheInputStretches) {
  MadeSubject made(GetParam());
  const Text text = made.texts()[0];
  const Exact exact(made, text);
  const std::vector<int64_t> towards = {1};
  const std::vector<double> scores = gradient_input(*made, {&text, 1}, towards)[0].scores;
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
  const Text text = made.texts()[0];
  const Exact exact(made, text);
  std::vector<double> expected;
  for (int64_t i = 0; i < text.size(); ++i) {
    expected.push_back(std::abs(exact.product(i, 0, Attention::kFixed)) +
                       std::abs(exact.product(i, 1, Attention::kFixed)));
  }
  const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
  for (double& score : expected) score /= sum;
  EXPECT_THAT(gradient(*made, {&text, 1})[0].scores, Pointwise(DoubleNear(1e-6), expected));
}

TEST_P(EveryGradient, OfManyTextsIsThatOfEach) {
  MadeSubject made(GetParam());
  const std::vector<Text> texts = made.texts();
  const std::vector<int64_t> towards = {0, 1, 1, 0};
  const std::vector<Attribution> plain = gradient(*made, texts), signed_ones = gradient_input(*made, texts, towards);
  for (size_t t = 0; t < texts.size(); ++t) {
    const auto one = std::span<const Text>(texts).subspan(t, 1);
    ASSERT_EQ(plain[t].scores.size(), texts[t].ids.size());
    EXPECT_THAT(gradient(*made, one)[0].scores, Pointwise(DoubleNear(1e-4), plain[t].scores));
    EXPECT_THAT(gradient_input(*made, one, std::span(towards).subspan(t, 1))[0].scores,
                Pointwise(DoubleNear(1e-5), signed_ones[t].scores));
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryGradient, testing::ValuesIn(test::every_form()), test::name_of_form);

TEST(Gradient, TowardTheOtherOfTwoClassesIsTheOpposite) {
  MadeSubject made(test::every_form()[0]);
  const Text text = made.texts()[0];
  const std::vector<int64_t> first = {0}, second = {1};
  std::vector<double> opposite = gradient_input(*made, {&text, 1}, second)[0].scores;
  for (double& score : opposite) score = -score;
  EXPECT_THAT(gradient_input(*made, {&text, 1}, first)[0].scores, Pointwise(DoubleNear(1e-6), opposite));
}

TEST(Gradient, OfControlsThatWeighNoRowsIsThatOfTheNetwork) {
  for (const nn::PoolingKind kind : {nn::PoolingKind::kMax, nn::PoolingKind::kLast}) {
    MadeSubject made(test::form("", nn::EncoderKind::kLstm, kind));
    const Text text = made.texts()[0];
    const Exact exact(made, text);
    const std::vector<double> scores = gradient(*made, {&text, 1})[0].scores;
    double sum = 0;
    for (int64_t i = 0; i < text.size(); ++i) sum += 2 * std::abs(exact.product(i, 0, Attention::kMoves));
    for (int64_t i = 0; i < text.size(); ++i) {
      EXPECT_NEAR(scores[static_cast<size_t>(i)], 2 * std::abs(exact.product(i, 0, Attention::kMoves)) / sum, 1e-6);
    }
  }
}

}  // namespace
}  // namespace fovea::attribution
