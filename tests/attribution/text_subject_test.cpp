#include "attribution/text_subject.h"

#include <cmath>
#include <numeric>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>

#include "attribution/batches.h"
#include "attribution/made_subject.h"
#include "base/errors.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::DoubleNear;
using testing::Pointwise;

constexpr double kFloat = 1e-5;  // of sums of floats in another order

class EveryForm : public testing::TestWithParam<test::SubjectForm> {};

TEST_P(EveryForm, ReadsAsTheClassifierAnswers) {
  MadeSubject made(GetParam());
  const std::string text = "The room was clean. But the staff was rude!";
  const Reading reading = made->read(std::vector<Text>{made->encode(text)})[0];
  const tasks::Answer answer = made.classifier().answer(std::vector<std::string>{text})[0];
  const size_t first = answer.label() == made->parts().labels[0] ? 0 : 1;
  EXPECT_NEAR(reading.probabilities[first], answer.probability(), kFloat);
  EXPECT_GT(std::abs(reading.probabilities[0] - 0.5), 1e-3) << "too even to tell anything";
  ASSERT_EQ(reading.weights.size(), answer.tokens.size());
  for (size_t i = 0; i < answer.tokens.size(); ++i) EXPECT_NEAR(reading.weights[i], answer.tokens[i].weight, kFloat);
  EXPECT_EQ(reading.looks.size(), std::max<size_t>(answer.weight_rows.size(), 1));
  for (size_t k = 0; k < answer.weight_rows.size(); ++k) {
    EXPECT_THAT(reading.looks[k], Pointwise(DoubleNear(kFloat), answer.weight_rows[k]));
  }
}

TEST_P(EveryForm, EachTextIsReadForItself) {
  MadeSubject made(GetParam());
  const std::vector<Text> texts = made.texts();
  const std::vector<Reading> together = made->read(texts);
  const auto logits = made->logits(texts);
  for (size_t t = 0; t < texts.size(); ++t) {
    const Reading alone = made->read(std::span<const Text>(texts).subspan(t, 1))[0];
    EXPECT_THAT(alone.logits, Pointwise(DoubleNear(kFloat), together[t].logits));
    EXPECT_THAT(alone.logits, Pointwise(DoubleNear(kFloat), logits[t]));
    EXPECT_THAT(alone.weights, Pointwise(DoubleNear(kFloat), together[t].weights));
    EXPECT_THAT(alone.representation, Pointwise(DoubleNear(kFloat), together[t].representation));
    EXPECT_NEAR(alone.conicity, together[t].conicity, kFloat);
  }
}

TEST_P(EveryForm, ItsOwnWeightsGiveItsLogits) {
  MadeSubject made(GetParam());
  for (const Text& text : made.texts()) {
    if (text.ids.empty()) continue;
    const Reading reading = made->read({&text, 1})[0];
    const auto logits = made->logits_under(text, std::vector<Looks>{reading.looks, reading.looks});
    ASSERT_EQ(logits.size(), 2u);
    EXPECT_THAT(logits[0], Pointwise(DoubleNear(kFloat), reading.logits));
    EXPECT_THAT(logits[1], Pointwise(DoubleNear(kFloat), reading.logits));
  }
}

// Against a pass through the whole network with those weights in place of attention's.
TEST_P(EveryForm, OtherWeightsGiveWhatAWholePassGives) {
  MadeSubject made(GetParam());
  const Text text = made.texts()[0];
  Looks rotated = made->read({&text, 1})[0].looks;
  const Looks own = rotated;
  for (size_t k = 0; k < rotated.size(); ++k) {
    std::rotate(rotated[k].begin(), rotated[k].begin() + 3 + static_cast<std::ptrdiff_t>(k), rotated[k].end());
  }
  const auto logits = made->logits_under(text, std::vector<Looks>{own, rotated})[1];

  const at::NoGradGuard guard;
  const int64_t alone[] = {0};
  const data::TextBatch batch = batch_of({&text, 1}, alone, made->parts().ngrams);
  const auto members = static_cast<size_t>(GetParam().model.members);
  std::vector<tasks::GivenWeights> given;
  for (size_t m = 0; m < members; ++m) {
    const size_t looks = rotated.size() / members;
    std::vector<at::Tensor> words;
    for (size_t k = m * looks; k < (m + 1) * looks; ++k) words.push_back(at::tensor(rotated[k], at::kFloat));
    if (made->hierarchical()) {
      const at::Tensor first = words[0].slice(0, 0, text.sentence_starts[1]),
                       second = words[0].slice(0, text.sentence_starts[1]);
      given.push_back({at::cat({first / first.sum(), second / second.sum()}).unsqueeze(0),
                       at::stack({first.sum(), second.sum()}).unsqueeze(0)});
    } else {
      given.push_back({at::stack(words), {}});
    }
  }
  const auto inputs = made->network().inputs(batch);
  const auto expected = numbers_of(tempered(made->network().forward_from(inputs, batch, given).logits, 0.8));
  EXPECT_THAT(logits, Pointwise(DoubleNear(kFloat), expected));
  if (GetParam().model.attention != nn::PoolingKind::kMean) {
    EXPECT_GT(std::abs(logits[0] - made->logits({&text, 1})[0][0]), 1e-4) << "the weights do not matter";
  }
}

