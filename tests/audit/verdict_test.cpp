// Every row of the table of grades, and what stands beside the grade.
#include "audit/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

Number between(double low, double high) {
  return {(low + high) / 2, 0.1, low, high, 50};
}

MetricSight metric(const char* name, double share) {
  return {name, between(share - 0.02, share + 0.02), share < kDiagnosticity};
}

Evidence good_quick() {
  Evidence out;
  out.nouns = {"word", "words", "text", "texts", "the unknown word"};
  out.answer_moves = 0.4;
  out.metrics = {metric("comprehensiveness", 0.9), metric("flip_fraction", 0.5)};
  out.permuted_median = 0.2;
  out.weights_beyond_random = between(0.1, 0.2);
  out.beyond_random = between(0.2, 0.3);
  return out;
}

Evidence good_standard() {
  Evidence out = good_quick();
  out.depth = Depth::kStandard;
  out.on_mask_twin = true;
  out.beside_best = BesideBest{"ig", between(-0.05, 0.02)};
  out.fidelity_beside_best = BesideBest{"loo", between(-0.03, 0.01)};
  out.planted_precision = 0.97;
  out.violation_rate = 0.06;
  out.seeds = 5;
  out.uniform_gap = between(0.01, 0.03);
  return out;
}

void expect_grade(const Evidence& evidence, Grade grade, const std::string& reason) {
  const Verdict verdict = decide(evidence);
  EXPECT_EQ(grade_name(verdict.grade), grade_name(grade)) << reason;
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr(reason)));
}

TEST(Verdict, QuickIsCappedAndProvisional) {
  const Verdict verdict = decide(good_quick());
  EXPECT_EQ(verdict.grade, Grade::kInformative);
  EXPECT_TRUE(verdict.provisional);
  EXPECT_FALSE(verdict.replaceable.has_value());
  EXPECT_FALSE(verdict.seen_data);
  EXPECT_FALSE(verdict.ignored);
  expect_grade(good_quick(), Grade::kInformative, "no higher grade than informative");
  Evidence all = good_standard();
  all.depth = Depth::kQuick;
  EXPECT_EQ(decide(all).grade, Grade::kInformative);
}

TEST(Verdict, Faithful) {
  const Verdict verdict = decide(good_standard());
  EXPECT_EQ(verdict.grade, Grade::kFaithful);
  EXPECT_FALSE(verdict.provisional);
  EXPECT_EQ(verdict.replaceable, false);
  EXPECT_EQ(verdict.reasons.size(), 1U);
}

TEST(Verdict, NotAuditable) {
  Evidence evidence = good_standard();
  evidence.has_weights = false;
  expect_grade(evidence, Grade::kNotAuditable, "no attention weights");
  evidence = good_standard();
  evidence.has_training_data = false;
  expect_grade(evidence, Grade::kNotAuditable, "training data is not there");
  evidence = good_quick();
  evidence.has_training_data = false;  // quick needs none
  EXPECT_EQ(decide(evidence).grade, Grade::kInformative);
  evidence = good_standard();
  evidence.answer_moves = 0.049;
  expect_grade(evidence, Grade::kNotAuditable, "hardly depends on the text");
  evidence.answer_moves = 0.05;
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  evidence.metrics = {metric("comprehensiveness", 0.59), metric("flip_fraction", 0.5)};
  expect_grade(evidence, Grade::kNotAuditable, "Every erasure metric is blind");
  evidence.metrics.push_back(metric("sufficiency", 0.61));
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  evidence.metrics.back().blind = true;  // fooled by a map that is known to lie
  EXPECT_EQ(decide(evidence).grade, Grade::kNotAuditable);
  evidence = good_standard();
  evidence.beyond_random = {};
  expect_grade(evidence, Grade::kNotAuditable, "no text in which it matters");
}

// One lucky text bears nothing, and a handful little.
TEST(Verdict, FewTextsBearLittle) {
  Evidence evidence = good_standard();
  EXPECT_FALSE(decide(evidence).provisional);
  evidence.beyond_random.n = 29;
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  EXPECT_TRUE(decide(evidence).provisional);
  expect_grade(evidence, Grade::kFaithful, "rests on 29 texts");
  evidence.beyond_random.n = 9;
  expect_grade(evidence, Grade::kNotAuditable, "only 9 texts in which it matters");
}

TEST(Verdict, ProvisionalWhereWhatDecidesIsBlind) {
  Evidence evidence = good_standard();
  evidence.metrics.push_back(metric("normalised_aopc", 0.7));
  EXPECT_FALSE(decide(evidence).provisional);
  evidence.metrics.back() = metric("normalised_aopc", 0.5);
  EXPECT_TRUE(decide(evidence).provisional);
  expect_grade(evidence, Grade::kFaithful, "hardly tells a sensible map");
}

TEST(Verdict, DecorativeWhereIgnored) {
  Evidence evidence = good_standard();
  evidence.permuted_median = 0.019;
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);  // the largest weight still matters
  evidence.weights_beyond_random = between(-0.01, 0.02);
  expect_grade(evidence, Grade::kDecorative, "does not use its attention");
  EXPECT_TRUE(decide(evidence).ignored);
  evidence.permuted_median = 0.02;
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
}

