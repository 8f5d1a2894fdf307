#include "data/readers/rationales.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "support/scratch.h"

namespace fovea::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(WhitespaceWords, AsPythonSplits) {
  EXPECT_THAT(whitespace_words(" a bc\t\nd"), ElementsAre(Pair(1, 2), Pair(3, 5), Pair(7, 8)));
  EXPECT_THAT(whitespace_words(""), IsEmpty());
  EXPECT_THAT(whitespace_words(" \r\n "), IsEmpty());
  EXPECT_EQ(with_single_spaces("a\u00a0b\u3000c\u2003d\u0085e\x1f"
                               "f\u2028g\u202fh\u205fi\u1680j\vk\fl"),
            "a b c d e f g h i j k l");
  for (const char* one : {"a\u200bb",
                          "a\u00ad"
                          "b",
                          "a\u2060b", "做、事", "é\u2014é",
                          "a\ufeff"
                          "b"}) {
    EXPECT_EQ(with_single_spaces(one), one) << "no white space";
  }
}

class RationalesFile : public ::testing::Test {
 protected:
  Rationales read(const std::string& content) { return read_rationales(scratch_.write("r.txt", content)); }
  // What is said of a bad file, without its folder.
  std::string told(const std::string& content, std::string* remedy = nullptr) {
    try {
      read(content);
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_NE(error.remedy(), "");
      if (remedy) *remedy = error.remedy();
      const std::string text = error.what(), folder = scratch_.path().string() + "/";
      EXPECT_TRUE(text.starts_with(folder)) << text;
      return text.substr(folder.size());
    }
    return "";
  }

  test::Scratch scratch_;
};

TEST_F(RationalesFile, PlainLines) {
  const Rationales file = read("\xEF\xBB\xBF 3 0 2\r\n\n\t\n17\t5 6\n3 1 4\n3 1 4\n");
  EXPECT_TRUE(file.by_line);
  ASSERT_EQ(file.rationales.size(), 2U);
  EXPECT_EQ(file.rationales[0].row_line, 3);
  ASSERT_EQ(file.rationales[0].spans.size(), 3U);
  EXPECT_EQ(file.rationales[0].spans[1].start, 1);
  EXPECT_EQ(file.rationales[0].spans[1].end, 4);
  EXPECT_EQ(file.rationales[0].spans[1].line, 5);
  EXPECT_EQ(file.rationales[1].row_line, 17);
}

TEST_F(RationalesFile, PlainLinesThatAreNone) {
  std::string remedy;
  EXPECT_EQ(told("1 0 2\n1 0\n", &remedy), "r.txt:2: is not LINE START END, three whole numbers");
  EXPECT_THAT(remedy, HasSubstr("counted from 0, the last one not included"));
  for (const char* line : {"1 0 2 3", "1 0 two", "1 0 2.5", "1,0,2", "1 0 99999999999999999999", "# 1 0 2"}) {
    EXPECT_EQ(told(line), "r.txt:1: is not LINE START END, three whole numbers") << line;
  }
  EXPECT_EQ(told("1 -1 2"), "r.txt:1: the span -1 to 2 begins before the text");
  EXPECT_EQ(told("1 2 2"), "r.txt:1: the span 2 to 2 has no word");
  EXPECT_EQ(told("1 3 2"), "r.txt:1: the span 3 to 2 has no word");
  EXPECT_EQ(told(""), "r.txt: holds no rationale");
  EXPECT_EQ(told(" \n\t\n"), "r.txt: holds no rationale");
  EXPECT_THROW(read_rationales(scratch_.file("none.txt")), UserError);
}

