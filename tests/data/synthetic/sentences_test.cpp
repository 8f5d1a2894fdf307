#include "data/synthetic/sentences.h"

#include <set>

#include <gmock/gmock.h>

#include "data/vocab/subwords.h"

namespace fovea::data {
namespace {

std::vector<std::string> words_in(const std::string& text) {
  std::vector<std::string> words;
  for (const auto& [start, end] : words_between_blanks(text)) words.push_back(text.substr(start, end - start));
  return words;
}

TEST(MadePairs, LinkEveryWordOfTheTarget) {
  for (const MadePair& pair : make_pairs(500, 3)) {
    const std::vector<std::string> source = words_in(pair.source), target = words_in(pair.target);
    std::set<int64_t> linked, sources;
    for (const auto& [s, t] : pair.sure) {
      ASSERT_LT(s, std::ssize(source));
      ASSERT_LT(t, std::ssize(target));
      linked.insert(t);
      sources.insert(s);
    }
    for (const auto& [s, t] : pair.possible) sources.insert(s);
    EXPECT_EQ(linked.size(), target.size()) << pair.target;
    EXPECT_EQ(sources.size(), source.size()) << pair.source;
  }
}

TEST(MadePairs, SayTheSameWordAlike) {
  bool denied = false;
  for (const MadePair& pair : make_pairs(300, 5)) {
    const std::vector<std::string> source = words_in(pair.source), target = words_in(pair.target);
    for (const auto& [s, t] : pair.sure) {
      const std::string& said = target[static_cast<size_t>(t)];
      const std::string& word = source[static_cast<size_t>(s)];
      if (word == "not") {
        EXPECT_EQ(said, "ne");
      } else if (word == "dogs") {
        EXPECT_EQ(said, "karus");
      } else if (word == "small") {
        EXPECT_EQ(said.substr(0, 3), "tin");
      }
      denied |= word == "not";
    }
    EXPECT_EQ(target.back(), source.back());
  }
  EXPECT_TRUE(denied);
}

TEST(MadePairs, AreAFunctionOfTheirSeed) {
  EXPECT_EQ(make_pairs(5, 7)[4].source, make_pairs(5, 7)[4].source);
  EXPECT_NE(make_pairs(5, 7)[4].source, make_pairs(5, 8)[4].source);
}

}  // namespace
}  // namespace fovea::data