TEST(Verdict, DecorativeWhereNotAboveRandom) {
  for (const Number& number : {between(-0.01, 0.2), between(0, 0.1), between(-0.3, -0.1)}) {
    Evidence evidence = good_standard();
    evidence.beyond_random = number;
    expect_grade(evidence, Grade::kDecorative, "no more than in a random order");
    evidence = good_quick();
    evidence.beyond_random = number;
    EXPECT_EQ(decide(evidence).grade, Grade::kDecorative);
  }
}

TEST(Verdict, InformativeNamesWhatIsUnmet) {
  Evidence evidence = good_standard();
  evidence.beside_best = BesideBest{"ig", between(-0.2, -0.1)};
  expect_grade(evidence, Grade::kInformative, "normalised AOPC is below that of ig by .15 (.10 to .20)");
  evidence = good_standard();
  evidence.fidelity_beside_best = BesideBest{"loo", between(-0.2, -0.1)};
  expect_grade(evidence, Grade::kInformative, "F-Fidelity is below that of loo");
  evidence = good_standard();
  evidence.planted_precision = 0.949;
  expect_grade(evidence, Grade::kInformative, "planted word first in 95 %");
  evidence = good_standard();
  evidence.violation_rate = 0.101;
  expect_grade(evidence, Grade::kInformative, "speaks against the answer");
  evidence = good_standard();
  evidence.seeds = 4;
  expect_grade(evidence, Grade::kInformative, "4 trainings, not 5");
}

// What was not measured is not met.
TEST(Verdict, UnmeasuredIsUnmet) {
  Evidence evidence = good_standard();
  evidence.beside_best.reset();
  expect_grade(evidence, Grade::kInformative, "AOPC beside the best other method was not measured");
  evidence = good_standard();
  evidence.fidelity_beside_best.reset();
  expect_grade(evidence, Grade::kInformative, "F-Fidelity beside the best other method was not measured");
  evidence = good_standard();
  evidence.planted_precision.reset();
  expect_grade(evidence, Grade::kInformative, "No planted word");
  evidence.map_from_file = true;
  expect_grade(evidence, Grade::kInformative, "cannot be tried with a map from a file");
}

TEST(Verdict, StandsBesideEveryGrade) {
  for (Evidence evidence : {good_standard(), good_quick()}) {
    evidence.uniform_gap = between(-0.005, 0.02);
    evidence.seen_inputs = 3;
    for (const double moves : {0.4, 0.0}) {
      evidence.answer_moves = moves;
      const Verdict verdict = decide(evidence);
      EXPECT_EQ(verdict.replaceable, true);
      EXPECT_TRUE(verdict.seen_data);
      EXPECT_THAT(verdict.reasons, Contains(HasSubstr("even weights the accuracy differs by .75 (-.50 to 2.00)")));
      EXPECT_THAT(verdict.reasons, Contains(HasSubstr("3 texts were in the training")));
    }
  }
  Evidence worse = good_standard();
  worse.uniform_gap = between(-0.03, -0.01);  // the twin is better
  EXPECT_EQ(decide(worse).replaceable, true);
  EXPECT_THAT(decide(worse).reasons, Contains(HasSubstr("it costs accuracy, -2.00 (-3.00 to -1.00) points")));
  Evidence better = good_standard();
  better.uniform_gap = between(0.001, 0.02);
  EXPECT_EQ(decide(better).replaceable, false);
}

TEST(Verdict, GradesRise) {
  EXPECT_LT(Grade::kNotAuditable, Grade::kDecorative);
  EXPECT_LT(Grade::kDecorative, Grade::kInformative);
  EXPECT_LT(Grade::kInformative, Grade::kFaithful);
  EXPECT_EQ(grade_name(Grade::kNotAuditable), "not-auditable");
}

// Of a kind of model that reads no texts.
TEST(Verdict, SpeaksOfWhatTheModelReads) {
  Evidence evidence = good_standard();
  evidence.nouns = {"region", "regions", "picture", "pictures", "grey"};
  evidence.planted_precision.reset();
  evidence.violation_rate = 0.3;
  evidence.seen_inputs = 2;
  const Verdict verdict = decide(evidence);
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("Erasing regions in the order of the map does more")));
  EXPECT_THAT(verdict.reasons, Contains("No planted region was tried."));
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("of the pictures its top region speaks against the answer")));
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("2 pictures were in the training")));
  evidence.answer_moves = 0;
  EXPECT_THAT(decide(evidence).reasons,
              Contains(HasSubstr("The answer hardly depends on the picture: masking every region moves it")));
  for (const std::string& reason : verdict.reasons) {
    EXPECT_EQ(reason.find("word"), std::string::npos) << reason;
    EXPECT_EQ(reason.find("text"), std::string::npos) << reason;
  }
}

}  // namespace
}  // namespace fovea::audit
