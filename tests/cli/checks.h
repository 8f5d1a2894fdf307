// What every answer of the program must keep, and what its tests look at.
#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "support/schema.h"

namespace fovea::test {

inline Json parsed(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << text.substr(0, 300);
  return json;
}

inline void expect_schema(const std::string& name, const Json& value) {
  EXPECT_THAT(schema_errors(read_schema(name), value), ::testing::ElementsAre()) << name;
}

// The weights of an answer sum to 1.
inline void expect_shares(const Json& answer) {
  if (answer.at("tokens").empty()) return;
  double sum = 0;
  for (const Json& token : answer.at("tokens")) sum += token.at("weight").get<double>();
  EXPECT_NEAR(sum, 1, 1e-6) << to_line(answer);
}

// Bytes that begin a code point.
inline int code_points(const std::string& text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Offsets cut the tokens out of the text, in order, in bytes and in code points, and leave out white space only.
inline void expect_offsets(const Json& answer) {
  const std::string text = answer.at("text");
  size_t covered = 0;
  const auto blank = [&](size_t from, size_t to) {
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(to),
                       [](unsigned char c) { return std::isspace(c) != 0; });
  };
  for (const Json& token : answer.at("tokens")) {
    const size_t start = token.at("start"), end = token.at("end");
    ASSERT_LE(covered, start) << to_line(answer);
    ASSERT_LT(start, end) << to_line(answer);
    ASSERT_LE(end, text.size()) << to_line(answer);
    EXPECT_EQ(text.substr(start, end - start), token.at("text"));
    EXPECT_EQ(code_points(text.substr(0, start)), token.at("char_start")) << to_line(token);
    EXPECT_EQ(code_points(text.substr(0, end)), token.at("char_end")) << to_line(token);
    EXPECT_TRUE(blank(covered, start)) << "a word is left out before " << to_line(token);
    covered = end;
  }
  EXPECT_TRUE(blank(covered, text.size())) << "a word is left out at the end of " << text;
}

inline std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

}  // namespace fovea::test
