#include "tasks/text/data.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "data/vocab/split.h"
#include "tasks/text/fixture.h"

namespace fovea::tasks {
namespace {

using test::Scratch;

std::string refusal(const TextDataOptions& options) {
  try {
    load_text_data(options);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(TextData, PartsLabelsAndVocabularyFitEachOther) {
  const Scratch scratch;
  const TextData data = load_text_data(test::review_options(scratch, 400));
  EXPECT_EQ(data.labels, (std::vector<std::string>{"negative", "positive"}));
  EXPECT_EQ(data.train.size() + data.valid.size() + static_cast<int64_t>(data.test_rows.size()), 400);
  EXPECT_NEAR(static_cast<double>(data.valid.size()), 40, 3);
  EXPECT_EQ(data.label_counts[0] + data.label_counts[1], data.train.size());
  for (int64_t i = 0; i < data.train.size(); ++i) {
    for (const int32_t id : data.train.text(i)) EXPECT_LT(id, data.vocabulary.size());
  }
  EXPECT_GT(data.summary.oov_valid, 0.0);
  EXPECT_TRUE(std::is_sorted(data.train_identities.begin(), data.train_identities.end()));
}

TEST(TextData, VocabularyComesFromTheTrainingPartAlone) {
  const Scratch scratch;
  TextDataOptions options;
  options.paths = {scratch.write("train.tsv", "good good film\tp\nbad bad film\tn\ngood film\tp\nbad film\tn\n")};
  options.valid_paths = {scratch.write("valid.tsv", "quaint quaint film\tp\nfilm\tn\n")};
  const TextData data = load_text_data(options);
  EXPECT_EQ(data.vocabulary.id("quaint"), data::Vocabulary::kUnknown);
  EXPECT_NE(data.vocabulary.id("good"), data::Vocabulary::kUnknown);
  EXPECT_EQ(data.valid.size(), 2);
  EXPECT_EQ(data.train.size(), 4);
  EXPECT_TRUE(data.test_rows.empty());
  EXPECT_DOUBLE_EQ(data.summary.oov_valid, 0.5);  // quaint quaint film film
}

TEST(TextData, WithATestFileNoTestPartIsCut) {
  const Scratch scratch;
  TextDataOptions options = test::review_options(scratch, 200);
  options.test_paths = {test::write_reviews(scratch, "test.tsv", 30, 99)};
  const TextData data = load_text_data(options);
  EXPECT_EQ(data.test_rows.size(), 30u);
  EXPECT_EQ(data.train.size() + data.valid.size(), 200);
  EXPECT_EQ(data.test_paths, options.test_paths);
}

bool is_in(const std::vector<uint64_t>& sorted, const std::string& text) {
  return std::binary_search(sorted.begin(), sorted.end(), data::text_identity(text));
}

TextData load_rows(const Scratch& scratch, const std::string& rows, bool multi_label) {
  TextDataOptions options;
  options.paths = {scratch.write("rows.csv", "text,label\n" + rows)};
  options.table.multi_label = multi_label;
  options.table.label_separator = "|";
  return load_text_data(options);
}

// Rows of one text share its part, and the label of the first decides.
TEST(TextData, ALabelWhoseOnlyTextIsHeldOutUnderAnotherTrains) {
  const Scratch scratch;
  std::string rows, held_out;
  for (int i = 0; i < 20; ++i) rows += "film number " + std::to_string(i) + (i % 2 ? ",bad\n" : ",good\n");
  const TextData before = load_rows(scratch, rows, false);
  for (int i = 0; i < 20; ++i) {
    const std::string text = "film number " + std::to_string(i);
    if (held_out.empty() && is_in(before.valid_identities, text)) held_out = text;
  }
  const TextData after = load_rows(scratch, rows + held_out + ",odd\n", false);
  EXPECT_EQ(after.labels, (std::vector<std::string>{"bad", "good", "odd"}));
  EXPECT_EQ(after.label_counts[2], 1);
  EXPECT_TRUE(is_in(after.train_identities, held_out));
  EXPECT_EQ(after.train.size(), before.train.size() + 2) << "that text, once under each of its labels";
  EXPECT_EQ(after.valid.size(), before.valid.size() - 1) << "all others stay where they were";
  EXPECT_EQ(after.test_rows.size(), before.test_rows.size());
}

// A row is dealt by its rarest label, so that a frequent one may be held out with others.
TEST(TextData, ALabelOnlyOnHeldOutRowsTrainsWithTheFirstOfThem) {
  const Scratch scratch;
  const auto rows = [](const std::vector<uint64_t>& common) {
    std::string out;
    for (int i = 0; i < 120; ++i) {
      const std::string text = "film number " + std::to_string(i);
      out += text + ",label" + std::to_string(i % 12) + (is_in(common, text) ? "|common\n" : "\n");
    }
    return out;
  };
  const TextData before = load_rows(scratch, rows({}), true);
  ASSERT_EQ(before.valid.size(), 12) << "one of the ten rows of each label";
  const TextData after = load_rows(scratch, rows(before.valid_identities), true);
  ASSERT_EQ(after.labels.front(), "common");
  EXPECT_EQ(after.label_counts.front(), 1);
  EXPECT_EQ(after.summary.classes.front().valid, 11);
  EXPECT_EQ(after.train.size(), before.train.size() + 1);
  EXPECT_EQ(after.test_rows.size(), before.test_rows.size());
}

TEST(TextData, RepeatsAndContradictionsAreCounted) {
  const Scratch scratch;
  TextDataOptions options;
  options.paths = {scratch.write("train.tsv", "good film\tp\nGOOD  film\tp\nbad film\tn\nodd film\tp\nodd film\tn\n")};
  options.valid_paths = {scratch.write("valid.tsv", "bad film\tn\nnew film\tp\n")};
  const DataSummary summary = load_text_data(options).summary;
  EXPECT_EQ(summary.repeated_texts, 2);
  EXPECT_EQ(summary.conflicting_texts, 1);
  EXPECT_EQ(summary.repeated_across_parts, 1);
}

TEST(TextData, LongTextsAreCutAndCounted) {
  const Scratch scratch;
  TextDataOptions options;
  options.text.max_tokens = 3;
  options.paths = {scratch.write("train.tsv", "one two three four five\tp\none two\tn\nthree one\tp\n")};
  options.valid_paths = {scratch.write("valid.tsv", "two three one two\tn\n")};
  const TextData data = load_text_data(options);
  EXPECT_EQ(data.summary.cut_texts, 2);
  EXPECT_EQ(data.summary.cut_tokens, 3);
  EXPECT_EQ(data.train.text(0).size(), 3u);
  EXPECT_EQ(data.summary.length_max, 5);
}

TEST(TextData, MarkupIsStrippedWhereItIsCommon) {
  const Scratch scratch;
  TextDataOptions options;
  options.paths = {scratch.write("train.tsv", "a<br />good film\tp\na bad film\tn\na good film\tp\n")};
  options.valid_paths = {scratch.write("valid.tsv", "a<br />bad film\tn\n")};
  const TextData stripped = load_text_data(options);
  EXPECT_TRUE(stripped.summary.markup_stripped);
  EXPECT_EQ(stripped.train.text(0).size(), 3u);
  options.text.markup = data::Markup::kKeep;
  EXPECT_GT(load_text_data(options).train.text(0).size(), 3u);
}

TEST(TextData, WhatCannotBeTrainedIsRefusedInWords) {
  const Scratch scratch;
  TextDataOptions options;
  options.paths = {scratch.write("one.tsv", "good film\tp\nfine film\tp\nbest film\tp\nnice film\tp\n")};
  options.table.text_columns = {"1"};
  options.table.label_column = "2";
  EXPECT_NE(refusal(options).find("every row has the label 'p'"), std::string::npos) << refusal(options);

  TextDataOptions other;
  other.paths = {scratch.write("train.tsv", "good film\tp\nbad film\tn\nso so film\tp\n")};
  other.valid_paths = {scratch.write("valid.tsv", "good film\tp\nbad film\tunseen\n")};
  EXPECT_NE(refusal(other).find("label 'unseen' does not occur"), std::string::npos) << refusal(other);

  TextDataOptions few;
  few.paths = {scratch.write("few.tsv", "good film\tp\nbad film\tn\n")};
  few.table.text_columns = {"1"};
  few.table.label_column = "2";
  EXPECT_NE(refusal(few).find("leave none for validation"), std::string::npos) << refusal(few);
}

}  // namespace
}  // namespace fovea::tasks
