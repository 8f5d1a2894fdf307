// Every row and limit of the table of grades, and what stands beside the grade.
#include "audit/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Number between(double low, double high) {
  return {(low + high) / 2, 0.1, low, high, 200};
}

Number at(double mean, double low, double high) {
  return {mean, 0.1, low, high, 200};
}

MetricSight metric(const char* name, double share) {
  return {name, between(share - 0.02, share + 0.02), share < kDiagnosticity};
}

Evidence good_quick() {
  Evidence out;
  out.nouns = {"word", "words", "text", "texts", "the unknown word"};
  out.answers.moved = between(0.4, 0.6);
  out.answers.differ = 0.3;
  out.metrics = {metric("comprehensiveness", 0.9), metric("flip_fraction", 0.5)};
  out.permuted = between(0.2, 0.3);
  out.weights_beyond_random = between(0.1, 0.2);
  out.recovery = {between(0.9, 1.0), 200, "ig", 0.001};
  out.baselines = {{"position", between(0.2, 0.3)}, {"bag-of-words", between(0.01, 0.1)}};
  out.beside_best = BesideBest{"ig", between(-0.3, -0.2)};
  return out;
}

Evidence good_standard() {
  Evidence out = good_quick();
  out.depth = Depth::kStandard;
  out.on_mask_twin = true;
  out.beside_best = BesideBest{"ig", between(-0.04, 0.02)};
  out.fidelity_beside_best = BesideBest{"loo", between(-0.009, 0.01), 0.2};
  out.planted_precision = between(0.96, 0.99);
  out.violation = at(0.06, 0.03, 0.12);
  out.violation_of_all = at(0.06, 0.03, 0.09);
  for (int64_t number = 1; number <= 4; ++number) {
    out.trainings.push_back({number, Grade::kFaithful, between(0.9, 1.0)});
  }
  out.uniform_gap = between(0.011, 0.03);
  out.halves = {Grade::kFaithful, Grade::kFaithful};
  return out;
}

void expect_grade(const Evidence& evidence, Grade grade, const std::string& reason) {
  const Verdict verdict = decide(evidence);
  EXPECT_EQ(grade_name(verdict.grade), grade_name(grade)) << reason;
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr(reason)));
}

TEST(Verdict, QuickIsCappedAndProvisional) {
  const Verdict verdict = decide(good_quick());
  EXPECT_EQ(verdict.grade, Grade::kInformative) << ::testing::PrintToString(verdict.reasons);
  EXPECT_TRUE(verdict.provisional);
  EXPECT_FALSE(verdict.replaceable.has_value());
  EXPECT_FALSE(verdict.seen_data);
  EXPECT_EQ(verdict.ignored, false);
  expect_grade(good_quick(), Grade::kInformative, "no higher grade than informative");
  expect_grade(good_quick(), Grade::kInformative,
               "The weights go 95 % (90 to 100) of the way from random words to the best other method (ig).");
  Evidence all = good_standard();
  all.depth = Depth::kQuick;
  EXPECT_EQ(decide(all).grade, Grade::kInformative);
}

TEST(Verdict, Faithful) {
  const Verdict verdict = decide(good_standard());
  EXPECT_EQ(verdict.grade, Grade::kFaithful) << ::testing::PrintToString(verdict.reasons);
  EXPECT_FALSE(verdict.provisional);
  EXPECT_EQ(verdict.replaceable, false);
  EXPECT_EQ(verdict.reasons.size(), 1U) << ::testing::PrintToString(verdict.reasons);
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
  evidence.metrics = {metric("comprehensiveness", 0.59), metric("flip_fraction", 0.5)};
  expect_grade(evidence, Grade::kNotAuditable, "Every erasure metric is blind");
  evidence.metrics.push_back(metric("sufficiency", 0.61));
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  evidence = good_standard();
  evidence.recovery = {};
  expect_grade(evidence, Grade::kNotAuditable, "no text in which it matters");
  evidence.recovery.inputs = 60;
  expect_grade(evidence, Grade::kNotAuditable, "surely does more than that of random ones");
}

