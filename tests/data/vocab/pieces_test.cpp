#include "data/vocab/pieces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

using Words = std::unordered_map<std::string, int64_t>;

// Stems and endings that occur with each other, so that both are worth a piece.
Words made_words() {
  Words words;
  const std::vector<std::string> stems = {"walk", "talk", "jump", "paint", "wonder", "forget", "cover", "answer"};
  const std::vector<std::string> endings = {"", "ing", "ed", "s", "er", "able"};
  for (size_t s = 0; s < stems.size(); ++s) {
    for (size_t e = 0; e < endings.size(); ++e) words[stems[s] + endings[e]] = static_cast<int64_t>(3 + s + e);
  }
  return words;
}

std::vector<std::string> forms_of(const PieceModel& model, const std::string& word) {
  std::vector<std::string> forms;
  for (const WordPiece& piece : model.cut(word)) forms.push_back(piece.form);
  return forms;
}

std::string joined(const std::vector<std::string>& forms) {
  std::string all;
  for (const std::string& form : forms) all += form;
  return all;
}

TEST(Pieces, AreLearntFromWhatIsFrequent) {
  const PieceModel model = learn_pieces(made_words(), 60);
  EXPECT_LE(model.size(), 60);
  EXPECT_EQ(forms_of(model, "walking").front(), "▁walk");
  EXPECT_EQ(joined(forms_of(model, "walking")), "▁walking");
  const std::vector<std::string> unseen = forms_of(model, "unforgettable");
  EXPECT_EQ(joined(unseen).substr(joined(unseen).find("un")), "unforgettable") << "nothing of a word is lost";
}

TEST(Pieces, CoverTheWordInOrder) {
  const PieceModel model = learn_pieces(made_words(), 60);
  for (const std::string word : {"walking", "zebra", "这个", "a☃b", "▁", "▁▁x", "e\u0301", "a b", " a"}) {
    size_t last = 0;
    const std::vector<WordPiece> pieces = model.cut(word);
    ASSERT_FALSE(pieces.empty()) << word;
    EXPECT_EQ(pieces.front().start, 0U) << word;
    for (size_t i = 1; i < pieces.size(); ++i) {
      EXPECT_GT(pieces[i].start, last) << word;
      last = pieces[i].start;
      EXPECT_NE(static_cast<unsigned char>(word[last]) & 0xC0, 0x80) << word << ": a character is cut";
    }
    EXPECT_LT(last, word.size()) << word;
  }
}

TEST(Pieces, AreAFunctionOfTheWordsAlone) {
  const Words words = made_words();
  const PieceModel first = learn_pieces(words, 60);
  Words other_order;
  other_order.reserve(4096);
  for (auto word = words.begin(); word != words.end(); ++word) other_order.insert(*word);
  EXPECT_EQ(learn_pieces(other_order, 60).serialize(), first.serialize());
  EXPECT_NE(learn_pieces(words, 32).serialize(), first.serialize());
}

TEST(Pieces, FewWordsMakeFewer) {
  EXPECT_LT(learn_pieces({{"aa", 2}, {"ab", 1}}, 1000).size(), 20);
  EXPECT_LT(learn_pieces({{"x", 1}}, 1000).size(), 5);
  EXPECT_GE(learn_pieces({{"x", 1}}, 1000).cut("xy").size(), 1U);
}

TEST(Pieces, WhatCannotBeLearntIsRefused) {
  EXPECT_THAT([] { learn_pieces({}, 100); }, ThrowsMessage<UserError>(HasSubstr("no word")));
  EXPECT_THAT([] { learn_pieces(made_words(), 16); }, ThrowsMessage<UserError>(StartsWith("--pieces 16 is too few")));
  for (const std::string& odd : {std::string("a\0b", 3), std::string("\u2585\u2585"), std::string("a\tb")}) {
    try {
      EXPECT_GE(learn_pieces({{odd, 3}, {"good", 2}}, 100).size(), 3);
      learn_pieces({{odd, 3}}, 100);
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr("no pieces could be learnt"));
    }
  }
}

TEST(Pieces, ComeBackFromTheirFile) {
  const PieceModel model = learn_pieces(made_words(), 60);
  const PieceModel back = PieceModel::parse(model.serialize(), "m");
  EXPECT_EQ(back.size(), model.size());
  EXPECT_EQ(forms_of(back, "painting"), forms_of(model, "painting"));
}

TEST(Pieces, NothingIsPrinted) {
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  learn_pieces(made_words(), 60);
  EXPECT_THROW(learn_pieces(made_words(), 16), UserError);
  EXPECT_THROW(PieceModel::parse("nonsense", "m"), UserError);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

// A model file whose bytes were changed is refused by name, or cuts words all the same; it never ends the program.
TEST(Pieces, DamagedFilesAreRefusedOrHarmless) {
  const std::string sound = learn_pieces(made_words(), 60).serialize();
  const uint64_t base = stream_base({7, Purpose::kTest, 0});
  int refused = 0;
  for (uint64_t trial = 0; trial < 3000; ++trial) {
    std::string damaged = sound;
    for (uint64_t i = 0; i <= trial % 4; ++i) {
      damaged[uniform_below(base, trial * 16 + i, damaged.size())] =
          static_cast<char>(uniform_below(base, trial * 16 + 8 + i, 256));
    }
    if (trial % 5 == 0) damaged.resize(uniform_below(base, trial * 16 + 15, damaged.size()));
    try {
      const PieceModel model = PieceModel::parse(damaged, "m/pieces.model");
      for (const std::string word : {"walking", "这个x"}) {
        size_t last = 0;
        for (const WordPiece& piece : model.cut(word)) {
          EXPECT_TRUE(piece.start == 0 || piece.start > last);
          last = piece.start;
          ASSERT_LT(last, word.size());
        }
      }
    } catch (const UserError& error) {
      ++refused;
      EXPECT_THAT(error.what(), ::testing::AnyOf(StartsWith("m/pieces.model: is no model"), StartsWith("pieces: ")));
    }
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace fovea::data
