#include "tasks/text/subject.h"

#include <cmath>
#include <numeric>

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>

#include "attribution/made_subject.h"
#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::DoubleNear;
using testing::Pointwise;

constexpr double kFloat = 1e-5;  // of sums of floats in another order

class EverySubject : public testing::TestWithParam<test::SubjectForm> {};

TEST_P(EverySubject, ReadsAsTheClassifierAnswers) {
  MadeSubject made(GetParam());
  const Reading reading = made->read(whole_inputs(*made))[0];
  const tasks::TextAnswer answer = made.classifier().answer(std::vector<std::string>{MadeSubject::kTexts[0]})[0];
  const size_t first = answer.label() == made->model().labels[0] ? 0 : 1;
  EXPECT_NEAR(reading.probabilities[first], answer.probability(), kFloat);
  EXPECT_GT(std::abs(reading.probabilities[0] - 0.5), 1e-3) << "too even to tell anything";
  ASSERT_EQ(reading.weights.size(), answer.tokens.size());
  for (size_t i = 0; i < answer.tokens.size(); ++i) EXPECT_NEAR(reading.weights[i], answer.tokens[i].weight, kFloat);
  EXPECT_EQ(reading.looks.size(), std::max<size_t>(answer.weight_rows.size(), 1));
  for (size_t k = 0; k < answer.weight_rows.size(); ++k) {
    EXPECT_THAT(reading.looks[k], Pointwise(DoubleNear(kFloat), answer.weight_rows[k]));
  }
}

TEST_P(EverySubject, EachTextIsReadForItself) {
  MadeSubject made(GetParam());
  const std::vector<Question> questions = whole_inputs(*made);
  const std::vector<Reading> together = made->read(questions);
  const auto logits = made->logits(questions);
  for (size_t t = 0; t < questions.size(); ++t) {
    const Reading alone = made->read({&questions[t], 1})[0];
    EXPECT_THAT(alone.logits, Pointwise(DoubleNear(kFloat), together[t].logits));
    EXPECT_THAT(alone.logits, Pointwise(DoubleNear(kFloat), logits[t]));
    EXPECT_THAT(alone.weights, Pointwise(DoubleNear(kFloat), together[t].weights));
    EXPECT_THAT(alone.representation, Pointwise(DoubleNear(kFloat), together[t].representation));
    EXPECT_NEAR(alone.conicity, together[t].conicity, kFloat);
  }
}

TEST_P(EverySubject, ItsOwnWeightsGiveItsLogits) {
  MadeSubject made(GetParam());
  for (int64_t input = 0; input < made->inputs(); ++input) {
    if (made->parts(input) == 0) continue;
    const Question question{.input = input};
    const Reading reading = made->read({&question, 1})[0];
    const auto logits = made->logits_under(input, std::vector<Looks>{reading.looks, reading.looks});
    ASSERT_EQ(logits.size(), 2u);
    EXPECT_THAT(logits[0], Pointwise(DoubleNear(kFloat), reading.logits));
    EXPECT_THAT(logits[1], Pointwise(DoubleNear(kFloat), reading.logits));
  }
}

// Against a pass through the whole network with those weights in place of attention's.
TEST_P(EverySubject, OtherWeightsGiveWhatAWholePassGives) {
  MadeSubject made(GetParam());
  const Text text = made->texts()[0];
  const Question whole;
  Looks rotated = made->read({&whole, 1})[0].looks;
  const Looks own = rotated;
  for (size_t k = 0; k < rotated.size(); ++k) {
    std::rotate(rotated[k].begin(), rotated[k].begin() + 3 + static_cast<std::ptrdiff_t>(k), rotated[k].end());
  }
  const auto logits = made->logits_under(0, std::vector<Looks>{own, rotated})[1];

  const at::NoGradGuard guard;
  const int64_t alone[] = {0};
  const data::TextBatch batch = batch_of({&text, 1}, alone, made->model().ngrams);
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
  const auto expected = numbers_of(made->network().forward_from(inputs, batch, given).logits.to(at::kDouble) / 0.8);
  EXPECT_THAT(logits, Pointwise(DoubleNear(kFloat), expected));
  if (GetParam().model.attention != nn::PoolingKind::kMean) {
    EXPECT_GT(std::abs(logits[0] - made->logits({&whole, 1})[0][0]), 1e-4) << "the weights do not matter";
  }
}

TEST_P(EverySubject, AWordLeftOutIsATextWithoutItAndAMaskedOneTheUnknownWord) {
  MadeSubject made(GetParam());
  const std::vector<int64_t> clean = {3};
  TextSubject others = made.about({made->texts()[0].without(clean), made->texts()[0].masked(clean)});
  const std::string without = "The room was. But the staff was rude!";
  EXPECT_EQ(made->texts()[static_cast<size_t>(made->add(without))].ids, others.texts()[0].ids);
  EXPECT_EQ(made->texts().back().sentence_starts, others.texts()[0].sentence_starts);
  const std::vector<Question> questions = {{.input = 0, .gone = clean, .how = Erased::kDeleted},
                                           {.input = 0, .gone = clean, .how = Erased::kMasked},
                                           {.input = 0}};
  const auto logits = made->logits(questions), expected = others.logits(whole_inputs(others));
  EXPECT_THAT(logits[0], Pointwise(DoubleNear(kFloat), expected[0]));
  EXPECT_THAT(logits[1], Pointwise(DoubleNear(kFloat), expected[1]));
  EXPECT_GT(std::abs(logits[0][0] - logits[2][0]), 1e-6) << "the word does not matter";
}

INSTANTIATE_TEST_SUITE_P(, EverySubject, testing::ValuesIn(test::every_form()), test::name_of_form);

