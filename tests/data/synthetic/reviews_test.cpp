#include "data/synthetic/reviews.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "data/readers/utf8.h"
#include "data/vocab/segment.h"

namespace fovea::data {
namespace {

bool is_chinese(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool holds_one_of(const std::string& text, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

std::string digest_of(const std::vector<MadeReview>& reviews) {
  Sha256 sum;
  for (const MadeReview& review : reviews) {
    sum.add(review.label + "\t" + review.text + "\t");
    for (const auto& [start, end] : review.deciding) sum.add(std::to_string(start) + "-" + std::to_string(end) + " ");
    sum.add("\n");
  }
  return sum.hex();
}

std::vector<std::string> deciding_words(const MadeReview& review) {
  std::vector<std::string> words;
  for (const auto& [start, end] : review.deciding) {
    words.push_back(review.text.substr(static_cast<size_t>(start), static_cast<size_t>(end - start)));
  }
  return words;
}

const std::vector<std::string> kNegations = {"not",    "never",  "cannot",  "didn't", "isn't",
                                             "wasn't", "aren't", "weren't", "不",     "没有"};
const std::vector<std::string> kContrasts = {", but ", ", yet ", "Although ", "However, ", "但是", "不过", "可是"};

TEST(MadeReviews, SameOptionsSameBytes) {
  EXPECT_EQ(digest_of(make_reviews({})), "2973a9e8de483d7c53a4a0442baf0e92a16c585f58aabb95788f791fda7c8530");
  EXPECT_EQ(digest_of(make_reviews({})), digest_of(make_reviews({})));
  EXPECT_NE(digest_of(make_reviews({.seed = 2})), digest_of(make_reviews({})));
}

// Many sentences that say nothing, one clause that decides, and the labels balanced.
TEST(MadeReviews, ANeedleIsOneClauseInALongText) {
  const auto reviews = make_reviews({.count = 201, .chinese_share = 0, .seed = 4, .kind = MadeKind::kNeedle});
  int64_t positive = 0;
  for (const MadeReview& review : reviews) {
    positive += review.label == "positive";
    EXPECT_GE(std::count(review.text.begin(), review.text.end(), '.'), 9) << review.text;
    ASSERT_FALSE(review.deciding.empty());
    ASSERT_EQ(review.deciding.size(), 1U) << review.text;
    EXPECT_LT(review.deciding[0].first, review.deciding[0].second);
  }
  EXPECT_EQ(positive, 101);
}

TEST(MadeReviews, LabelsLanguagesAndFormsAreBalanced) {
  for (const int64_t count : {0, 1, 7, 2001}) {
    const auto reviews = make_reviews({.count = count, .chinese_share = 0.4, .seed = 9});
    ASSERT_EQ(static_cast<int64_t>(reviews.size()), count);
    int64_t positive = 0, chinese = 0;
    for (const MadeReview& review : reviews) {
      positive += review.label == "positive";
      chinese += is_chinese(review.text);
      EXPECT_TRUE(review.label == "positive" || review.label == "negative");
    }
    EXPECT_LE(std::abs(2 * positive - count), 1);
    EXPECT_NEAR(static_cast<double>(chinese), 0.4 * static_cast<double>(count), 0.51);
  }
  for (const MadeReview& review : make_reviews({.count = 50, .chinese_share = 0}))
    EXPECT_FALSE(is_chinese(review.text));
  for (const MadeReview& review : make_reviews({.count = 50, .chinese_share = 1})) EXPECT_TRUE(is_chinese(review.text));
}

TEST(MadeReviews, AreDistinctAndInAMixedOrder) {
  const auto reviews = make_reviews({});
  std::set<std::string> distinct;
  int64_t changes = 0;
  for (size_t i = 0; i < reviews.size(); ++i) {
    distinct.insert(reviews[i].text);
    changes += i > 0 && reviews[i].label != reviews[i - 1].label;
  }
  EXPECT_EQ(distinct.size(), reviews.size());
  EXPECT_NEAR(static_cast<double>(changes), 3000, 200);
}

TEST(MadeReviews, NegationAndContrastAreCommonForBothLabels) {
  int64_t negated[2] = {}, contrasted[2] = {}, of_label[2] = {};
  for (const MadeReview& review : make_reviews({})) {
    const bool positive = review.label == "positive";
    const std::vector<std::string> words = deciding_words(review);
    ++of_label[positive];
    negated[positive] += std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return std::find(kNegations.begin(), kNegations.end(), word) != kNegations.end();
    });
    contrasted[positive] += holds_one_of(review.text, kContrasts);
  }
  for (const int label : {0, 1}) {
    const double total = static_cast<double>(of_label[label]);
    EXPECT_GT(static_cast<double>(negated[label]) / total, 0.3);
    EXPECT_LT(static_cast<double>(negated[label]) / total, 0.55);
    EXPECT_NEAR(static_cast<double>(contrasted[label]) / total, 0.35, 0.04);
  }
}

// What a reader of these words alone would say: opinion words, each turned round by a negation before it. Words without
// an opinion are passed over.
std::string verdict_of(const std::vector<std::string>& words) {
  static const std::set<std::string> kGlad = {
      "clever",    "gripping",  "original",  "funny",     "convincing", "impressive", "memorable", "charming",
      "good",      "lively",    "clean",     "tidy",      "pleasant",   "nice",       "lovely",    "friendly",
      "helpful",   "attentive", "polite",    "moving",    "elegant",    "tasty",      "fresh",     "delicate",
      "enjoyable", "quick",     "wonderful", "superb",    "excellent",  "fantastic",  "loved",     "enjoyed",
      "liked",     "admired",   "impressed", "delighted", "pleased",    "recommend",  "like",      "enjoy",
      "impress",   "精彩",      "感人",      "有趣",      "新颖",       "出色",       "自然",      "到位",
      "好",        "干净",      "整洁",      "漂亮",      "热情",       "周到",       "友好",      "耐心",
      "深刻",      "流畅",      "优美",      "生动",      "好吃",       "新鲜",       "美味",      "可口",
      "喜欢",      "满意",      "值得"};
  static const std::set<std::string> kSorry = {
      "dull",       "predictable", "silly",     "clumsy",       "boring",   "bad",        "weak",     "forgettable",
      "lifeless",   "poor",        "dirty",     "shabby",       "smelly",   "unpleasant", "nasty",    "rude",
      "slow",       "unhelpful",   "careless",  "confusing",    "tedious",  "flat",       "awkward",  "bland",
      "greasy",     "stale",       "tasteless", "unfriendly",   "terrible", "awful",      "dreadful", "horrible",
      "hated",      "disliked",    "loathed",   "disappointed", "annoyed",  "bothered",   "regret",   "complain",
      "disappoint", "无聊",        "老套",      "拖沓",         "乏味",     "生硬",       "粗糙",     "差",
      "平庸",       "脏",          "破旧",      "潮湿",         "冷淡",     "粗鲁",       "敷衍",     "傲慢",
      "枯燥",       "混乱",        "啰嗦",      "晦涩",         "难吃",     "油腻",       "寡淡",     "讨厌",
      "失望",       "后悔",        "不满"};
  bool turned = false;
  std::set<std::string> verdicts;
  for (const std::string& word : words) {
    if (std::find(kNegations.begin(), kNegations.end(), word) != kNegations.end()) {
      turned = !turned;
      continue;
    }
    if (!kGlad.count(word) && !kSorry.count(word)) continue;
    verdicts.insert(kGlad.count(word) != turned ? "positive" : "negative");
    turned = false;
  }
  return verdicts.size() == 1 ? *verdicts.begin() : "no one verdict";
}

TEST(MadeReviews, DecidingWordsSayTheLabel) {
  for (const MadeReview& review : make_reviews({.count = 6001, .seed = 3})) {
    const std::vector<std::string> words = deciding_words(review);
    EXPECT_EQ(verdict_of(words), review.label) << review.text;
    for (const std::string& word : words) {
      const bool negation = std::find(kNegations.begin(), kNegations.end(), word) != kNegations.end();
      EXPECT_TRUE(negation || verdict_of({word}) != "no one verdict") << word;
    }
  }
}

TEST(MadeReviews, RangesAreOrderedAndOnCodePoints) {
  for (const MadeReview& review : make_reviews({.count = 3000, .seed = 4})) {
    ASSERT_TRUE(is_utf8(review.text));
    ASSERT_FALSE(review.deciding.empty()) << review.text;
    int64_t last_end = 0;
    for (const auto& [start, end] : review.deciding) {
      EXPECT_LT(start, end);
      EXPECT_LE(last_end, start) << review.text;
      EXPECT_LE(end, static_cast<int64_t>(review.text.size()));
      last_end = end;
    }
    for (const std::string& word : deciding_words(review)) EXPECT_TRUE(is_utf8(word)) << review.text;
  }
}

TEST(MadeReviews, WhatStandsBeforeTheContrastDoesNotDecide) {
  int64_t seen = 0;
  for (const MadeReview& review : make_reviews({.count = 3000, .seed = 5})) {
    for (const char* turn : {", but ", ", yet ", ". However, ", "，但是", "，不过", "，可是"}) {
      const size_t at = review.text.find(turn);
      if (at == std::string::npos) continue;
      ++seen;
      EXPECT_GT(review.deciding.front().first, static_cast<int64_t>(at)) << review.text;
    }
  }
  EXPECT_GT(seen, 700);
}

TEST(MadeReviews, WhatStandsBeforeTheContrastSaysTheOpposite) {
  TextOptions options;
  options.markup = Markup::kKeep;
  Segmenter segmenter(options);
  int64_t seen = 0;
  for (const MadeReview& review : make_reviews({.count = 3000, .chinese_share = 0, .seed = 8})) {
    if (!holds_one_of(review.text, kContrasts)) continue;
    ++seen;
    std::vector<std::string> before;
    for (const Token& token : segmenter.segment(review.text)) {
      if (token.end <= review.deciding.front().first) before.push_back(token.form);
    }
    EXPECT_EQ(verdict_of(before), review.label == "positive" ? "negative" : "positive") << review.text;
  }
  EXPECT_GT(seen, 900);
}

TEST(MadeReviews, LengthsVaryFromFourToThirtyTokens) {
  TextOptions options;
  options.markup = Markup::kKeep;
  Segmenter segmenter(options);
  std::set<size_t> lengths;
  for (const MadeReview& review : make_reviews({})) lengths.insert(segmenter.segment(review.text).size());
  EXPECT_GE(*lengths.begin(), 4U);
  EXPECT_LE(*lengths.rbegin(), 32U);
  EXPECT_GE(lengths.size(), 20U);
}

TEST(MadeReviews, ReadLikeSentences) {
  for (const MadeReview& review : make_reviews({.count = 2000, .seed = 6})) {
    const std::string& text = review.text;
    EXPECT_EQ(text.find_first_of("[]"), std::string::npos) << text;
    EXPECT_EQ(text.find("  "), std::string::npos) << text;
    EXPECT_FALSE(holds_one_of(text, {" .", " ,", "..", ",,", "，，", "。。", "I I ", "the the"})) << text;
    if (!is_chinese(text)) {
      EXPECT_TRUE(text[0] >= 'A' && text[0] <= 'Z') << text;
      EXPECT_TRUE(text.back() == '.' || text.back() == '!') << text;
    } else {
      EXPECT_TRUE(text.ends_with("。") || text.ends_with("！")) << text;
    }
  }
}

}  // namespace
}  // namespace fovea::data