// Half of the answers may rightly stay as they are: a share and a mean decide, never a median.
TEST(Verdict, TheAnswersDependWhereSomeMoveOrAllDiffer) {
  Evidence evidence = good_standard();
  evidence.answers.moved = at(0.1, 0.05, 0.2);
  evidence.answers.differ = 0;
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  evidence.answers.moved.mean = 0.099;
  expect_grade(evidence, Grade::kNotAuditable, "gives one answer to all texts");
  evidence.answers.differ = 0.05;
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  evidence.answers.differ = 0.049;
  EXPECT_EQ(decide(evidence).grade, Grade::kNotAuditable);
}

TEST(Verdict, SaysOfWhichLabelThereIsNothingToShow) {
  Evidence evidence = good_standard();
  evidence.answers.silent = {"neg"};
  evidence.answers.told = 291;
  expect_grade(evidence, Grade::kFaithful, "For “neg” there is nothing to show");
  expect_grade(evidence, Grade::kFaithful, "the grade is of the other 291 texts");
  evidence.answers.always = "ok";
  expect_grade(evidence, Grade::kFaithful, "It answers “ok” to every text.");
  evidence.answers.otherwise = 3;
  expect_grade(evidence, Grade::kFaithful, "It answers “ok” to all texts but 3.");
}

// One lucky text bears nothing, and a handful little.
TEST(Verdict, FewTextsBearLittle) {
  Evidence evidence = good_standard();
  EXPECT_FALSE(decide(evidence).provisional);
  evidence.recovery.inputs = 50;
  EXPECT_FALSE(decide(evidence).provisional);
  evidence.recovery.inputs = 49;
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  EXPECT_TRUE(decide(evidence).provisional);
  expect_grade(evidence, Grade::kFaithful, "rests on 49 texts");
  evidence.recovery.inputs = 9;
  expect_grade(evidence, Grade::kNotAuditable, "only 9 texts in which it matters");
}

TEST(Verdict, ProvisionalWhereWhatDecidesIsBlindOrTheHalvesDisagree) {
  Evidence evidence = good_standard();
  evidence.metrics.push_back(metric("normalised_aopc", 0.7));
  EXPECT_FALSE(decide(evidence).provisional);
  evidence.metrics.back() = metric("normalised_aopc", 0.5);
  EXPECT_TRUE(decide(evidence).provisional);
  expect_grade(evidence, Grade::kFaithful, "hardly tells the best other method");
  evidence = good_standard();
  evidence.halves = {Grade::kFaithful, Grade::kDecorative};
  EXPECT_TRUE(decide(evidence).provisional);
  expect_grade(evidence, Grade::kFaithful, "one alone would be faithful, the other decorative");
}

// Sizes decide and not significance, so that more texts do not change what is said.
TEST(Verdict, IgnoredBySizes) {
  Evidence evidence = good_standard();
  evidence.permuted = at(0.014, 0.013, 0.015);
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful) << "the largest weight still matters";
  evidence.weights_beyond_random = at(0.0005, 0.0004, 0.0006);  // surely above 0, and nothing for all that
  expect_grade(evidence, Grade::kDecorative, "does not use its attention");
  EXPECT_EQ(decide(evidence).ignored, true);
  evidence.permuted = at(0.02, 0.02, 0.021);
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  evidence.permuted = at(0.019, 0.018, 0.0199);
  EXPECT_EQ(decide(evidence).ignored, true);
  evidence.weights_beyond_random = at(0.001, 0.001, 0.0012);
  EXPECT_EQ(decide(evidence).ignored, false);
}

TEST(Verdict, AnIntervalAcrossALimitCannotTell) {
  Evidence evidence = good_standard();
  evidence.permuted = at(0.014, 0.013, 0.015);
  evidence.weights_beyond_random = at(0.0008, 0.0006, 0.0011);
  EXPECT_EQ(decide(evidence).ignored, std::nullopt);
  EXPECT_TRUE(decide(evidence).provisional);
  expect_grade(evidence, Grade::kDecorative, "cannot be told from these texts");
  evidence.weights_beyond_random = at(0.0011, 0.0009, 0.0013);
  expect_grade(evidence, Grade::kFaithful, "cannot be told from these texts");
  EXPECT_EQ(decide(evidence).ignored, std::nullopt);
}