TEST_F(RationalesFile, EraserWithDocumentsBesideIt) {
  std::filesystem::create_directory(scratch_.file("docs"));
  scratch_.write("docs/posR_1.txt", "a fine film .\nnot  dull\n");
  scratch_.write("docs/negR_2.txt", "it sucks .");
  const Rationales file = read(
      R"({"annotation_id": "posR_1.txt", "classification": "POS", "evidences": [[{"docid": "posR_1.txt", "start_token": 1, "end_token": 3, "start_sentence": 0, "end_sentence": 1, "text": "fine film"}], [{"docid": "posR_1.txt", "start_token": 4, "end_token": 6, "text": "not dull"}]], "query": "?", "query_type": null})"
      "\n"
      R"({"annotation_id": "negR_2.txt", "evidences": [[{"start_token": 0, "end_token": 2, "text": "it stinks"}]]})"
      "\n"
      R"({"annotation_id": "negR_3.txt", "evidences": []})");
  EXPECT_FALSE(file.by_line);
  ASSERT_EQ(file.rationales.size(), 2U);
  EXPECT_EQ(file.rationales[0].document, "a fine film . not dull");
  ASSERT_EQ(file.rationales[0].spans.size(), 2U);
  EXPECT_EQ(file.rationales[0].spans[1].start, 4);
  EXPECT_EQ(file.rationales[0].spans[1].line, 1);
  EXPECT_EQ(file.rationales[1].document, "it sucks .");
  EXPECT_EQ(file.misquoted, 1);
}

TEST_F(RationalesFile, EraserWithDocumentsInItsLines) {
  const Rationales file = read(
      R"({"annotation_id": "a", "docs": {"x": "one two", "y": "three  four"}, "evidences": [[{"docid": "x", "start_token": 0, "end_token": 1}, {"docid": "y", "start_token": 1, "end_token": 2}]]})"
      "\n"
      R"({"annotation_id": "b", "docs": {"z": "three four"}, "evidences": [[{"docid": "z", "start_token": 0, "end_token": 1}]]})");
  ASSERT_EQ(file.rationales.size(), 2U);
  EXPECT_EQ(file.rationales[1].document, "three four");
  EXPECT_EQ(file.rationales[1].spans.size(), 2U) << "of equal texts the spans come together";
  EXPECT_EQ(file.misquoted, 0);
}

TEST_F(RationalesFile, EraserLinesThatAreNone) {
  const auto evidence = [](const std::string& text) {
    return R"({"annotation_id": "a", "docs": {"a": "one two"}, "evidences": [[)" + text + "]]}";
  };
  EXPECT_THAT(told("{\"annotation_id\": "), HasSubstr("r.txt:1: is not JSON"));
  EXPECT_EQ(told("{\"annotation_id\": \"a\"}"), "r.txt:1: lacks annotation_id or evidences");
  EXPECT_EQ(told("{\"annotation_id\": 1, \"evidences\": []}"), "r.txt:1: lacks annotation_id or evidences");
  EXPECT_EQ(told("{\"annotation_id\": \"a\", \"evidences\": []}\n[]"), "r.txt:2: lacks annotation_id or evidences");
  EXPECT_EQ(told("{\"annotation_id\": \"a\", \"evidences\": [{}]}"), "r.txt:1: evidences is not a list of lists");
  EXPECT_EQ(told(evidence("{\"start_token\": 0}")), "r.txt:1: an evidence lacks end_token, a whole number");
  EXPECT_EQ(told(evidence("{\"start_token\": \"0\", \"end_token\": 1}")),
            "r.txt:1: an evidence lacks start_token, a whole number");
  EXPECT_EQ(told(evidence("3")), "r.txt:1: an evidence lacks start_token, a whole number");
  EXPECT_EQ(told(evidence("{\"start_token\": 1, \"end_token\": 1}")), "r.txt:1: the span 1 to 1 has no word");
  EXPECT_EQ(told(evidence("{\"start_token\": 0, \"end_token\": 3}")),
            "r.txt:1: the span 0 to 3 ends behind the document \"a\", which has 2 words");
  EXPECT_EQ(told(evidence("{\"start_token\": 0, \"end_token\": 1, \"docid\": 7}")), "r.txt:1: a docid is not a string");
  EXPECT_THAT(told(evidence("{\"start_token\": 0, \"end_token\": 1, \"docid\": \"b\"}")),
              HasSubstr("r.txt:1: the document \"b\" is not there: no file "));
  for (const char* id : {"../r.txt", "/etc/passwd", "", "x/../../r.txt"}) {
    EXPECT_THAT(told(evidence("{\"start_token\": 0, \"end_token\": 1, \"docid\": \"" + std::string(id) + "\"}")),
                HasSubstr("is no name of a file in docs"));
  }
  const std::string fine = evidence("{\"start_token\": 0, \"end_token\": 1}");
  EXPECT_EQ(told(fine), "");
  EXPECT_EQ(told(fine + "\n\n" + fine), "r.txt:3: \"a\" was annotated on line 1 already");
}

}  // namespace
}  // namespace fovea::data
