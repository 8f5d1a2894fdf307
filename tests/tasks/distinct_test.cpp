#include "data/batches/distinct.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "ops/aten.h"

namespace fovea::data {
namespace {

// Texts of the sentences 1 2 3 | 4 | 4, then none, then 4 | 1 2 3 | 1 2.
TextBatch batch() {
  EncodedTexts texts;
  texts.add(std::vector<int32_t>{1, 2, 3, 4, 4}, 0, std::vector<int32_t>{0, 3, 4});
  texts.add({}, 0);
  texts.add(std::vector<int32_t>{4, 1, 2, 3, 1, 2}, 0, std::vector<int32_t>{0, 1, 4});
  const int64_t all[] = {0, 1, 2};
  TextBatch made = make_batch(texts, all, NgramTable(), Counted::kNo);
  made.ratios = made.ids.unsqueeze(1).to(at::kFloat) * 0.5;
  return made;
}

at::Tensor numbers(std::initializer_list<int64_t> values) {
  return at::tensor(std::vector<int64_t>(values), at::kLong);
}

TEST(DistinctRows, AreNamedByTheirFirstPlace) {
  const TextBatch made = with_distinct_rows(batch());
  EXPECT_TRUE(at::equal(made.distinct, numbers({0, 1, 2, 3})));
  EXPECT_TRUE(at::equal(made.which, numbers({0, 1, 2, 3, 3, 3, 0, 1, 2, 0, 1})));
  EXPECT_TRUE(at::equal(made.ids.index_select(0, made.distinct).index_select(0, made.which), made.ids));
}

TEST(DistinctRows, AnotherRatioIsAnotherRow) {
  TextBatch made = batch();
  made.ratios[9].fill_(7);
  EXPECT_TRUE(at::equal(with_distinct_rows(made).distinct, numbers({0, 1, 2, 3, 9})));
}

TEST(DistinctRows, AreNotToldWhereMostAreOfTheirOwn) {
  TextBatch made = batch();
  made.ratios = at::arange(11, at::kFloat).unsqueeze(1);
  EXPECT_FALSE(with_distinct_rows(made).distinct.defined());
  EXPECT_FALSE(
      with_distinct_rows(TextBatch{made.ids.narrow(0, 0, 0), made.offsets, {}, made.ratios.narrow(0, 0, 0), {}, {}})
          .which.defined());
}

TEST(DistinctSentences, KeepsEachSentenceOnce) {
  const DistinctSentences distinct = distinct_sentences(batch());
  EXPECT_TRUE(at::equal(distinct.which, numbers({0, 1, 1, 1, 0, 2})));
  EXPECT_TRUE(at::equal(distinct.batch.ids, numbers({1, 2, 3, 4, 1, 2})));
  EXPECT_TRUE(at::equal(distinct.batch.sentence_offsets, numbers({0, 3, 4, 6})));
  EXPECT_TRUE(at::equal(distinct.batch.offsets, numbers({0, 6})));
  EXPECT_TRUE(at::equal(distinct.batch.text_sentences, numbers({0, 3})));
  EXPECT_TRUE(at::equal(distinct.batch.ratios.flatten() * 2, distinct.batch.ids.to(at::kFloat)));
}

// An n-gram that began in the sentence before makes another sentence of the same words.
TEST(DistinctSentences, OtherRatiosAreAnotherSentence) {
  const TextBatch made = batch();
  made.ratios[4].fill_(7);
  EXPECT_TRUE(at::equal(distinct_sentences(made).which, numbers({0, 1, 2, 1, 0, 3})));
}

TEST(DistinctSentences, OfNothingAreNone) {
  EncodedTexts texts;
  texts.add({}, 0);
  const int64_t all[] = {0};
  const DistinctSentences distinct = distinct_sentences(make_batch(texts, all, NgramTable(), Counted::kNo));
  EXPECT_EQ(distinct.which.numel(), 0);
  EXPECT_TRUE(at::equal(distinct.batch.sentence_offsets, numbers({0})));
}

TEST(SomeSentences, AreABatchOfTheirOwn) {
  const TextBatch part = some_sentences(batch(), 1, 4);
  EXPECT_TRUE(at::equal(part.ids, numbers({4, 4, 4})));
  EXPECT_TRUE(at::equal(part.sentence_offsets, numbers({0, 1, 2, 3})));
  EXPECT_TRUE(at::equal(part.text_sentences, numbers({0, 3})));
  EXPECT_TRUE(at::equal(part.offsets, numbers({0, 3})));
}

}  // namespace
}  // namespace fovea::data
