#include "audit/judgement.h"

#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

SliceValues made(size_t texts) {
  SliceValues out;
  for (size_t i = 0; i < texts; ++i) {
    out.parts.push_back(static_cast<int64_t>(2 + i % 40));
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

Evidence of_words() {
  Evidence out;
  out.nouns.parts = "words";
  return out;
}

const Slice& find(const std::vector<Slice>& slices, const std::string& by, const std::string& name) {
  for (const Slice& slice : slices)
    if (slice.by == by && slice.name == name) return slice;
  throw std::runtime_error(by + " " + name);
}

TEST(Slices, CutByLengthAnswerAndLabel) {
  const auto slices = slices_of(made(400), {"bad", "good"}, of_words());
  ASSERT_EQ(slices.size(), 8U);
  int64_t by_length = 0;
  for (const Slice& slice : slices)
    if (slice.by == "words") by_length += slice.inputs;
  EXPECT_EQ(by_length, 400);
  EXPECT_EQ(find(slices, "answer", "wrong").inputs, 100);
  EXPECT_EQ(find(slices, "label", "bad").inputs, 200);
  const Slice& shortest = find(slices, "words", "2–11");
  EXPECT_EQ(shortest.grade, Grade::kInformative);
  EXPECT_EQ(shortest.tau.n, 80);
  EXPECT_EQ(find(slices, "words", "32–41").grade, Grade::kDecorative);
}

TEST(Slices, FewTextsGetNoGradeAndEqualLengthsOneSlice) {
  SliceValues texts = made(29);
  texts.parts.assign(29, 7);
  texts.right.assign(29, kNone);
  texts.truth.assign(29, -1);
  const auto slices = slices_of(texts, {"bad", "good"}, of_words());
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0].name, "7");
  EXPECT_FALSE(slices[0].grade.has_value());
}

struct Made {
  Material material;
  Answers answers;
  Map map{"attention", MapKind::kAudited, {}};
  std::vector<std::vector<double>> losses;
  std::vector<double> comprehensiveness;

  // A text of `words` words that is answered by class 0. The map puts word 0 first; word 1 takes `lead` more than it.
  void add(int words, int64_t truth, double moved, double lead = 0) {
    std::vector<double> scores(static_cast<size_t>(words), 0), loss(static_cast<size_t>(words), -1);
    scores[0] = 1;
    loss[0] = 0.1;
    loss[1] = 0.1 + lead;
    material.truth.push_back(truth);
    Reading reading;
    reading.probabilities = {0.9, 0.1};
    answers.readings.push_back(reading);
    answers.answer.push_back(0);
    map.scores.push_back(scores);
    losses.push_back(loss);
    comprehensiveness.push_back(moved);
  }
  std::vector<Example> examples() const { return examples_of(material, answers, map, losses, comprehensiveness); }
};

TEST(Examples, OneOfTheMiddleAndOneAgainstTheMap) {
  Made made;
  made.add(6, 0, 0.1);
  made.add(6, 0, 0.3);
  made.add(6, 0, 0.9, 0.2);
  made.add(6, 1, 0.2, 0.5);   // wrong: never typical
  made.add(60, 0, 0.3, 0.7);  // too long to be read
  made.add(6, 1, 0.2, -0.9);
  const std::vector<Example> examples = made.examples();
  ASSERT_EQ(examples.size(), 2U);
  EXPECT_EQ(examples[0].kind, Example::Kind::kTypical);
  EXPECT_EQ(examples[0].row, 1U);
  EXPECT_EQ(examples[0].probability, 0.9);
  EXPECT_EQ(examples[0].top, 0U);
  EXPECT_EQ(examples[1].kind, Example::Kind::kOdd);
  EXPECT_EQ(examples[1].row, 3U);
  EXPECT_EQ(examples[1].truth, 1);
  EXPECT_EQ(examples[1].strongest, 1U);
}

TEST(Examples, WithoutShortOrRightOnesTheOthersServe) {
  Made made;
  made.add(60, 1, 0.1);
  made.add(50, -1, 0.2);
  made.add(90, 1, 0.3);
  const std::vector<Example> examples = made.examples();
  ASSERT_EQ(examples.size(), 1U);  // nowhere does another word take more
  EXPECT_EQ(examples[0].row, 1U);
}

}  // namespace
}  // namespace fovea::audit
