#include "metrics/sequence/edits.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace fovea::metrics {
namespace {

using Words = std::vector<std::string>;

TEST(Edits, ByHand) {
  EXPECT_EQ(character_edits("kitten", "sitting"), (Edits{2, 0, 1, 6}));
  EXPECT_EQ(character_edits("sunday", "saturday"), (Edits{1, 0, 2, 6}));
  EXPECT_EQ(character_edits("abc", "abc"), (Edits{0, 0, 0, 3}));
  EXPECT_EQ(character_edits("", "ab"), (Edits{0, 0, 2, 0}));
  EXPECT_EQ(character_edits("ab", ""), (Edits{0, 2, 0, 2}));
  EXPECT_EQ(word_edits(Words{"the", "cat", "sat", "down"}, Words{"the", "Cat", "sat"}), (Edits{1, 1, 0, 4}));
  // "ab" to "ba": a deletion and an insertion are as few as two substitutions, which are taken.
  EXPECT_EQ(character_edits("ab", "ba"), (Edits{2, 0, 0, 2}));
}

TEST(Edits, CharactersAreCodePoints) {
  EXPECT_EQ(character_edits("größe", "grosse"), (Edits{2, 0, 1, 5}));
  EXPECT_EQ(character_edits("日本語", "日本"), (Edits{0, 1, 0, 3}));
  EXPECT_EQ(character_edits("\xC3\xA9\xA9", "\xC3\xA9"), (Edits{0, 1, 0, 2})) << "a stray byte stands for itself";
}

TEST(Edits, AreAddedUp) {
  Edits sum = character_edits("ab", "a");
  sum += character_edits("xyz", "xyzzz");
  EXPECT_EQ(sum, (Edits{0, 1, 2, 5}));
  EXPECT_EQ(sum.count(), 3);
  EXPECT_EQ(sum.sums()[0], 3);
  EXPECT_EQ(sum.sums()[1], 5);
}

int64_t by_recursion(const std::vector<int64_t>& a, const std::vector<int64_t>& b, size_t i, size_t j) {
  if (i == a.size()) return static_cast<int64_t>(b.size() - j);
  if (j == b.size()) return static_cast<int64_t>(a.size() - i);
  if (a[i] == b[j]) return by_recursion(a, b, i + 1, j + 1);
  return 1 + std::min({by_recursion(a, b, i + 1, j + 1), by_recursion(a, b, i + 1, j), by_recursion(a, b, i, j + 1)});
}

// Against the definition; what is put in and left out makes up the difference of the lengths; turned round, what was
// left out is put in.
TEST(Edits, AreTheFewest) {
  std::mt19937 random(7);
  for (int sample = 0; sample < 300; ++sample) {
    std::vector<int64_t> a(random() % 7), b(random() % 7);
    for (int64_t& symbol : a) symbol = static_cast<int64_t>(random() % 3);
    for (int64_t& symbol : b) symbol = static_cast<int64_t>(random() % 3);
    const Edits there = edits(a, b), back = edits(b, a);
    EXPECT_EQ(there.count(), by_recursion(a, b, 0, 0));
    EXPECT_EQ(there.insertions - there.deletions, std::ssize(b) - std::ssize(a));
    EXPECT_EQ(there.deletions, back.insertions);
    EXPECT_EQ(there.substitutions, back.substitutions);
    EXPECT_EQ(there.length, std::ssize(a));
  }
}

}  // namespace
}  // namespace fovea::metrics
