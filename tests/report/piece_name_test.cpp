#include "report/piece_name.h"

#include <gtest/gtest.h>

namespace fovea::report {
namespace {

std::string names_of(const std::vector<std::string>& pieces, bool are_pieces) {
  tasks::Mechanism mechanism;
  mechanism.pieces = are_pieces;
  int64_t end = 0;
  for (const std::string& piece : pieces) {
    if (piece == " ") {
      ++end;
      continue;
    }
    tasks::WeightedToken token;
    token.text = piece;
    token.start = end;
    token.end = end += static_cast<int64_t>(piece.size());
    mechanism.answer.tokens.push_back(token);
  }
  std::string names;
  for (size_t i = 0; i < mechanism.answer.tokens.size(); ++i) names += token_name(mechanism, i) + "|";
  return names;
}

TEST(PieceName, WhatGoesOnWithAWordIsMarked) {
  EXPECT_EQ(names_of({"un", "forget", "table", " ", "film", "s", "!"}, true), "un|·forget|·table|film|·s|!|");
  EXPECT_EQ(names_of({"né", "es", " ", "7", "th"}, true), "né|·es|7|·th|");
  EXPECT_EQ(names_of({"(", "so", ")", "-", "called"}, true), "(|so|)|-|called|");
  EXPECT_EQ(names_of({"很", "好吃", "ok"}, true), "很|好吃|ok|");
  EXPECT_EQ(names_of({"不", "film", "s"}, false), "不|film|s|") << "words need no mark";
}

}  // namespace
}  // namespace fovea::report
