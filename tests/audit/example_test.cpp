#include "audit/example.h"

#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

struct Made {
  Material material;
  Answers answers;
  Map map{"attention", MapKind::kAudited, {}};
  std::vector<std::vector<double>> losses;
  std::vector<double> comprehensiveness;

  // A text of `words` words that is answered by class 0. The map puts word 0 first; word 1 takes `lead` more than it.
  void add(int words, int64_t truth, double moved, double lead = 0) {
    Text text;
    text.ids.assign(static_cast<size_t>(words), 1);
    std::vector<double> scores(static_cast<size_t>(words), 0), loss(static_cast<size_t>(words), -1);
    scores[0] = 1;
    loss[0] = 0.1;
    loss[1] = 0.1 + lead;
    material.texts.push_back(text);
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