TEST(Verdict, DecorativeWhereItGoesLessThanHalfOfTheWay) {
  for (Evidence evidence : {good_standard(), good_quick()}) {
    evidence.recovery.share = at(0.499, 0.45, 0.55);
    expect_grade(evidence, Grade::kDecorative, "less than half of the way");
    evidence.recovery.share = at(0.5, 0.35, 0.65);
    EXPECT_GE(decide(evidence).grade, Grade::kInformative);
    evidence.recovery.share = at(0.6, 0.349, 0.8);
    expect_grade(evidence, Grade::kDecorative, "may be as little as 35 %");
    evidence.recovery.share = at(0.26, 0.21, 0.31);
    expect_grade(evidence, Grade::kDecorative, "go 26 % (21 to 31) of the way from random words");
  }
}

// It must say more than the order of the words, how rare they are, what the data say, or where another model looks.
TEST(Verdict, DecorativeWhereNotAboveWhatDoesNotKnowTheModel) {
  for (const Number& ahead : {between(-0.01, 0.2), between(0, 0.1), between(-0.3, -0.1), Number{}}) {
    Evidence evidence = good_quick();
    evidence.baselines.push_back({"another model", ahead});
    expect_grade(evidence, Grade::kDecorative, "not shown to be above another model");
    evidence = good_standard();
    evidence.baselines[1].ahead = ahead;
    EXPECT_EQ(decide(evidence).grade, Grade::kFaithful) << "it is as good as the best method: nothing can be below it";
    evidence.beside_best->difference = between(-0.051, 0.02);
    EXPECT_EQ(decide(evidence).grade, Grade::kDecorative);
  }
  Evidence evidence = good_quick();
  evidence.not_compared = {"Not compared with a bag of words."};
  expect_grade(evidence, Grade::kInformative, "Not compared with a bag of words.");
}

TEST(Verdict, InformativeNamesWhatIsUnmet) {
  Evidence evidence = good_standard();
  evidence.beside_best = BesideBest{"ig", between(-0.0501, 0.02)};
  expect_grade(evidence, Grade::kInformative, "normalised AOPC is not shown to be as good as that of ig");
  evidence.beside_best = BesideBest{"ig", between(-0.0499, 0.02)};
  EXPECT_EQ(decide(evidence).grade, Grade::kFaithful);
  evidence = good_standard();
  evidence.fidelity_beside_best->difference = between(-0.011, 0.02);  // of a range of .2 no more than .01
  expect_grade(evidence, Grade::kInformative, "F-Fidelity is not shown to be as good as that of loo");
  evidence.fidelity_beside_best->range = 0;
  expect_grade(evidence, Grade::kInformative, "F-Fidelity tells no method from random words");
  evidence = good_standard();
  evidence.planted_precision = at(0.97, 0.949, 0.99);
  expect_grade(evidence, Grade::kInformative, "not shown to name a planted word first in 95 %");
  evidence = good_standard();
  evidence.violation_of_all = at(0.06, 0.04, 0.101);
  expect_grade(evidence, Grade::kInformative, "speaks against the answer in at most 10 %");
  evidence = good_standard();
  evidence.violation = at(0.11, 0.03, 0.2);
  expect_grade(evidence, Grade::kInformative, "speaks against the answer in at most 10 %");
}

// Absence of evidence is none: a wide interval that contains 0 does not make a map as good as the best method.
TEST(Verdict, AWideIntervalShowsNothing) {
  Evidence evidence = good_standard();
  evidence.beside_best = BesideBest{"ig", between(-0.4, 0.4)};
  EXPECT_EQ(decide(evidence).grade, Grade::kInformative);
}

