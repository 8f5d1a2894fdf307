#include "audit/slices.h"

#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

SliceTexts made(size_t texts) {
  SliceTexts out;
  for (size_t i = 0; i < texts; ++i) {
    out.words.push_back(static_cast<int64_t>(2 + i % 40));
    out.truth.push_back(i % 2 ? 1 : 0);
    out.right.push_back(i % 4 != 0);
    out.dependence.push_back(0.4);
    out.permuted.push_back(0.2);
    out.comprehensiveness.push_back(i % 40 < 20 ? 0.5 + 0.01 * static_cast<double>(i % 3) : 0.1);  // short: informative
    out.random.push_back(i % 40 < 20 ? 0.1 : 0.1 + 0.01 * (static_cast<double>(i % 3) - 1));
    out.tau.push_back(i % 5 ? 0.3 : kNone);
    out.violates.push_back(0);
  }
  out.metrics = {{"comprehensiveness", std::vector<double>(texts, 0.9)}};
  return out;
}

const Slice& find(const std::vector<Slice>& slices, const std::string& by, const std::string& name) {
  for (const Slice& slice : slices)
    if (slice.by == by && slice.name == name) return slice;
  throw std::runtime_error(by + " " + name);
}

TEST(Slices, CutByLengthAnswerAndLabel) {
  const auto slices = slices_of(made(400), {"bad", "good"}, {});
  ASSERT_EQ(slices.size(), 8U);
  int64_t by_length = 0;
  for (const Slice& slice : slices)
    if (slice.by == "words") by_length += slice.texts;
  EXPECT_EQ(by_length, 400);
  EXPECT_EQ(find(slices, "answer", "wrong").texts, 100);
  EXPECT_EQ(find(slices, "label", "bad").texts, 200);
  const Slice& shortest = find(slices, "words", "2–11");
  EXPECT_EQ(shortest.grade, Grade::kInformative);
  EXPECT_EQ(shortest.tau.n, 80);
  EXPECT_EQ(find(slices, "words", "32–41").grade, Grade::kDecorative);
}

TEST(Slices, FewTextsGetNoGradeAndEqualLengthsOneSlice) {
  SliceTexts texts = made(29);
  texts.words.assign(29, 7);
  texts.right.assign(29, kNone);
  texts.truth.assign(29, -1);
  const auto slices = slices_of(texts, {"bad", "good"}, {});
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0].name, "7");
  EXPECT_FALSE(slices[0].grade.has_value());
}

}  // namespace
}  // namespace fovea::audit
