#include "data/vocab/letters.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "data/vocab/ngrams.h"

namespace fovea::data {
namespace {

using Ids = std::vector<int32_t>;

size_t shared(const std::string& a, const std::string& b, int64_t longest) {
  const std::vector<uint64_t> of_a = letter_keys(a, longest), of_b = letter_keys(b, longest);
  std::vector<uint64_t> both;
  std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), std::back_inserter(both));
  return both.size();
}

TEST(Letters, AreThoseBetweenTheBordersButNotTheWhole) {
  // <ab>: <a ab b>, <ab ab>; the whole is left out.
  EXPECT_EQ(letter_keys("ab", 4).size(), 5u);
  EXPECT_EQ(letter_keys("ab", 2).size(), 3u);
  EXPECT_EQ(letter_keys("ab", 8).size(), 5u);
  EXPECT_EQ(letter_keys("aaaa", 2).size(), 3u) << "<a aa a>, each once";
  EXPECT_TRUE(letter_keys("a", 4).empty());
  EXPECT_TRUE(letter_keys("", 4).empty());
}

TEST(Letters, KnowABorderFromALetter) {
  EXPECT_EQ(shared("good", "goods", 2), 4u) << "<g go oo od, not d>";
  EXPECT_EQ(shared("good", "doog", 2), 1u) << "oo";
  EXPECT_EQ(shared("\u9152\u5e97", "\u5e97\u9152", 4), 0u) << "code points, not bytes";
  EXPECT_EQ(letter_keys("\u9152\u5e97", 4).size(), 5u);
}

Vocabulary words(const std::vector<std::string>& forms) {
  Vocabulary vocabulary;
  for (const std::string& form : forms) vocabulary.append(form, 2);
  return vocabulary;
}

TEST(Letters, OnlyThoseOfTwoTextsAreKept) {
  const Vocabulary vocabulary = words({"walked", "talked"});
  Spellings spellings;
  const int32_t other = spellings.number("zzz");
  const Ids ids = {1, 1, 2, other, other};
  const std::vector<size_t> offsets = {0, 2, 3, 5}, all = {0, 1, 2}, first = {0};
  EXPECT_EQ(frequent_letters({ids, offsets, all}, 3, 100, vocabulary, &spellings).size(),
            shared("walked", "talked", 3));
  EXPECT_TRUE(frequent_letters({ids, offsets, first}, 3, 100, vocabulary, &spellings).empty());
  EXPECT_LE(frequent_letters({ids, offsets, all}, 3, 3, vocabulary, &spellings).size(), 3u);
}

TEST(Letters, AWordOfTheVocabularyAndOneSpelledOutSayTheSame) {
  const Vocabulary vocabulary = words({"talked"});
  Spellings spellings;
  const int32_t spelled = spellings.number("talked");
  LetterTable table(3, letter_keys("walked", 3), vocabulary);
  EXPECT_EQ(table.entries(1, nullptr), table.entries(spelled, &spellings));
  EXPECT_EQ(table.entries(1, nullptr).size(), shared("walked", "talked", 3));
  EXPECT_TRUE(table.entries(Vocabulary::kUnknown, nullptr).empty());
  std::vector<float> values(table.keys().size() * 2);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  float known[2] = {1, 1}, strange[2] = {1, 1}, sum = 1;
  table.add(1, nullptr, values.data(), 2, known);
  table.add(spelled, &spellings, values.data(), 2, strange);
  for (const int32_t entry : table.entries(1, nullptr)) sum += static_cast<float>(2 * entry);
  EXPECT_EQ(known[0], sum);
  EXPECT_EQ(strange[0], sum);
  EXPECT_EQ(strange[1], known[1]);
}

// 40 texts: those of class 1 hold a word that ends in "-wise", those of class 0 one that ends in "-ment"; every such
// word occurs once, so that only its letters can say anything.
struct Made {
  Vocabulary vocabulary = words({"the", "of"});
  Spellings spellings;
  NgramOptions options{.longest = 1, .folds = 2, .letters = 4};
  NgramCounter counter{options, 2};
  std::vector<Ids> texts;

