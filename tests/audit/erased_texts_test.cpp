#include "audit/erased_texts.h"

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeModel;

TEST(ErasedTexts, AskEachSetOnceAndAnswerInOrder) {
  FakeModel model = test::rule_model();
  const Text text{{1, 3, 2}, {}};
  ErasedTexts erased(model, Erased::kDeleted);
  const size_t a = erased.add(0, text, {0}), b = erased.add(0, text, {2, 1}), again = erased.add(0, text, {1, 2});
  const size_t other = erased.add(1, text, {0});
  EXPECT_EQ(b, again);
  EXPECT_NE(a, other);
  EXPECT_EQ(erased.words(), 2 + 1 + 2);
  const auto logits = erased.answer();
  ASSERT_EQ(logits.size(), 3U);
  EXPECT_EQ(model.asked, (std::vector<size_t>{3}));
  EXPECT_DOUBLE_EQ(logits[b][0], 6);  // word 1 alone
  EXPECT_EQ(logits[a], logits[other]);
  EXPECT_GT(logits[a][1], 4);
  EXPECT_EQ(erased.words(), 0);
  EXPECT_TRUE(erased.answer().empty());
  EXPECT_EQ(model.asked.size(), 1U);  // nothing is asked about nothing
}

TEST(ErasedTexts, MasksOrDeletes) {
  FakeModel model = test::rule_model();
  model.scores[0] = std::log(3.0);  // the mask draws three times the weight of an even word
  model.scores[1] = 0;
  const Text text{{1, 9}, {}};
  ErasedTexts masked(model, Erased::kMasked);
  masked.add(0, text, {1});
  EXPECT_DOUBLE_EQ(masked.answer()[0][0], 6 * 0.25);
}

}  // namespace
}  // namespace fovea::audit