TEST(Verdict, EachOfFiveTrainingsWouldGetItAndTheWorstIsShown) {
  Evidence evidence = good_standard();
  evidence.trainings.pop_back();
  expect_grade(evidence, Grade::kInformative, "4 trainings, not 5");
  evidence = good_standard();
  evidence.trainings[1] = {2, Grade::kDecorative, at(0.41, 0.3, 0.5)};
  evidence.trainings[2] = {3, Grade::kInformative, at(0.2, 0.1, 0.3)};
  expect_grade(evidence, Grade::kInformative,
               "Of 4 other trainings 2 would get faithful; the worst is decorative and goes 41 % (30 to 50)");
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
  expect_grade(evidence, Grade::kInformative, "The map goes 95 %");
  evidence = good_standard();
  evidence.violation = {};
  EXPECT_EQ(decide(evidence).grade, Grade::kInformative);
}

TEST(Verdict, APartThatContradictsTheWholeIsNamed) {
  Evidence evidence = good_quick();
  evidence.parts = {{"label", "neg", 80, Grade::kDecorative, at(0.2, 0.1, 0.3)},
                    {"label", "pos", 60, Grade::kInformative, between(0.8, 0.9)},
                    {"answer", "wrong", 55, Grade::kDecorative, at(0.6, 0.2, 0.9)}};  // too wide to contradict anything
  expect_grade(evidence, Grade::kInformative, "Of the 80 texts of label “neg” it is decorative: 20 % (10 to 30)");
  EXPECT_THAT(decide(evidence).reasons, Not(Contains(HasSubstr("pos"))));
  EXPECT_THAT(decide(evidence).reasons, Not(Contains(HasSubstr("wrong"))));
  evidence.recovery.share = at(0.3, 0.2, 0.4);
  expect_grade(evidence, Grade::kDecorative, "“pos” it is informative");
}

TEST(Verdict, ReplaceableOnlyWhereSurelyWithinAPoint) {
  for (Evidence evidence : {good_standard(), good_quick()}) {
    for (const double moves : {0.4, 0.0}) {
      evidence.answers.moved.mean = evidence.answers.differ = moves;
      evidence.uniform_gap = between(-0.005, 0.02);
      evidence.seen_inputs = 3;
      const Verdict verdict = decide(evidence);
      EXPECT_EQ(verdict.replaceable, false) << "an interval that contains 0 shows nothing";
      EXPECT_TRUE(verdict.seen_data);
      EXPECT_THAT(verdict.reasons, Contains(HasSubstr("no difference of accuracy could be shown: .75 (-.50 to 2.00)")));
      EXPECT_THAT(verdict.reasons, Not(Contains(HasSubstr("does not need attention"))));
      EXPECT_THAT(verdict.reasons, Contains(HasSubstr("3 texts were in the training")));
      evidence.uniform_gap = between(-0.0099, 0.0099);
      EXPECT_EQ(decide(evidence).replaceable, true);
      EXPECT_THAT(decide(evidence).reasons, Contains(HasSubstr("The task does not need attention")));
      evidence.uniform_gap = between(-0.0101, 0.009);
      EXPECT_EQ(decide(evidence).replaceable, false);
    }
  }
  Evidence worse = good_standard();
  worse.uniform_gap = between(-0.03, -0.01);  // the twin is better
  EXPECT_EQ(decide(worse).replaceable, false);
  EXPECT_THAT(decide(worse).reasons, Contains(HasSubstr("costs accuracy, -2.00 (-3.00 to -1.00) points")));
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
  evidence.violation = between(0.2, 0.4);
  evidence.seen_inputs = 2;
  evidence.answers.silent = {"none"};
  const Verdict verdict = decide(evidence);
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("from random regions to the best other method")));
  EXPECT_THAT(verdict.reasons, Contains("No planted region was tried."));
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("its top region speaks against the answer")));
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("2 pictures were in the training")));
  evidence.answers.moved.mean = evidence.answers.differ = 0;
  EXPECT_THAT(decide(evidence).reasons,
              Contains(HasSubstr("It gives one answer to all pictures: masking every region moves it")));
  for (const std::string& reason : verdict.reasons) {
    EXPECT_EQ(reason.find("word"), std::string::npos) << reason;
    EXPECT_EQ(reason.find("text"), std::string::npos) << reason;
  }
}

}  // namespace
}  // namespace fovea::audit