  Made() {
    for (uint64_t t = 0; t < 40; ++t) {
      std::string form;
      for (uint64_t i = 0; i < 3; ++i) form += static_cast<char>('a' + mix64(t * 3 + i) % 26);
      texts.push_back({1, 2, spellings.number(form + (t % 2 ? "wise" : "ment"))});
      counter.add(texts.back(), static_cast<int32_t>(t % 2));
    }
  }
  NgramTable table() {
    NgramTable made(counter.count());
    made.spell(LetterTable(4, counter.letters(vocabulary, &spellings), vocabulary));
    return made;
  }
};

TEST(Letters, SpeakForAWordThatNoTextHolds) {
  Made made;
  NgramTable table = made.table();
  EXPECT_EQ(table.width(), 1) << "n-grams that weigh nothing are no inputs";
  LearntWeights learnt = made.counter.learn(table, &made.spellings, {}, 1);
  LetterTable letters = table.letters();
  letters.weigh(learnt.letters);
  table.weigh(learnt.words);
  table.spell(letters);
  ASSERT_EQ(table.width(), 3);
  Spellings later;
  const Ids text = {later.number("clockwise"), later.number("garment"), 1, Vocabulary::kUnknown};
  std::vector<float> out(12, 77);
  table.ratios(text, NgramTable::kAllTexts, ngram_key(text), &later, out.data());
  EXPECT_GT(out[2], 0.5f);
  EXPECT_LT(out[5], -0.5f);
  EXPECT_NEAR(out[8], 0, 0.3);
  EXPECT_EQ(out[11], 0) << "a masked word has no letters";

  // Where a word occurs in training the root mean square of the sums is 1, and of single n-grams of words.
  double squares = 0, words = 0;
  for (const Ids& each : made.texts) {
    std::vector<float> row(9);
    table.ratios(each, NgramTable::kAllTexts, ngram_key(each), &made.spellings, row.data());
    for (size_t i = 0; i < 3; ++i, words += 1) squares += row[i * 3 + 2] * row[i * 3 + 2];
  }
  EXPECT_NEAR(squares / words, 1, 1e-4);
}

// What a training text says must not reach the letters by which it is read.
TEST(Letters, OfATrainingTextAreLearntWithoutItsFold) {
  Made made;
  NgramTable table = made.table();
  LearntWeights learnt = made.counter.learn(table, &made.spellings, {}, 1);
  LetterTable letters = table.letters();
  const auto n = learnt.letters.mean.size();
  std::fill(learnt.letters.each.begin(), learnt.letters.each.begin() + static_cast<std::ptrdiff_t>(n), 100.0f);
  std::fill(learnt.letters.each.begin() + static_cast<std::ptrdiff_t>(n), learnt.letters.each.end(), 1000.0f);
  letters.weigh(learnt.letters);
  table.weigh(learnt.words);
  table.spell(letters);
  const Ids& text = made.texts[0];
  std::vector<float> out(9);
  table.ratios(text, 0, ngram_key(text), &made.spellings, out.data());
  const auto fold = ngram_key(text) % 2;
  const auto known = static_cast<float>(letters.entries(text[2], &made.spellings).size());
  EXPECT_EQ(out[8], known * (fold == 0 ? 100.0f : 1000.0f));
}

// A start of another training is where learning begins, and its scales stay.
TEST(Letters, GoOnFromAStart) {
  Made made;
  NgramTable table = made.table();
  LearntWeights start = made.counter.learn(table, &made.spellings, {}, 1);
  const LearntWeights again = made.counter.learn(table, &made.spellings, start, 1);
  EXPECT_FLOAT_EQ(again.letters.scale, start.letters.scale);
  EXPECT_FLOAT_EQ(again.words.scale, start.words.scale);
  double before = 0, after = 0;
  for (const float value : start.letters.mean) before += std::abs(value);
  for (const float value : again.letters.mean) after += std::abs(value);
  EXPECT_GT(after, 0.9 * before);
}

}  // namespace
}  // namespace fovea::data