TEST_P(EveryForm, AWordLeftOutIsATextWithoutIt) {
  MadeSubject made(GetParam());
  const Text whole = made->encode("The room was clean. But the staff was rude!");
  const std::vector<int64_t> clean = {3};
  const std::vector<Text> both = {whole.without(clean), made->encode("The room was. But the staff was rude!")};
  EXPECT_EQ(both[0].ids, both[1].ids);
  EXPECT_EQ(both[0].sentence_starts, both[1].sentence_starts);
  const auto logits = made->logits(both);
  EXPECT_THAT(logits[0], Pointwise(DoubleNear(kFloat), logits[1]));
}

INSTANTIATE_TEST_SUITE_P(, EveryForm, testing::ValuesIn(test::every_form()), test::name_of_form);

TEST(TextSubject, AnswersATextWithoutWordsByTheShares) {
  MadeSubject made(test::every_form()[0]);
  const std::vector<Text> none = {Text()};
  const Reading reading = made->read(none)[0];
  const std::vector<int64_t>& counts = made->parts().label_counts;
  const double share = static_cast<double>(counts[1]) / static_cast<double>(counts[0] + counts[1]);
  EXPECT_DOUBLE_EQ(reading.probabilities[1], share);
  EXPECT_NEAR(reading.logits[1], std::log(share), 1e-12);
  EXPECT_EQ(made->logits(none)[0], reading.logits);
  EXPECT_TRUE(reading.looks.empty());
  EXPECT_THROW(made->logits_under(none[0], {}), InternalError);
}

// Against a sentence of its own: the sentence keeps its vector, and counts 0.
TEST(TextSubject, ASentenceThatWeighsNothingStaysReadButDoesNotCount) {
  for (const test::SubjectForm& form : test::every_form()) {
    if (form.name != "Hierarchical") continue;
    MadeSubject made(form);
    const Text text = made.texts()[0];
    const Reading reading = made->read({&text, 1})[0];
    Weights only_second = reading.weights, nearly = reading.weights;
    for (int64_t i = 0; i < text.sentence_starts[1]; ++i) {
      only_second[static_cast<size_t>(i)] = 0;
      nearly[static_cast<size_t>(i)] *= 1e-6;
    }
    const auto logits = made->logits_under(text, std::vector<Looks>{{only_second}, {nearly}});
    EXPECT_THAT(logits[0], Pointwise(DoubleNear(1e-5), logits[1]));
  }
}

TEST(TextSubject, ConicityIsTheMeanCosineToTheMean) {
  test::SubjectForm form = test::form("Average", nn::EncoderKind::kAverage, nn::PoolingKind::kAdditive);
  form.ngrams = false;
  MadeSubject made(form);
  const Text text = made.texts()[3];
  const int64_t alone[] = {0};
  const at::Tensor rows = made->network().inputs(batch_of({&text, 1}, alone, made->parts().ngrams))[0];
  const at::Tensor mean = rows.mean(0);
  double sum = 0;
  for (int64_t i = 0; i < rows.size(0); ++i) {
    sum += (rows[i].dot(mean) / (rows[i].norm() * mean.norm())).item<double>();
  }
  const double expected = sum / static_cast<double>(rows.size(0));
  EXPECT_NEAR(made->read({&text, 1})[0].conicity, expected, kFloat);
  EXPECT_LT(expected, 0.99);
  const Text one = made.texts()[2];
  EXPECT_NEAR(made->read({&one, 1})[0].conicity, 1, kFloat);
}

TEST(TextSubject, ManyVariantsComeInOrder) {
  for (const char* name : {"Additive", "Hierarchical"}) {
    const auto forms = test::every_form();
    const auto form = std::find_if(forms.begin(), forms.end(), [&](const auto& one) { return one.name == name; });
    MadeSubject made(*form);
    const Text text = made.texts()[0];
    std::vector<Looks> variants;
    for (int64_t i = 0; i < text.size(); ++i) {
      Weights one(text.ids.size(), 0);
      one[static_cast<size_t>(i)] = 1;
      variants.push_back({one});
    }
    const auto together = made->logits_under(text, variants);
    for (size_t v = 0; v < variants.size(); ++v) {
      EXPECT_THAT(made->logits_under(text, {&variants[v], 1})[0], Pointwise(DoubleNear(kFloat), together[v])) << name;
    }
    EXPECT_GT(std::abs(together[0][0] - together[3][0]), 1e-3);
  }
}

TEST(TextSubject, RefusesWhatHasNoWeightsOfWords) {
  for (const nn::PoolingKind kind : {nn::PoolingKind::kMax, nn::PoolingKind::kLast}) {
    MadeSubject made(test::form("", nn::EncoderKind::kLstm, kind));
    const Text text = made.texts()[0];
    const Reading reading = made->read({&text, 1})[0];
    EXPECT_EQ(reading.weights.size(), text.ids.size());
    EXPECT_THROW(made->logits_under(text, std::vector<Looks>{reading.looks}), UserError);
  }
}

TEST(TextSubject, RefusesTextsOfSeveralLabels) {
  MadeSubject made(test::every_form()[0]);
  tasks::TextClassifierParts parts = made->parts();
  parts.multi_label = true;
  tasks::TextClassifier several(parts, made.classifier().network());
  EXPECT_THROW(TextSubject{several}, UserError);
}

}  // namespace
}  // namespace fovea::attribution
