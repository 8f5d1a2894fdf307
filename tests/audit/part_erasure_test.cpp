#include "audit/part_erasure.h"

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeModel;
using test::no_progress;

double p_of_logit(double logit) {
  return 1 / (1 + std::exp(-logit));
}

// Even weights, values 4, 2, 0, −2: shares of four words are 1 1 1 1 2 words, so two counts.
TEST(PartErasure, ByHand) {
  FakeModel model;
  model.bias = {0, 0};
  model.values = {{0, 0}, {4, 0}, {2, 0}, {0, 0}, {-2, 0}};
  model.scores.assign(5, 0);
  model.texts = {{{4, 1, 3, 2}}};
  const Answers answers = answers_of(model);
  const std::vector<std::vector<Order>> orders = {{{1, 3, 2, 0}}, {{0, 2, 3, 1}}};
  const auto out =
      erase_parts(model, Erased::kDeleted, answers, all_rows(static_cast<size_t>(model.inputs())), orders, no_progress);
  const double whole = p_of_logit(1);
  const double without_one = p_of_logit(0), without_two = p_of_logit(-1);
  EXPECT_NEAR(out[0].comprehensiveness[0], whole - (without_one + without_two) / 2, 1e-12);
  EXPECT_NEAR(out[0].sufficiency[0], whole - (p_of_logit(4) + p_of_logit(3)) / 2, 1e-12);
  EXPECT_NEAR(out[0].comprehensiveness_odds[0], 1 - (0 + -1) / 2.0, 1e-12);
  EXPECT_NEAR(out[0].sufficiency_odds[0], 1 - (4 + 3) / 2.0, 1e-12);
  EXPECT_NEAR(out[0].without[0][3], whole - without_one, 1e-12);
  EXPECT_NEAR(out[0].only[0][4], whole - p_of_logit(3), 1e-12);
  EXPECT_NEAR(out[1].comprehensiveness[0], whole - (p_of_logit(2) + p_of_logit(3)) / 2, 1e-12);

  const auto masked =
      erase_parts(model, Erased::kMasked, answers, all_rows(static_cast<size_t>(model.inputs())), orders, no_progress);
  EXPECT_NEAR(masked[0].without[0][0], whole - p_of_logit(0), 1e-12);
  EXPECT_NEAR(masked[0].only[0][0], whole - p_of_logit(1), 1e-12);
}

// The class asked about stays that of the full text.
TEST(PartErasure, TheClassIsNotChosenAgain) {
  FakeModel model;
  model.bias = {0, 1};
  model.values = {{0, 0}, {9, 0}, {0, 0}};
  model.scores.assign(3, 0);
  model.texts = {{{1, 2}}};
  const Answers answers = answers_of(model);
  const auto out = erase_parts(model, Erased::kDeleted, answers, all_rows(1), {{{0, 1}}}, no_progress);
  EXPECT_NEAR(out[0].without[0][0], p_of_logit(3.5) - p_of_logit(-1), 1e-12);
}

TEST(PartErasure, ManyTextsGoInOneRequestAndSplittingItChangesNothing) {
  FakeModel model = test::rule_model();
  model.texts = test::rule_texts(40).texts;
  const Answers answers = answers_of(model);
  std::vector<std::vector<Order>> orders = {orders_of(random_map(model, 1, 0), 1)};
  const auto out =
      erase_parts(model, Erased::kDeleted, answers, all_rows(static_cast<size_t>(model.inputs())), orders, no_progress);
  EXPECT_EQ(model.asked.size(), 1U);
  for (size_t text = 0; text < 40; text += 13) {
    FakeModel single = model;
    single.texts = {model.texts[text]};
    const auto alone = erase_parts(single, Erased::kDeleted, {{answers.readings[text]}, {answers.answer[text]}},
                                   all_rows(1), {{orders[0][text]}}, no_progress);
    EXPECT_EQ(alone[0].comprehensiveness[0], out[0].comprehensiveness[text]);
    EXPECT_EQ(alone[0].sufficiency_odds[0], out[0].sufficiency_odds[text]);
  }
}

TEST(PartErasure, MeanOfDraws) {
  PartErasure a, b;
  for (PartErasure* one : {&a, &b}) {
    const double value = one == &a ? 1 : 4;
    one->comprehensiveness = one->sufficiency = one->comprehensiveness_odds = one->sufficiency_odds = {value};
    one->without = one->only = {{value, value, value, value, 2 * value}};
  }
  const PartErasure mean = mean_of({a, b});
  EXPECT_DOUBLE_EQ(mean.comprehensiveness[0], 2.5);
  EXPECT_DOUBLE_EQ(mean.sufficiency_odds[0], 2.5);
  EXPECT_DOUBLE_EQ(mean.only[0][4], 5);
}

// The top word speaks for the answer, against it, and next to nothing against it.
TEST(Sign, TopWordsThatSpeakAgainstTheAnswer) {
  test::FakeModel model;
  model.bias = {1, 0};
  model.values = {{0, 0}, {3, 0}, {-1, 0}, {-0.001, 0}, {0, 0}};
  model.scores.assign(5, 0);
  model.texts = {{{1, 4}}, {{2, 1}}, {{3, 4}}};
  const std::vector<Order> first_word(3, Order{0, 1});
  const auto out =
      sign_of(model, Erased::kDeleted, answers_of(model), {first_word, std::vector<Order>(3, Order{1, 0})});
  EXPECT_EQ(out[0].violates, (std::vector<double>{0, 1, 0}));
  EXPECT_EQ(out[0].rises, (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(out[1].violates, (std::vector<double>{1, 0, 0}));
}

}  // namespace
}  // namespace fovea::audit
