#include "data/readers/clean_pairs.h"

#include <filesystem>

#include <gmock/gmock.h>

#include "base/errors.h"
#include "support/scratch.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;

TEST(CleanPairs, ThatTeachNothingAreLeftOutAndNamed) {
  const test::Scratch scratch;
  std::string long_side = "word";
  for (int i = 0; i < 300; ++i) long_side += " word";
  const std::string en = scratch.write("a.en", "a cat\n\nsame\n" + long_side +
                                                   "\none two three four five six seven eight "
                                                   "nine ten eleven twelve thirteen\na dog\n");
  const std::string de = scratch.write("a.de", "eine Katze\nein Hund\nsame\nWort\neins zwei drei\nein Hund\n");
  const CleanPairs pairs = read_clean_pairs({en, de}, {});
  ASSERT_EQ(pairs.texts.size(), 2);
  EXPECT_EQ(pairs.texts[0].source, "a cat");
  EXPECT_EQ(pairs.texts[1].target, "ein Hund");
  EXPECT_EQ(pairs.texts[1].line, 6);
  const std::string told = left_out_text(pairs.left_out);
  EXPECT_THAT(told, HasSubstr("4 pairs are left out"));
  EXPECT_THAT(told, HasSubstr("one side is empty (1: line 2)"));
  EXPECT_THAT(told, HasSubstr("both sides are alike (1: line 3)"));
  EXPECT_THAT(told, HasSubstr("a side is very long (1: line 4)"));
  EXPECT_THAT(told, HasSubstr("one side is many times as long (1: line 5)"));
  EXPECT_EQ(read_pairs({en, de}, {}).pairs.size(), 6U);
}

// Of sixty Chinese sentences with names in Latin letters, one that is English on both sides, one whose English is
// Greek, and one of numbers alone.
TEST(CleanPairs, InAnotherScriptThanTheOthersAreLeftOut) {
  const test::Scratch scratch;
  std::string en, zh;
  for (int i = 0; i < 60; ++i) {
    en += "the old man drinks tea with Lee\n";
    zh += i % 4 ? "老人在花園裡一起喝着熱茶並且談話\n" : "老人和 Lee 在花園裡一起喝着熱茶\n";
  }
  en += "the dog sleeps\nο σκύλος κοιμάται\n12 : 30\nTokyo and かな mixed\n";
  zh += "the hound sleeps\n狗睡在房子後面\n一二三\n東京とかな漢字\n";
  const CleanPairs pairs = read_clean_pairs({scratch.write("a.en", en), scratch.write("a.zh", zh)}, {});
  EXPECT_EQ(pairs.texts.size(), 62);
  EXPECT_THAT(left_out_text(pairs.left_out), HasSubstr("a side is in another script (2: lines 61, 62)"));
  EXPECT_EQ(pairs.report.rows, 62);
}

// Many pairs lie in a file: the same ones, from plain files and from gzip.
TEST(CleanPairs, AreTheSameOnDisk) {
  const test::Scratch scratch;
  std::string en, de;
  for (int i = 0; i < 5000; ++i) {
    en += i % 10 == 3 ? "\n" : "sentence number " + std::to_string(i) + "\n";
    de += "Satz Nummer " + std::to_string(i) + "\n";
  }
  const std::vector<std::string> paths = {scratch.write("a.en", en), scratch.write("a.de", de)};
  std::filesystem::create_directory(scratch.file("spilled"));
  const CleanPairs kept = read_clean_pairs(paths, {}),
                   spilled = read_clean_pairs(paths, {}, {scratch.file("spilled"), 100});
  ASSERT_EQ(kept.texts.size(), 4500);
  ASSERT_EQ(spilled.texts.size(), 4500);
  for (int64_t pair = 0; pair < 4500; ++pair) {
    ASSERT_EQ(spilled.texts[pair].source, kept.texts[pair].source);
    ASSERT_EQ(spilled.texts[pair].target, kept.texts[pair].target);
    ASSERT_EQ(spilled.texts[pair].line, kept.texts[pair].line);
  }
  EXPECT_EQ(spilled.report.sha256, kept.report.sha256);
  EXPECT_TRUE(std::filesystem::is_empty(scratch.file("spilled")));
}

}  // namespace
}  // namespace fovea::data
