// What has to hold of the network in every structure.
#include "tasks/text/network.h"

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "base/profile.h"
#include "data/batches/distinct.h"
#include "support/gradients.h"
#include "tasks/text/fixture.h"
#include "tasks/text/small_network.h"
#include "tasks/text/task.h"

namespace fovea::tasks {
namespace {

using test::Scratch;
using namespace test_network;

TEST(TextBatch, HasTheSentencesOfItsTexts) {
  const data::TextBatch batch = batch_of({3, 1, 0});
  EXPECT_TRUE(at::equal(batch.sentence_offsets, at::tensor({0, 1, 5, 7, 9, 12}, at::kLong)));
  EXPECT_TRUE(at::equal(batch.text_sentences, at::tensor({0, 3, 3, 5}, at::kLong)));
}

TEST(TextBatch, ATextWithoutSentenceStartsIsOneSentence) {
  data::EncodedTexts texts;
  texts.add(std::vector<int32_t>{4, 5, 6}, 1);
  texts.add(std::vector<int32_t>{}, 0);
  const int64_t both[] = {0, 1};
  const data::TextBatch batch = data::make_batch(texts, both, data::NgramTable(), data::Counted::kNo);
  EXPECT_TRUE(at::equal(batch.sentence_offsets, at::tensor({0, 3}, at::kLong)));
  EXPECT_TRUE(at::equal(batch.text_sentences, at::tensor({0, 1, 1}, at::kLong)));
}

class EveryForm : public testing::TestWithParam<NetworkForm> {
 protected:
  static TextModelOptions options() { return options_of(GetParam()); }
};

TEST_P(EveryForm, WeightsSumToOneOverEveryText) {
  const data::TextBatch batch = batch_of();
  const TextForward out = model_of(options())->forward(batch, {});
  ASSERT_EQ(out.logits.sizes(), (std::vector<int64_t>{4, 3}));
  ASSERT_EQ(out.weights.numel(), 13);
  EXPECT_NEAR(out.weights.slice(0, 0, 5).sum().item<double>(), 1.0, 1e-12);
  EXPECT_NEAR(out.weights[5].item<double>(), 1.0, 1e-12);
  EXPECT_NEAR(out.weights.slice(0, 6, 13).sum().item<double>(), 1.0, 1e-12);
  EXPECT_GE(out.weights.min().item<double>(), 0.0);
}

TEST_P(EveryForm, ContributionsAddUpToTheLogits) {
  const data::TextBatch batch = batch_of({3});
  TextModel model = model_of(options());
  const TextForward out = model->forward(batch, {});
  const at::Tensor sum = model->contributions(out, batch).sum(0) + model->bias();
  EXPECT_TRUE(at::allclose(sum, out.logits[0], 1e-10, 1e-10));
}

TEST_P(EveryForm, APassFromItsInputsIsItsOwnPass) {
  const data::TextBatch batch = batch_of();
  TextModel model = model_of(options());
  const TextForward out = model->forward(batch, {});
  const std::vector<at::Tensor> inputs = model->inputs(batch);
  EXPECT_EQ(inputs.size(), static_cast<size_t>(GetParam().members));
  EXPECT_TRUE(at::allclose(model->forward_from(inputs, batch, {}).logits, out.logits, 1e-12, 1e-12));
  if (!nn::weighs_rows(GetParam().attention)) GTEST_SKIP() << "no weights can be given";
  const TextForward given = model->forward_from(inputs, batch, given_weights(out));
  EXPECT_TRUE(at::allclose(given.logits, out.logits, 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(given.weights, out.weights, 1e-12, 1e-12));
}

// Texts and sentences that occur several times in a batch, and a text without words, included.
TEST_P(EveryForm, LogitsAloneAreThoseOfAPass) {
  TextModel model = model_of(options());
  data::TextBatch batch = batch_of({3, 0, 1, 3, 2, 0});
  for (const int64_t same : {0, 1}) {
    if (same) batch.ratios = at::zeros_like(batch.ratios);
    EXPECT_TRUE(at::allclose(model->logits(batch), model->forward(batch, {}).logits, 1e-12, 1e-12)) << same;
  }
  data::TextBatch thrice = batch_of({3, 3, 1, 3});
  thrice.ratios = thrice.ids.unsqueeze(1).expand({-1, kSizes.ngram_ratios}).to(at::kFloat) * 0.1;
  ASSERT_TRUE(data::with_distinct_rows(thrice).which.defined());
  EXPECT_TRUE(at::allclose(model->logits(thrice), model->forward(thrice, {}).logits, 1e-12, 1e-12));
  const data::TextBatch none = batch_of({1, 1});
  EXPECT_TRUE(at::equal(model->logits(none), model->forward(none, {}).logits));
}

TEST_P(EveryForm, LooksHaveTheWeightsAsTheirMean) {
  const TextForward out = model_of(options())->forward(batch_of(), {});
  const std::vector<at::Tensor> looks = looks_of(out);
  const int64_t own = GetParam().structure == Structure::kRows ? 3 : GetParam().heads;
  EXPECT_EQ(looks.size(), static_cast<size_t>(own * GetParam().members));
  EXPECT_TRUE(at::allclose(at::stack(looks).mean(0).to(at::kDouble), out.weights, 1e-12, 1e-12));
}

double gradient_norm(const at::Tensor& parameter) {
  const at::Tensor& gradient = parameter.grad();
  if (!gradient.defined()) return 0;
  return (gradient.is_sparse() ? gradient._values() : gradient).norm().item<double>();
}

// No gradient goes through what is given to what would have made it.
TEST_P(EveryForm, GivenWeightsAreConstants) {
  if (!nn::attends(GetParam().attention)) GTEST_SKIP() << "nothing makes weights";
  const data::TextBatch batch = batch_of();
  TextModel model = model_of(options());
  const auto given = given_weights(model->forward(batch, {}));
  const auto logits = [&](const std::vector<GivenWeights>& weights) {
    for (at::Tensor& parameter : model->parameters()) parameter.mutable_grad() = at::Tensor();
    return model->forward_from(model->inputs(batch), batch, weights).logits.square().sum();
  };
  std::vector<std::pair<std::string, at::Tensor>> scorers;
  for (const auto& item : model->named_parameters()) {
    const bool scores = item.key().find("attention.") != std::string::npos;
    if (scores && item.value().requires_grad()) scorers.emplace_back(item.key(), item.value());
  }
  if (GetParam().attention == nn::PoolingKind::kFrozen) {
    EXPECT_TRUE(scorers.empty());
    GTEST_SKIP() << "what makes the weights is a constant too";
  }
  ASSERT_FALSE(scorers.empty());
  logits({}).backward();
  for (const auto& [name, parameter] : scorers) EXPECT_GT(gradient_norm(parameter), 0) << name;
  logits(given).backward();
  for (const auto& [name, parameter] : scorers) EXPECT_FALSE(parameter.grad().defined()) << name;
  for (const auto& item : model->named_parameters()) {
    if (item.key().ends_with("head.weight")) {
      EXPECT_GT(gradient_norm(item.value()), 0) << item.key();
    }
  }
}

TEST_P(EveryForm, EachTextIsReadForItself) {
  TextModel model = model_of(options());
  const data::TextBatch all = batch_of(), last = batch_of({3});
  const TextForward together = model->forward(all, {});
  data::TextBatch alone = last;
  alone.ratios = all.ratios.slice(0, 6, 13);
  const TextForward out = model->forward(alone, {});
  EXPECT_TRUE(at::allclose(out.logits[0], together.logits[3], 1e-10, 1e-10));
  EXPECT_TRUE(at::allclose(out.weights, together.weights.slice(0, 6, 13), 1e-10, 1e-10));
}

TEST_P(EveryForm, EveryTrainedParameterHasAGradient) {
  TextModel model = model_of(options());
  const TextForward out = model->forward(batch_of(), {true, 1, 4});
  at::Tensor loss = at::cross_entropy_loss(out.logits, at::tensor({0, 1, 2, 1}, at::kLong));
  if (out.penalty.defined()) loss = loss + out.penalty;
  loss.backward();
  for (const auto& item : model->named_parameters()) {
    if (item.value().requires_grad()) {
      EXPECT_GT(gradient_norm(item.value()), 0) << item.key();
    }
  }
}

TEST_P(EveryForm, OptionsComeBackFromJson) {
  const TextModelOptions options = this->options();
  EXPECT_EQ(TextModelOptions::from_json(options.to_json()).to_json(), options.to_json());
}

INSTANTIATE_TEST_SUITE_P(
    Structures, EveryForm,
    testing::Values(
        NetworkForm{Structure::kFlat, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive},
        NetworkForm{Structure::kFlat, nn::EncoderKind::kGru, nn::PoolingKind::kAdditive, 4},
        NetworkForm{Structure::kFlat, nn::EncoderKind::kAverage, nn::PoolingKind::kDot, 3},
        NetworkForm{Structure::kRows, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive},
        NetworkForm{Structure::kRows, nn::EncoderKind::kAverage, nn::PoolingKind::kGeneral},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kElman, nn::PoolingKind::kFrozen},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kAverage, nn::PoolingKind::kScaledDot},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kGru, nn::PoolingKind::kMean},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kGru, nn::PoolingKind::kMax},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kGru, nn::PoolingKind::kLast},
        NetworkForm{Structure::kFlat, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive, 1, 3},
        NetworkForm{Structure::kFlat, nn::EncoderKind::kAverage, nn::PoolingKind::kMean, 1, 2},
        NetworkForm{Structure::kRows, nn::EncoderKind::kGru, nn::PoolingKind::kDot, 1, 2},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kElman, nn::PoolingKind::kAdditive, 1, 2},
        NetworkForm{Structure::kFlat, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive, 1, 1, Look::kClear},
        NetworkForm{Structure::kFlat, nn::EncoderKind::kGru, nn::PoolingKind::kGeneral, 2, 1, Look::kClear},
        NetworkForm{Structure::kFlat, nn::EncoderKind::kTransformer, nn::PoolingKind::kDot, 1, 2, Look::kClear},
        NetworkForm{Structure::kFlat, nn::EncoderKind::kCnn, nn::PoolingKind::kMean, 1, 1, Look::kClear},
        NetworkForm{Structure::kRows, nn::EncoderKind::kLstm, nn::PoolingKind::kScaledDot, 1, 1, Look::kClear},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive, 1, 1, Look::kClear},
        NetworkForm{Structure::kHierarchical, nn::EncoderKind::kGru, nn::PoolingKind::kMean, 1, 1, Look::kClear}),
    form_name);

