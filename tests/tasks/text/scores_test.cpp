#include "tasks/text/scores.h"

#include <gtest/gtest.h>

#include "tasks/text/untrained.h"

namespace fovea::tasks {
namespace {

TEST(TextTest, CountsWhatItSays) {
  test::Made made;
  TextClassifier classifier = made.classifier(nn::PoolingKind::kMean);
  std::vector<data::Row> rows;
  for (const data::MadeReview& review : data::make_reviews({60, 0.25, 8}))
    rows.push_back({review.text, review.label, 1, 0});
  rows.push_back({"a film", "strange", 61, 0});
  std::vector<TextScore> texts;
  const TextTestResult result = test_rows(classifier, rows, {"rows.tsv"}, {.texts = &texts});
  EXPECT_EQ(result.n, 61);
  double loss = 0;
  for (const TextScore& text : texts) loss += text.loss / 61;
  EXPECT_NEAR(result.loss, loss, 1e-9);
  EXPECT_TRUE(result.some_label_known);
  EXPECT_EQ(result.unknown_labels, 1);
  EXPECT_EQ(result.unknown_label_names, std::vector<std::string>{"strange"});
  int64_t right = 0;
  for (const data::Row& row : rows)
    right += classifier.answer(std::vector<std::string>{row.text})[0].label() == row.label;
  EXPECT_DOUBLE_EQ(result.accuracy, static_cast<double>(right) / 61.0);
  EXPECT_EQ(result.confusion[0][0] + result.confusion[1][1], right);
  EXPECT_EQ(result.confusion.size(), 2u);
  EXPECT_DOUBLE_EQ(result.micro_f1, result.accuracy) << "the strange label counts in every score";
  EXPECT_DOUBLE_EQ(result.macro_f1, (result.classes[0].f1 + result.classes[1].f1) / 2) << "it is no class of the model";
  EXPECT_LE(result.accuracy_low, result.accuracy);
  EXPECT_GE(result.accuracy_high, result.accuracy);
  for (size_t i = 1; i < result.mistakes.size(); ++i)
    EXPECT_GE(result.mistakes[i - 1].probability, result.mistakes[i].probability);
}

}  // namespace
}  // namespace fovea::tasks
