#include "data/vocab/vocabulary.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::data {
namespace {

Vocabulary build(const std::vector<std::pair<std::string, int64_t>>& words, VocabularyOptions options) {
  VocabularyBuilder builder;
  for (const auto& [form, count] : words) builder.add(form, count);
  return builder.build(options);
}

std::vector<std::string> forms_in_order(const Vocabulary& vocabulary) {
  std::vector<std::string> forms;
  for (int32_t id = 1; id < vocabulary.size(); ++id) forms.push_back(vocabulary.form(id));
  return forms;
}

using Forms = std::vector<std::string>;

TEST(Vocabulary, IsOrderedByCountThenBytes) {
  const std::vector<std::pair<std::string, int64_t>> words = {{"zebra", 3}, {"好", 3}, {"a", 2}, {"B", 2}, {"rare", 1}};
  const Vocabulary vocabulary = build(words, {.min_count = 2, .max_size = 0});
  EXPECT_EQ(forms_in_order(vocabulary), (Forms{"zebra", "好", "B", "a"}));
  EXPECT_EQ(vocabulary.size(), 5);
  EXPECT_EQ(vocabulary.id("好"), 2);
  EXPECT_EQ(vocabulary.count(2), 3);
  EXPECT_EQ(vocabulary.id("rare"), Vocabulary::kUnknown);
  EXPECT_EQ(vocabulary.form(Vocabulary::kUnknown), "<unknown>");
  EXPECT_EQ(vocabulary.count(Vocabulary::kUnknown), 0);
  EXPECT_THROW(vocabulary.form(5), InternalError);
  EXPECT_THROW(vocabulary.count(-1), InternalError);

  auto reversed = words;
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(build(reversed, {.min_count = 2, .max_size = 0}).serialize(), vocabulary.serialize());
}

TEST(Vocabulary, CountsAndLimits) {
  VocabularyBuilder builder;
  for (const char* form : {"x", "y", "x", "z", "y", "x"}) builder.add(form);
  builder.add("z", 4);
  EXPECT_EQ(builder.build({.min_count = 1, .max_size = 2}).serialize(), "fovea-vocab 1\n5\tz\n3\tx\n");
  EXPECT_EQ(builder.build({.min_count = 3, .max_size = 0}).size(), 3);
  EXPECT_EQ(builder.build({.min_count = 9, .max_size = 7}).size(), 1);
  EXPECT_EQ(Vocabulary().size(), 1);
  EXPECT_EQ(Vocabulary().id("x"), Vocabulary::kUnknown);
}

TEST(Vocabulary, KeptWordsAreKnownHoweverRare) {
  VocabularyBuilder builder;
  for (const char* form : {"x", "x", "y", "z"}) builder.add(form);
  for (const char* form : {"y", "other", "another"}) builder.keep(form);
  const Vocabulary vocabulary = builder.build({.min_count = 2, .max_size = 2});
  EXPECT_EQ(vocabulary.serialize(), "fovea-vocab 1\n2\tx\n1\ty\n0\tanother\n0\tother\n");
  EXPECT_EQ(Vocabulary::parse(vocabulary.serialize(), "vocab.txt").id("other"), 4);
}

TEST(Vocabulary, AnyFormComesBackFromItsFile) {
  const std::vector<std::pair<std::string, int64_t>> words = {{"plain", 9},
                                                              {"a\tb", 8},
                                                              {"a\nb", 7},
                                                              {"a\rb", 6},
                                                              {"\\", 5},
                                                              {"\\n", 4},
                                                              {"", 3},
                                                              {std::string("\0x", 2), 3},
                                                              {"<unknown>", 3},
                                                              {" lead", 2},
                                                              {"🙂水\u0085", 2},
                                                              {"#", 9'000'000'000'000}};
  const Vocabulary vocabulary = build(words, {.min_count = 1, .max_size = 0});
  const std::string content = vocabulary.serialize();
  const Vocabulary back = Vocabulary::parse(content, "vocab.txt");
  EXPECT_EQ(back.serialize(), content);
  EXPECT_EQ(back.size(), 13);
  for (const auto& [form, count] : words) {
    EXPECT_EQ(back.id(form), vocabulary.id(form)) << form;
    EXPECT_EQ(back.form(back.id(form)), form);
    EXPECT_EQ(back.count(back.id(form)), count) << form;
  }
  EXPECT_THAT(content, testing::HasSubstr("\n8\ta\\tb\n7\ta\\nb\n6\ta\\rb\n5\t\\\\\n4\t\\\\n\n"));
  EXPECT_EQ(Vocabulary::parse(Vocabulary().serialize(), "v").size(), 1);
}

TEST(Vocabulary, DamagedFilesAreRefusedWithTheirLine) {
  const struct {
    std::string content;
    const char* message;
  } cases[] = {
      {"", "m/vocab.txt:1: the first line is not \"fovea-vocab 1\""},
      {"fovea-vocab 2\n", "m/vocab.txt:1: the first line is not \"fovea-vocab 1\""},
      {"fovea-vocab 1", "m/vocab.txt:1: the first line is not \"fovea-vocab 1\""},
      {"fovea-vocab 1\r\n3\tx\r\n", "m/vocab.txt:1: the first line is not \"fovea-vocab 1\""},
      {"fovea-vocab 1\n3\tx\n2 y\n", "m/vocab.txt:3: no TAB between count and word"},
      {"fovea-vocab 1\n3\tx\n\n", "m/vocab.txt:3: no TAB between count and word"},
      {"fovea-vocab 1\n3x\ty\n", "m/vocab.txt:2: the count is not a whole number from 0"},
      {"fovea-vocab 1\n\ty\n", "m/vocab.txt:2: the count is not a whole number from 0"},
      {"fovea-vocab 1\n-4\ty\n", "m/vocab.txt:2: the count is not a whole number from 0"},
      {"fovea-vocab 1\n99999999999999999999\ty\n", "m/vocab.txt:2: the count is not a whole number from 0"},
      {"fovea-vocab 1\n3\tx\n2\ty\n2\tx\n", "m/vocab.txt:4: the word stands in line 2 already"},
      {"fovea-vocab 1\n3\t\xC3(\n", "m/vocab.txt:2: the word is not UTF-8"},
      {"fovea-vocab 1\n3\tx\n2\ty", "m/vocab.txt:3: the last line is cut off"},
      {"fovea-vocab 1\n3\tx\\q\n", "m/vocab.txt:2: a backslash that is not part of \\\\, \\n, \\r or \\t"},
      {"fovea-vocab 1\n3\tx\\\n", "m/vocab.txt:2: a backslash that is not part of \\\\, \\n, \\r or \\t"},
      {"fovea-vocab 1\n3\tx\r\n", "m/vocab.txt:2: a carriage return that is not written \\r (line ends must be LF)"},
      {"fovea-vocab 1\n3\tx\ty\n", "m/vocab.txt:2: a second TAB that is not written \\t"},
  };
  for (const auto& c : cases) {
    try {
      Vocabulary::parse(c.content, "m/vocab.txt");
      ADD_FAILURE() << c.message;
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_STREQ(error.what(), c.message);
      EXPECT_FALSE(error.remedy().empty());
    }
  }
}

}  // namespace
}  // namespace fovea::data