TEST(TextModel, MembersAnswerByTheMeanOfWhatEachAnswers) {
  TextModelOptions options = options_of(Structure::kFlat);
  options.members = 3;
  const TextForward out = model_of(options)->forward(batch_of(), {});
  ASSERT_EQ(out.members.size(), 3u);
  const at::Tensor logits = (out.members[0].logits + out.members[1].logits + out.members[2].logits) / 3;
  const at::Tensor weights = (out.members[0].weights + out.members[1].weights + out.members[2].weights) / 3;
  EXPECT_TRUE(at::allclose(out.logits, logits, 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(out.weights, weights, 1e-12, 1e-12));
}

// Members that were alike would answer as one.
TEST(TextModel, MembersBeginAndDropApart) {
  TextModelOptions options = options_of(Structure::kFlat);
  options.members = 2;
  TextModel model = model_of(options);
  const TextForward used = model->forward(batch_of({3}), {});
  EXPECT_FALSE(at::allclose(used.members[0].logits, used.members[1].logits));
  const at::NoGradGuard guard;
  for (auto& item : model->named_parameters()) {
    const std::string first = "member0.", name = item.key();
    if (name.starts_with(first)) {
      model->named_parameters()["member1." + name.substr(first.size())].copy_(item.value());
    }
  }
  const TextForward alike = model->forward(batch_of({3}), {});
  EXPECT_TRUE(at::equal(alike.members[0].logits, alike.members[1].logits));
  const TextForward training = model->forward(batch_of({3}), {true, 1, 4});
  EXPECT_FALSE(at::allclose(training.members[0].logits, training.members[1].logits));
}

TEST(TextModel, AWordWeighsItsWeightInTheSentenceTimesThatOfTheSentence) {
  const data::TextBatch batch = batch_of({3});
  const TextForward out = model_of(options_of(Structure::kHierarchical))->forward(batch, {});
  ASSERT_EQ(out.pooled.weights.numel(), 3);
  const int64_t sentence[] = {0, 1, 1, 1, 1, 2, 2};
  for (int64_t i = 0; i < 7; ++i) {
    EXPECT_EQ(out.weights[i].item<double>(),
              out.in_sentences.weights[i].item<double>() * out.pooled.weights[sentence[i]].item<double>());
  }
  EXPECT_NEAR(out.in_sentences.weights.slice(0, 1, 5).sum().item<double>(), 1.0, 1e-12);
}

// A sentence is read for itself by the first encoder and beside the others by the second.
TEST(TextModel, WordsOfOtherSentencesReachASentenceThroughItsNeighboursOnly) {
  TextModel model = model_of(options_of(Structure::kHierarchical));
  const data::TextBatch batch = batch_of({3});
  const TextForward before = model->forward(batch, {});
  batch.ids[6] = 4;
  const TextForward after = model->forward(batch, {});
  EXPECT_TRUE(at::equal(before.in_sentences.context.slice(0, 0, 2), after.in_sentences.context.slice(0, 0, 2)));
  EXPECT_FALSE(at::allclose(before.in_sentences.context[2], after.in_sentences.context[2]));
  EXPECT_FALSE(at::allclose(before.memory[0], after.memory[0]));
}

TEST(TextModel, TheSentenceEncoderDoesNotStartAsTheWordEncoder) {
  TextModelOptions options = options_of(Structure::kHierarchical);
  options.embedding_size = 20;  // then both have the same shape
  TextModel model(options, kSizes, 5);
  const auto parameters = model->named_parameters();
  EXPECT_FALSE(at::equal(parameters["encoder.layer0_forward_input_weight"],
                         parameters["sentence_encoder.layer0_forward_input_weight"]));
}

TEST(TextModel, TheRatiosOfASentenceStandInItsMemoryRow) {
  const data::TextBatch batch = batch_of({3});
  const TextForward out = model_of(options_of(Structure::kHierarchical))->forward(batch, {});
  const at::Tensor ratios = batch.ratios.slice(0, 1, 5).to(at::kDouble);
  const at::Tensor mean = at::mv(ratios.t(), out.in_sentences.weights.slice(0, 1, 5));
  EXPECT_TRUE(at::allclose(out.memory[1].slice(0, 20, 22), mean, 1e-10, 1e-10));
}

TEST(TextModel, ThePenaltyOfRowsIsOnlyInTraining) {
  TextModelOptions options = options_of(Structure::kRows);
  options.row_penalty = 0.25;
  TextModel model = model_of(options);
  EXPECT_FALSE(model->forward(batch_of(), {}).penalty.defined());
  const at::Tensor quarter = model->forward(batch_of(), {true, 1, 4}).penalty;
  ASSERT_TRUE(quarter.defined());
  options.row_penalty = 0.5;
  EXPECT_NEAR(model_of(options)->forward(batch_of(), {true, 1, 4}).penalty.item<double>(), 2 * quarter.item<double>(),
              1e-9);
}

TEST(TextModel, WhatCannotGoTogetherIsRefused) {
  TextModelOptions options = options_of(Structure::kRows, nn::EncoderKind::kLstm, nn::PoolingKind::kMean);
  EXPECT_THROW(check_structure(options), UserError);
  options = options_of(Structure::kHierarchical);
  options.heads = 2;
  EXPECT_THROW(check_structure(options), UserError);
  options = options_of(Structure::kFlat);
  options.heads = 3;  // of 20 features
  EXPECT_THROW(check_structure(options), UserError);
  options.heads = 4;
  check_structure(options);
  options.look = Look::kClear;  // of 10 features of a value
  EXPECT_THROW(check_structure(options), UserError);
  options.heads = 1;
  options.value_width = 2;
  EXPECT_THROW(check_structure(options), UserError);
  options.look = Look::kPlain;
  options.heads = 4;
  options.attention = nn::PoolingKind::kMax;
  EXPECT_THROW(check_structure(options), UserError);
}

TEST(TextModel, OptionsOfModelsWithoutStructuresAreRead) {
  Json json = options_of(Structure::kHierarchical).to_json();
  for (const char* key : {"structure", "rows", "row_penalty", "heads"}) json.erase(key);
  const TextModelOptions options = TextModelOptions::from_json(json);
  EXPECT_EQ(options.structure, Structure::kFlat);
  EXPECT_EQ(options.heads, 1);
}

TEST(TextModel, PartsOfAProfileAreThoseOfTheStructure) {
  Profile profile;
  TextModel model = model_of(options_of(Structure::kHierarchical));
  nn::StepContext context{true, 1, 4, &profile};
  model->forward(batch_of(), context).logits.sum().backward();
  profile.leave();
  std::vector<std::string> parts;
  for (const auto& [part, seconds] : profile.parts()) parts.push_back(part);
  for (const char* part : {"sentence_recurrence", "sentence_attention", "sentence_recurrence_backward",
                           "sentence_attention_backward", "recurrence_backward", "embedding_backward"}) {
    EXPECT_NE(std::find(parts.begin(), parts.end(), part), parts.end()) << part;
  }
}

}  // namespace
}  // namespace fovea::tasks
