#include "data/readers/word_vectors.h"

#include <cstring>
#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "support/scratch.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;

struct All : WordVectorSink {
  std::map<std::string, std::vector<float>> vectors;
  std::string word, unwanted;
  bool wants(std::string_view asked) override {
    word = asked;
    return asked != unwanted;
  }
  void take(const float* values, int64_t E) override { vectors[word] = std::vector<float>(values, values + E); }
};

class WordVectors : public ::testing::Test {
 protected:
  WordVectorFile read(const std::string& content) { return read_word_vectors(scratch_.write("v", content), all_); }

  std::string refusal(const std::string& content) {
    try {
      read(content);
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData) << error.what();
      return error.what();
    }
    return "nothing was wrong";
  }

  test::Scratch scratch_;
  All all_;
};

using Row = std::vector<float>;

TEST_F(WordVectors, GloVeTextHasNoHeader) {
  const WordVectorFile file = read("the 0.5 -1.25 3e-2\n,\t1 2 3\r\n好 +4 5 -6");
  EXPECT_EQ(file.kind, "text");
  EXPECT_EQ(file.words, 3);
  EXPECT_EQ(file.size, 3);
  EXPECT_EQ(file.sha256.size(), 64U);
  EXPECT_EQ(all_.vectors,
            (std::map<std::string, Row>{{"the", {0.5F, -1.25F, 0.03F}}, {",", {1, 2, 3}}, {"好", {4, 5, -6}}}));
}

// GloVe's largest file has words with spaces.
TEST_F(WordVectors, TheLastFieldsAreTheNumbers) {
  read("a 1 2\n. . 3 4\nat name@domain.com 5 6\n7 8 9\n");
  EXPECT_EQ(all_.vectors, (std::map<std::string, Row>{
                              {"a", {1, 2}}, {". .", {3, 4}}, {"at name@domain.com", {5, 6}}, {"7", {8, 9}}}));
}

// fastText closes a line with a space, and the word may be a no-break space or be missing.
// The first line need not have the usual number of fields.
TEST_F(WordVectors, TheFirstWordMayHoldSpacesOrBeBlank) {
  EXPECT_EQ(read(". . . 1 2\nat name@domain.com 3 4\nthe 5 6\na 7 8\nof 9 10\n").size, 2);
  EXPECT_EQ(all_.vectors[". . ."], (Row{1, 2}));
  EXPECT_EQ(all_.vectors["at name@domain.com"], (Row{3, 4}));
  all_.vectors.clear();
  const WordVectorFile file = read(" 1 2 3\nthe 5 6 7\na 7 8 9\n");
  EXPECT_EQ(file.size, 3);
  EXPECT_EQ(file.words, 3);
  EXPECT_EQ(all_.vectors.size(), 2U) << "a word of blanks alone is passed over";
}

TEST_F(WordVectors, AnotherKindOfFileIsRefusedThoughNobodyWantsItsWords) {
  all_.unwanted = "<!DOCTYPE";
  EXPECT_THAT(refusal("<!DOCTYPE html>\n<html lang=\"en\">\n<body>Sign in</body></html>\n"),
              HasSubstr("v:1: 'html>' is not a number"));
}

TEST_F(WordVectors, FastTextHasAHeader) {
  const WordVectorFile file = read("4 2\nи -0.5 1 \n</s> 2 3 \n 4 5 \n\xC2\xA0 6 7 \n");
  EXPECT_EQ(file.kind, "text with a header");
  EXPECT_EQ(file.words, 4);
  EXPECT_EQ(all_.vectors, (std::map<std::string, Row>{{"и", {-0.5, 1}}, {"</s>", {2, 3}}, {"\xC2\xA0", {6, 7}}}));
}

std::string binary(const std::vector<std::pair<std::string, Row>>& rows, const std::string& between) {
  std::string out = std::to_string(rows.size()) + " " + std::to_string(rows.front().second.size()) + "\n";
  for (const auto& [word, values] : rows) {
    out += word + " ";
    out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    out += between;
  }
  return out;
}

TEST_F(WordVectors, Word2vecBinaryWithAndWithoutLineEnds) {
  const std::vector<std::pair<std::string, Row>> rows = {
      {"</s>", {0.001F, -0.7F, 12.5F}}, {"New_York", {1e-20F, 3, -4}}, {"ü", {5, 6.25F, 0.1F}}};
  for (const std::string between : {"\n", ""}) {
    all_.vectors.clear();
    const WordVectorFile file = read(binary(rows, between));
    EXPECT_EQ(file.kind, "word2vec binary");
    EXPECT_EQ(file.words, 3);
    EXPECT_EQ(all_.vectors, (std::map<std::string, Row>(rows.begin(), rows.end())));
  }
}

// The first byte of 0.01 is that of a line end.
TEST_F(WordVectors, ANumberOfABinaryFileMayBeginLikeALineEnd) {
  const std::vector<std::pair<std::string, Row>> rows = {{"a", {0.01F, 1, 0.25F}}, {"b", {2, 0.01F, -3}}};
  EXPECT_EQ(read(binary(rows, "\n")).kind, "word2vec binary");
  EXPECT_EQ(all_.vectors, (std::map<std::string, Row>(rows.begin(), rows.end())));
  EXPECT_EQ(read("2 2\na 1 2\nü 3 4\n").kind, "text with a header") << "a letter of the next word tells nothing";
}

