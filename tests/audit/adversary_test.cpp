// What other weights give the same answer, on models where it is known.
#include "audit/adversary.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "audit/fake_model.h"
#include "metrics/trust/distance.h"

namespace fovea::audit {
namespace {

using test::FakeModel;
using test::no_progress;

AdversaryResult searched(FakeModel& model, const AdversaryOptions& options = {}) {
  const Answers answers = answers_of(model);
  return adversary_of(search_weights(model, answers, options, no_progress), options,
                      std::ssize(answers.readings.front().looks));
}

// Each text has the word of its class, which has half of the weight and all of the say: an answer that stays within
// .01 fixes that word's weight, and what is left is which of the others has the rest.
FakeModel one_word_decides() {
  FakeModel model;
  model.bias = {0, 0};
  model.values.assign(12, {0, 0});
  model.values[1] = {2, 0};
  model.scores.assign(12, 0);
  model.scores[1] = std::log(10.0);
  for (int32_t text = 0; text < 8; ++text) {
    std::vector<int32_t> ids = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    ids.insert(ids.begin() + text, 1);
    model.texts.push_back({ids});
  }
  return model;
}

TEST(Adversary, FindsAllThereIsWhereAttentionIsIgnored) {
  FakeModel model = one_word_decides();
  model.past_attention = true;
  model.scores[1] = std::log(1000.0);
  const AdversaryResult result = searched(model);
  EXPECT_EQ(result.inputs, 8);
  EXPECT_EQ(result.left_out, 0);
  for (const OtherWeights& one : result.found) {
    EXPECT_EQ(one.found.mean, 1);
    EXPECT_GT(one.distance.mean, 0.9 * std::numbers::ln2);
    EXPECT_LE(one.distance.high, std::numbers::ln2);
    EXPECT_GT(one.near_ln2.mean, 0.9);
    EXPECT_GT(one.reached.mean, 0.9);
  }
}

// Its half of the weight must stay, so that the map stays half of what it was: no distance is above ½ ln 2, that of two
// maps that share one half and have nothing else in common.
TEST(Adversary, CannotMoveTheWeightOfTheOneWordThatDecides) {
  FakeModel model = one_word_decides();
  for (std::vector<double>& value : model.values) value[1] = -value[0];
  model.values[1] = {5, -5};
  model.bias = {-2.5, 2.5};
  const AdversaryResult result = searched(model);
  for (const OtherWeights& one : result.found) {
    EXPECT_LT(one.distance.high, 0.5 * std::numbers::ln2 + 0.02) << one.same;
    EXPECT_GT(one.distance.mean, 0.3 * std::numbers::ln2) << one.same;
    EXPECT_EQ(one.near_ln2.mean, 0) << one.same;
  }
  EXPECT_LE(result.found[1].distance.mean, result.found[0].distance.mean);
}

// Of two words the answer fixes both weights: there is nothing else to be found.
TEST(Adversary, FindsNothingWhereTheAnswerFixesEveryWeight) {
  FakeModel model = one_word_decides();
  model.values.assign(12, {-40, 40});
  model.values[1] = {40, -40};
  model.scores.assign(12, 0);
  model.texts = {{{1, 2}}, {{3, 1}}};
  const AdversaryResult result = searched(model);
  EXPECT_EQ(result.inputs, 2);
  for (const OtherWeights& one : result.found) EXPECT_LT(one.distance.high, 1e-6);
}

TEST(Adversary, TheMapOfSeveralLooksIsTheirMean) {
  FakeModel model = one_word_decides();
  model.looks = 3;
  model.past_attention = true;
  const AdversaryResult several = searched(model);
  EXPECT_EQ(several.looks, 3);
  EXPECT_GT(several.found[0].distance.mean, 0.4);
  EXPECT_LE(several.found[0].distance.high, std::numbers::ln2);
}

TEST(Adversary, TakesASampleThatItsSeedDraws) {
  FakeModel model = test::rule_model();
  model.texts = test::rule_texts(40).texts;
  const Answers answers = answers_of(model);
  AdversaryOptions options{.inputs = 10, .steps = 20};
  const AdversaryValues first = search_weights(model, answers, options, no_progress),
                        same = search_weights(model, answers, options, no_progress);
  options.seed = 2;
  const AdversaryValues other = search_weights(model, answers, options, no_progress);
  EXPECT_EQ(first.inputs.size(), 10U);
  EXPECT_EQ(first.inputs, same.inputs);
  EXPECT_EQ(first.distance[0], same.distance[0]);
  EXPECT_NE(first.inputs, other.inputs);
}

// The answers are the square of a sum: they cannot be reckoned with, and that is said.
TEST(Adversary, AnAnswerThatIsNoSumIsLeftOut) {
  struct Squared : FakeModel {
    explicit Squared(const FakeModel& model) : FakeModel(model) {}
    std::vector<std::vector<double>> logits_under(int64_t input, std::span<const Looks> variants) override {
      auto out = FakeModel::logits_under(input, variants);
      for (auto& logits : out)
        for (double& logit : logits) logit *= logit;
      return out;
    }
  };
  Squared model(one_word_decides());
  const AdversaryResult result = searched(model);
  EXPECT_EQ(result.inputs, 0);
  EXPECT_EQ(result.left_out, 8);
  EXPECT_EQ(result.found[0].distance.n, 0);
}

}  // namespace
}  // namespace fovea::audit
