#include "data/vocab/pretrained.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scratch.h"

namespace fovea::data {
namespace {

using ::testing::ElementsAre;

Pretrained match(const std::string& content, const std::vector<std::string>& forms, int64_t extra = 0,
                 bool case_fold = true) {
  const test::Scratch scratch;
  std::vector<const std::string*> asked;
  for (const std::string& form : forms) asked.push_back(&form);
  return read_pretrained({scratch.write("v", content), extra, false}, asked, case_fold);
}

float first(const Pretrained& vectors, const std::string& word) {
  const float* found = vectors.find(word);
  return found ? found[0] : -99;
}

TEST(Pretrained, AsTheyStandThenFolded) {
  const Pretrained vectors =
      match("Paris 1 0\nPARIS 2 0\nThe 3 0\nthe 4 0\nthe 5 0\nＦｕｌｌ 6 0\n", {"paris", "the", "full", "rare"});
  EXPECT_EQ(first(vectors, "paris"), 1) << "the first of several that fold alike";
  EXPECT_EQ(first(vectors, "the"), 4) << "as it stands wins over an earlier folded one, and the first of equal ones";
  EXPECT_EQ(first(vectors, "full"), 6);
  EXPECT_EQ(vectors.find("rare"), nullptr);
  EXPECT_EQ(vectors.folded, 2);
  EXPECT_THAT(vectors.words, ElementsAre("paris", "the", "full"));
  EXPECT_EQ(vectors.file.words, 6);
}

// A vocabulary that keeps case meets a file without.
TEST(Pretrained, SeveralFormsShareAFoldedVector) {
  const Pretrained vectors = match("paris 1 0\nrome 2 0\n", {"Paris", "PARIS", "paris", "Rome"}, 0, false);
  EXPECT_EQ(first(vectors, "Paris"), 1);
  EXPECT_EQ(first(vectors, "PARIS"), 1);
  EXPECT_EQ(first(vectors, "paris"), 1);
  EXPECT_EQ(first(vectors, "Rome"), 2);
  EXPECT_EQ(vectors.folded, 3);
}

TEST(Pretrained, ExtraWordsComeFromTheBeginning) {
  const std::string file = "the 1 0\nOf 2 0\nof 3 0\nand 4 0\nto 5 0\n";
  const Pretrained none = match(file, {"the", "to"});
  EXPECT_THAT(none.words, ElementsAre("the", "to"));
  const Pretrained one = match(file, {"the", "to"}, 1);
  EXPECT_THAT(one.words, ElementsAre("the", "to", "of"));
  EXPECT_EQ(first(one, "of"), 2);
  EXPECT_EQ(first(one, "and"), -99);
  const Pretrained cased = match(file, {"the", "to"}, 9, false);
  EXPECT_THAT(cased.words, ElementsAre("the", "to", "Of", "of", "and"));
}

}  // namespace
}  // namespace fovea::data
