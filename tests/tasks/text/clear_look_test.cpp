// What a clear look is, and what words add to its answers.
#include "base/errors.h"
#include "support/gradients.h"
#include "tasks/text/small_network.h"

namespace fovea::tasks {
namespace {

using namespace test_network;

TextModelOptions clear_options() {
  TextModelOptions options = options_of(Structure::kFlat);
  options.look = Look::kClear;
  options.value_width = 1;
  options.neighbor_dropout = 0;
  return options;
}

// A row of the memory is of its word; the weights are of all of them.
TEST(ClearLook, AClearLookWeighsWordsAndIsChosenByTheText) {
  TextModel model = model_of(clear_options());
  const data::TextBatch batch = batch_of({3});
  const TextForward before = model->forward(batch, {});
  batch.ids[6] = 4;
  const TextForward after = model->forward(batch, {});
  EXPECT_TRUE(at::equal(before.memory.slice(0, 0, 6), after.memory.slice(0, 0, 6)));
  EXPECT_FALSE(at::allclose(before.memory[6], after.memory[6]));
  EXPECT_FALSE(at::allclose(before.pooled.scores[0], after.pooled.scores[0]));
}

TEST(ClearLook, AWiderValueKnowsItsNeighboursAndNoOthers) {
  TextModelOptions options = clear_options();
  options.value_width = 3;
  TextModel model = model_of(options);
  const data::TextBatch batch = batch_of({3});
  const TextForward before = model->forward(batch, {});
  batch.ids[6] = 4;
  const TextForward after = model->forward(batch, {});
  EXPECT_TRUE(at::equal(before.memory.slice(0, 0, 5), after.memory.slice(0, 0, 5)));
  EXPECT_FALSE(at::allclose(before.memory[5], after.memory[5]));
}

TEST(ClearLook, InTrainingAShareOfTheValuesKnowsNoNeighbours) {
  TextModelOptions options = clear_options();
  options.value_width = 3;
  TextModel wide = model_of(options);
  const data::TextBatch batch = batch_of({3});
  const nn::StepContext step{true, 1, 4};
  const at::Tensor whole = wide->forward(batch, step).memory;
  options.neighbor_dropout = 0.5;
  const at::Tensor thinned = model_of(options)->forward(batch, step).memory;
  options.neighbor_dropout = 0.999999;
  const at::Tensor alone = model_of(options)->forward(batch, step).memory;
  int64_t as_whole = 0, as_alone = 0;
  for (int64_t word = 0; word < whole.size(0); ++word) {
    as_whole += at::equal(thinned[word], whole[word]);
    as_alone += at::equal(thinned[word], alone[word]);
  }
  EXPECT_EQ(as_whole + as_alone, whole.size(0));
  EXPECT_GT(as_whole, 0);
  EXPECT_GT(as_alone, 0);
  const at::Tensor asked = wide->forward(batch, {}).memory;
  EXPECT_TRUE(at::equal(model_of(options)->forward(batch, {}).memory, asked));  // in training alone
}

TEST(ClearLook, TheEntropyOfAClearLookIsPaidInTrainingAlone) {
  TextModelOptions options = clear_options();
  options.entropy_penalty = 0.25;
  TextModel model = model_of(options);
  EXPECT_FALSE(model->forward(batch_of(), {}).entropy.defined());
  const TextForward out = model->forward(batch_of(), {true, 1, 4});
  ASSERT_TRUE(out.entropy.defined());
  const at::Tensor& weights = out.pooled.weights;
  const double entropy = -(weights * weights.log()).sum().item<double>() / 3;  // a text has no words
  EXPECT_NEAR(out.entropy.item<double>(), 0.25 * entropy, 1e-6);
  options.look = Look::kPlain;
  EXPECT_FALSE(model_of(options)->forward(batch_of(), {true, 1, 4}).entropy.defined());
}

TEST(ClearLook, WhereNothingIsAskedOfStatesThereIsNoEncoder) {
  TextModelOptions options = clear_options();
  options.attention = nn::PoolingKind::kMean;
  for (const auto& item : model_of(options)->named_parameters()) EXPECT_FALSE(item.key().starts_with("encoder."));
  options.attention = nn::PoolingKind::kLast;
  EXPECT_FALSE(options.clear());  // the last word alone would be all that it reads
  options = clear_options();
  options.encoder = nn::EncoderKind::kAverage;
  EXPECT_FALSE(options.clear());
}

TEST(ClearLook, AModelFromBeforeThereWasALookIsPlain) {
  Json json = clear_options().to_json();
  for (const char* key : {"look", "value_width", "neighbor_dropout", "entropy_penalty"}) json.erase(key);
  EXPECT_EQ(TextModelOptions::from_json(json).look, Look::kPlain);
}

const std::vector<NetworkForm> kClearForms = {
    {Structure::kFlat, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive, 1, 1, Look::kClear},
    {Structure::kFlat, nn::EncoderKind::kGru, nn::PoolingKind::kGeneral, 2, 1, Look::kClear},
    {Structure::kFlat, nn::EncoderKind::kCnn, nn::PoolingKind::kMean, 1, 1, Look::kClear},
    {Structure::kRows, nn::EncoderKind::kLstm, nn::PoolingKind::kScaledDot, 1, 1, Look::kClear},
    {Structure::kHierarchical, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive, 1, 1, Look::kClear},
    {Structure::kHierarchical, nn::EncoderKind::kGru, nn::PoolingKind::kMean, 1, 1, Look::kClear}};
const std::vector<NetworkForm> kOtherSums = {
    {Structure::kFlat, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive},
    {Structure::kFlat, nn::EncoderKind::kGru, nn::PoolingKind::kAdditive, 4},
    {Structure::kFlat, nn::EncoderKind::kAverage, nn::PoolingKind::kDot, 3},
    {Structure::kFlat, nn::EncoderKind::kCnn, nn::PoolingKind::kMax},
    {Structure::kRows, nn::EncoderKind::kGru, nn::PoolingKind::kDot, 1, 2},
    {Structure::kFlat, nn::EncoderKind::kTransformer, nn::PoolingKind::kDot, 1, 2, Look::kClear}};

class SumOverWords : public testing::TestWithParam<NetworkForm> {};
class ClearForm : public testing::TestWithParam<NetworkForm> {};

// Of a clear look a word has its part of every value that it stands in, filters' biases too.
TEST_P(SumOverWords, IsTheLogits) {
  const data::TextBatch batch = batch_of({3, 0});
  TextModel model = model_of(options_of(GetParam()));
  const at::NoGradGuard guard;
  for (auto& item : model->named_parameters()) {
    if (item.key().ends_with("filters.layer0_bias")) item.value().fill_(0.3);
  }
  const TextForward out = model->forward(batch, {});
  const at::Tensor added = model->word_contributions(out, batch);
  ASSERT_TRUE(added.defined());
  EXPECT_TRUE(at::allclose(added.slice(0, 0, 7).sum(0) + model->bias(), out.logits[0], 1e-10, 1e-10));
  EXPECT_TRUE(at::allclose(added.slice(0, 7, 12).sum(0) + model->bias(), out.logits[1], 1e-10, 1e-10));
}

// Under weights that stay as they are the logits are linear in the inputs where no relu opens or shuts.
TEST_P(ClearForm, WhatAWordAddsIsItsInputTimesTheGradient) {
  const data::TextBatch batch = batch_of({3, 0});
  TextModel model = model_of(options_of(GetParam()));
  const TextForward out = model->forward(batch, {});
  std::vector<at::Tensor> inputs = model->inputs(batch);
  at::Tensor& input = inputs.front();
  input.detach_().set_requires_grad(true);
  model->forward_from(inputs, batch, given_weights(out)).logits.select(1, 1).sum().backward();
  const at::Tensor products = (input.detach() * input.grad()).sum(1);
  EXPECT_GT(products.abs().max().item<double>(), 1e-3);
  EXPECT_TRUE(at::allclose(model->word_contributions(out, batch).select(1, 1), products, 1e-10, 1e-10));
}

// Between its words and its sentences stands a second encoder.
TEST(NoSumOverWords, WhereSentencesAreStates) {
  const data::TextBatch batch = batch_of({3, 0});
  TextModel model =
      model_of(options_of(NetworkForm{Structure::kHierarchical, nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive}));
  EXPECT_FALSE(model->word_contributions(model->forward(batch, {}), batch).defined());
}

INSTANTIATE_TEST_SUITE_P(Clear, SumOverWords, testing::ValuesIn(kClearForms), form_name);
INSTANTIATE_TEST_SUITE_P(Other, SumOverWords, testing::ValuesIn(kOtherSums), form_name);
INSTANTIATE_TEST_SUITE_P(Forms, ClearForm, testing::ValuesIn(kClearForms), form_name);

}  // namespace
}  // namespace fovea::tasks