TEST(TextSubject, AnswersATextWithoutWordsByTheShares) {
  MadeSubject made(test::every_form()[0]);
  const std::vector<Question> none = {{.input = 1}};
  const Reading reading = made->read(none)[0];
  std::vector<int64_t> every(static_cast<size_t>(made->parts(0)));
  std::iota(every.begin(), every.end(), int64_t{0});
  const std::vector<Question> all_gone = {{.input = 0, .gone = every, .how = Erased::kDeleted}};
  EXPECT_EQ(made->logits(all_gone)[0], reading.logits);
  const std::vector<int64_t>& counts = made->model().label_counts;
  const double share = static_cast<double>(counts[1]) / static_cast<double>(counts[0] + counts[1]);
  EXPECT_DOUBLE_EQ(reading.probabilities[1], share);
  EXPECT_NEAR(reading.logits[1], std::log(share), 1e-12);
  EXPECT_EQ(made->logits(none)[0], reading.logits);
  EXPECT_TRUE(reading.looks.empty());
  EXPECT_THROW(made->logits_under(1, {}), InternalError);
}

// Against a sentence of its own: the sentence keeps its vector, and counts 0.
TEST(TextSubject, ASentenceThatWeighsNothingStaysReadButDoesNotCount) {
  for (const test::SubjectForm& form : test::every_form()) {
    if (form.name != "Hierarchical") continue;
    MadeSubject made(form);
    const Text text = made->texts()[0];
    const Reading reading = made->read(whole_inputs(*made))[0];
    Weights only_second = reading.weights, nearly = reading.weights;
    for (int64_t i = 0; i < text.sentence_starts[1]; ++i) {
      only_second[static_cast<size_t>(i)] = 0;
      nearly[static_cast<size_t>(i)] *= 1e-6;
    }
    const auto logits = made->logits_under(0, std::vector<Looks>{{only_second}, {nearly}});
    EXPECT_THAT(logits[0], Pointwise(DoubleNear(1e-5), logits[1]));
  }
}

TEST(TextSubject, ConicityIsTheMeanCosineToTheMean) {
  test::SubjectForm form = test::form("Average", nn::EncoderKind::kAverage, nn::PoolingKind::kAdditive);
  form.ngrams = false;
  MadeSubject made(form);
  const int64_t fourth[] = {3};
  const at::Tensor rows = made->network().inputs(batch_of(made->texts(), fourth, made->model().ngrams))[0];
  const at::Tensor mean = rows.mean(0);
  double sum = 0;
  for (int64_t i = 0; i < rows.size(0); ++i) {
    sum += (rows[i].dot(mean) / (rows[i].norm() * mean.norm())).item<double>();
  }
  const double expected = sum / static_cast<double>(rows.size(0));
  const std::vector<Reading> readings = made->read(whole_inputs(*made));
  EXPECT_NEAR(readings[3].conicity, expected, kFloat);
  EXPECT_LT(expected, 0.99);
  EXPECT_NEAR(readings[2].conicity, 1, kFloat);
}

TEST(TextSubject, ManyVariantsComeInOrder) {
  for (const char* name : {"Additive", "Hierarchical"}) {
    const auto forms = test::every_form();
    const auto form = std::find_if(forms.begin(), forms.end(), [&](const auto& one) { return one.name == name; });
    MadeSubject made(*form);
    const auto words = static_cast<size_t>(made->parts(0));
    std::vector<Looks> variants;
    for (size_t i = 0; i < words; ++i) {
      Weights one(words, 0);
      one[i] = 1;
      variants.push_back({one});
    }
    const auto together = made->logits_under(0, variants);
    for (size_t v = 0; v < variants.size(); ++v) {
      EXPECT_THAT(made->logits_under(0, {&variants[v], 1})[0], Pointwise(DoubleNear(kFloat), together[v])) << name;
    }
    EXPECT_GT(std::abs(together[0][0] - together[3][0]), 1e-3);
  }
}

TEST(TextSubject, RefusesWhatHasNoWeightsOfWords) {
  for (const nn::PoolingKind kind : {nn::PoolingKind::kMax, nn::PoolingKind::kLast}) {
    MadeSubject made(test::form("", nn::EncoderKind::kLstm, kind));
    const Reading reading = made->read(whole_inputs(*made))[0];
    EXPECT_EQ(std::ssize(reading.weights), made->parts(0));
    EXPECT_THROW(made->logits_under(0, std::vector<Looks>{reading.looks}), UserError);
  }
}

TEST(TextSubject, RefusesTextsOfSeveralLabels) {
  MadeSubject made(test::every_form()[0]);
  tasks::TextClassifierParts parts = made->model();
  parts.multi_label = true;
  tasks::TextClassifier several(parts, made.classifier().network());
  EXPECT_THROW(TextSubject{several}, UserError);
}

TEST(TextSubject, KeepsTheInputsThatItIsToldTo) {
  MadeSubject made(test::every_form()[0]);
  const std::vector<Text> before = made->texts();
  const auto logits = made->logits(whole_inputs(*made));
  const std::vector<int64_t> kept = {3, 0};
  made->keep(kept);
  ASSERT_EQ(made->inputs(), 2);
  EXPECT_EQ(made->texts()[0].ids, before[3].ids);
  EXPECT_THAT(made->logits(whole_inputs(*made))[1], Pointwise(DoubleNear(kFloat), logits[0]));
  EXPECT_EQ(made->priors(0)[0].scores.size(), before[3].ids.size());
}

TEST(TextSubject, EqualTextsHaveOneIdentity) {
  MadeSubject made(test::every_form()[0]);
  const int64_t again = made->add(MadeSubject::kTexts[3]);
  EXPECT_EQ(made->identity(again), made->identity(3));
  EXPECT_NE(made->identity(again), made->identity(0));
}

}  // namespace
}  // namespace fovea::attribution