TEST_F(WordVectors, AHeaderMayHaveAByteOrderMarkAndSeveralBlanks) {
  const std::string mark = "\xEF\xBB\xBF";
  for (const std::string& header : {mark + "2 3\n", std::string("2  3 \r\n"), std::string(" 2 \t 3\n")}) {
    all_.vectors.clear();
    EXPECT_EQ(read(header + "a 1 2 3\nb 4 5 6\n").kind, "text with a header") << header;
    EXPECT_EQ(all_.vectors, (std::map<std::string, Row>{{"a", {1, 2, 3}}, {"b", {4, 5, 6}}}));
  }
  all_.vectors.clear();
  read(mark + "a 1 2 3\n");
  EXPECT_EQ(all_.vectors.count("a"), 1U);
}

// Read as a word and its one number it would make every vector that follows wrong.
TEST_F(WordVectors, TwoWholeNumbersThatAreNoHeaderAreRefused) {
  for (const std::string header : {"99999999999999999999 300\n", "+2 3\n", "\n2 3\n", "2 3"}) {
    EXPECT_THAT(refusal(header), HasSubstr("two whole numbers, but no header")) << header;
  }
  EXPECT_EQ(read("a 1\n- 2\n3 4\n").size, 1) << "vectors of one number";
}

// Read in pieces of a mebibyte: rows lie across their borders.
TEST_F(WordVectors, LargeFilesInBothForms) {
  std::vector<std::pair<std::string, Row>> rows;
  std::string text;
  for (int i = 0; i < 40000; ++i) {
    Row row;
    std::string line = "word" + std::to_string(i);
    for (int e = 0; e < 17; ++e) {
      row.push_back(static_cast<float>(i % 97) + 0.25F * static_cast<float>(e));
      line += " " + std::to_string(row.back());
    }
    rows.emplace_back("word" + std::to_string(i), row);
    text += line + "\n";
  }
  const std::map<std::string, Row> expected(rows.begin(), rows.end());
  read(text);
  EXPECT_TRUE(all_.vectors == expected);
  all_.vectors.clear();
  read(binary(rows, "\n"));
  EXPECT_TRUE(all_.vectors == expected);
}

TEST_F(WordVectors, WhatIsWrongIsToldWithItsLine) {
  EXPECT_THAT(refusal("a 1 2\nb 3\n"), HasSubstr("v:2: 1 numbers, and the vectors have 2"));
  EXPECT_THAT(refusal("a 1 2\nb 3 x4\n"), HasSubstr("v:2: 'x4' is not a number"));
  EXPECT_THAT(refusal("a 1 2\n\nb 3 nan\n"), HasSubstr("v:3: 'nan' is not a number"));
  EXPECT_THAT(refusal("a 1 1e99\n"), HasSubstr("v:1: '1e99' is not a number"));
  EXPECT_THAT(refusal("hello\n"), HasSubstr("v:1: not a word and its numbers"));
  EXPECT_THAT(refusal("3 2\na 1 2\nb 3 4\n"), HasSubstr("says 3 rows, and it holds 2 rows"));
  EXPECT_THAT(refusal("1 2\na 1 2\nb 3 4\n"), HasSubstr("says 1 row, and it holds 2 rows"));
  EXPECT_THAT(refusal("3 0\n"), HasSubstr("v:1: a header of 3 rows of 0 numbers"));
  EXPECT_THAT(refusal("0 5\n"), HasSubstr("holds no word vectors"));
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("\xBA\x16\x4F\x2F\x0C"), HasSubstr("is a model of fastText"));
  EXPECT_THAT(refusal(std::string("PK\x03\x04\x00", 5)), HasSubstr("is a ZIP archive"));
  const Row odd = {-0.3F, 1.7F};
  const std::string whole = binary({{"a", odd}, {"b", odd}}, "\n");
  EXPECT_THAT(refusal(whole.substr(0, whole.size() - 3)), HasSubstr("row 2: is cut off"));
  EXPECT_THAT(refusal(whole + "c 12345678"), HasSubstr("goes on after the 2 rows"));
  float not_finite = 0;
  const uint32_t bits = 0x7f800000;
  std::memcpy(&not_finite, &bits, sizeof bits);
  EXPECT_THAT(refusal(binary({{"a", odd}, {"b", {-0.3F, not_finite}}}, "")),
              HasSubstr("row 2: a number that is not finite"));
}

// Numbers of words that nobody wants are not read, but counted.
TEST_F(WordVectors, UnwantedRowsMustHaveTheLength) {
  all_.unwanted = "b";
  EXPECT_EQ(read("a 1 2\nb x y\n").words, 2);
  EXPECT_EQ(all_.vectors.count("b"), 0U);
  EXPECT_THAT(refusal("a 1 2\nb\n"), HasSubstr("v:2: 0 numbers"));
}

TEST_F(WordVectors, MissingFile) {
  EXPECT_THROW(read_word_vectors(scratch_.file("none"), all_), UserError);
}

}  // namespace
}  // namespace fovea::data
