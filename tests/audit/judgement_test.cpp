#include "audit/judgement.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace fovea::audit {
namespace {

// Short texts, of up to 21 words, get far on the way, long ones not at all.
InputValues made(size_t texts) {
  InputValues out;
  for (size_t i = 0; i < texts; ++i) {
    const double noise = 0.01 * static_cast<double>(i % 3);
    out.parts.push_back(static_cast<int64_t>(2 + i % 40));
    out.truth.push_back(i % 2 ? 1 : 0);
    out.answer.push_back(i % 4 ? 1 : 0);
    out.right.push_back(i % 4 != 0);
    out.dependence.push_back(0.4);
    out.permuted.push_back(0.2);
    out.weights_matter.push_back(0.1);
    out.comprehensiveness.push_back(0.5);
    out.random.push_back(0.1);
    out.map_beyond.push_back(i % 40 < 20 ? 0.4 + noise : noise);
    out.best_beyond.push_back(0.5);
    out.tau.push_back(i % 5 ? 0.3 : kNone);
    out.violates.push_back(0);
  }
  return out;
}

Evidence of_words() {
  Evidence out;
  out.nouns.parts = "words";
  out.answers.moved.mean = 1;
  out.recovery.best = "ig";
  out.metrics = {{"comprehensiveness", {0.9, 0, 0.9, 0.9, 100}, false}};
  return out;
}

const Slice& find(const std::vector<Slice>& slices, const std::string& by, const std::string& name) {
  for (const Slice& slice : slices)
    if (slice.by == by && slice.name == name) return slice;
  throw std::runtime_error(by + " " + name);
}

TEST(Slices, CutByLengthAnswerAndLabelAndGradedAsTheWhole) {
  const auto slices = slices_of(made(400), all_rows(400), {"bad", "good"}, of_words());
  ASSERT_EQ(slices.size(), 8U);
  int64_t by_length = 0;
  for (const Slice& slice : slices)
    if (slice.by == "words") by_length += slice.inputs;
  EXPECT_EQ(by_length, 400);
  EXPECT_EQ(find(slices, "answer", "wrong").inputs, 100);
  EXPECT_EQ(find(slices, "label", "bad").inputs, 200);
  const Slice& shortest = find(slices, "words", "2–11");
  EXPECT_EQ(shortest.grade, Grade::kInformative);
  EXPECT_NEAR(shortest.recovered.mean, 0.82, 0.01);
  EXPECT_EQ(shortest.tau.n, 80);
  const Slice& longest = find(slices, "words", "32–41");
  EXPECT_EQ(longest.grade, Grade::kDecorative);
  EXPECT_NEAR(longest.recovered.mean, 0.02, 0.01);
  EXPECT_EQ(longest.p_holm, 1);
}

TEST(Slices, WhatDecoratesTheWholeDecoratesItsParts) {
  Evidence whole = of_words();
  whole.baselines = {{"position", {0.01, 0.1, -0.02, 0.04, 200}}};
  for (const Slice& slice : slices_of(made(400), all_rows(400), {"bad", "good"}, whole)) {
    EXPECT_EQ(slice.grade, Grade::kDecorative) << slice.name;
  }
}

TEST(Slices, FewTextsGetNoGradeAndEqualLengthsOneSlice) {
  InputValues texts = made(60);
  texts.parts.assign(60, 7);
  texts.right.assign(60, kNone);
  texts.truth.assign(60, -1);
  for (size_t i = 49; i < 60; ++i) texts.map_beyond[i] = kNone;
  auto slices = slices_of(texts, all_rows(60), {"bad", "good"}, of_words());
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0].name, "7");
  EXPECT_FALSE(slices[0].grade.has_value()) << "49 with bounds";
  texts.map_beyond[49] = 0.4;
  slices = slices_of(texts, all_rows(60), {"bad", "good"}, of_words());
  EXPECT_TRUE(slices[0].grade.has_value());
}

// Twenty parts that are just above the limit by luck: one alone would be informative.
TEST(Slices, HolmCorrectsOverTheParts) {
  InputValues texts = made(1200);
  const uint64_t base = stream_base({6, Purpose::kTest, 0});
  std::vector<std::string> labels;
  for (size_t label = 0; label < 20; ++label) labels.push_back(std::to_string(label));
  for (size_t i = 0; i < 1200; ++i) {
    texts.truth[i] = static_cast<int64_t>(i % 20);
    texts.right[i] = kNone;
    texts.parts[i] = 7;
    texts.map_beyond[i] = 0.3 + 1.2 * (uniform(base, i) - 0.5);  // 60 %, and so wide that each p is about .01
  }
  double least = 1, corrected = 1;
  for (const Slice& slice : slices_of(texts, all_rows(1200), labels, of_words())) {
    if (slice.by != "label") continue;
    Evidence alone = evidence_of_rows(of_words(), texts, [&] {
      Rows rows;
      for (size_t i = 0; i < 1200; ++i)
        if (std::to_string(texts.truth[i]) == slice.name) rows.push_back(i);
      return rows;
    }());
    EXPECT_GE(slice.p_holm, alone.recovery.p);
    least = std::min(least, alone.recovery.p);
    corrected = std::min(corrected, slice.p_holm);
  }
  EXPECT_GT(corrected, 5 * least);
}

TEST(Halves, AreDisjointAndDecideAsTheWholeDoes) {
  const InputValues texts = made(400);
  Evidence evidence = evidence_of_rows(of_words(), texts, all_rows(400));
  EXPECT_NEAR(evidence.recovery.share.mean, 0.42, 0.01);
  note_parts_and_halves(evidence, {}, texts, all_rows(400), 1);
  ASSERT_TRUE(evidence.halves);
  EXPECT_EQ((*evidence.halves)[0], (*evidence.halves)[1]);
  EXPECT_EQ((*evidence.halves)[0], decide(evidence).grade);
}

AuditValues answering(const std::vector<std::pair<double, double>>& texts) {  // p of class 0, how far masking moves it
  AuditValues out;
  for (const auto& [p, moves] : texts) {
    Reading reading;
    reading.probabilities = {p, 1 - p};
    out.answers.readings.push_back(reading);
    out.answers.answer.push_back(p >= 0.5 ? 0 : 1);
    out.dependence.push_back(moves);
  }
  return out;
}

// Of a default class nothing is to be shown: the others are graded, and the answers depend on the text for all that.
TEST(AnswerFacts, ADefaultClassIsSilentAndTheOthersAreGraded) {
  std::vector<std::pair<double, double>> texts(80, {0.1, 0.001});
  texts.insert(texts.end(), 20, {0.9, 0.8});
  const AuditValues values = answering(texts);
  const AnswerFacts facts = answer_facts(values, {"spam", "ham"});
  EXPECT_TRUE(facts.depends());
  EXPECT_NEAR(facts.moved.mean, 0.2, 1e-12);
  EXPECT_NEAR(facts.differ, 0.8 * 0.16 + 0.2 * 0.64, 1e-9);
  EXPECT_EQ(facts.silent, std::vector<std::string>{"ham"});
  EXPECT_EQ(facts.told, 20);
  EXPECT_FALSE(facts.always);
  const Rows rows = graded_rows(values, {"spam", "ham"}, facts);
  ASSERT_EQ(rows.size(), 20U);
  EXPECT_EQ(rows.front(), 80U);
}

// Where each input has classes of its own, that probabilities differ says nothing of the inputs.
TEST(AnswerFacts, OfClassesOfTheirOwnOnlyWhatMovesIsKnown) {
  std::vector<std::pair<double, double>> inputs(80, {0.1, 0.001});
  inputs.insert(inputs.end(), 20, {0.9, 0.001});
  EXPECT_TRUE(answer_facts(answering(inputs), {}).depends());
  const AuditValues values = answering(inputs);
  const AnswerFacts facts = answer_facts(values, {}, /*comparable=*/false);
  EXPECT_FALSE(facts.depends());
  EXPECT_TRUE(facts.silent.empty());
  EXPECT_FALSE(facts.always);
  EXPECT_EQ(facts.told, 100);
  EXPECT_EQ(graded_rows(values, {}, facts).size(), 100U);
}

TEST(AnswerFacts, WhereNothingMovesNothingIsLeftOut) {
  const AnswerFacts facts = answer_facts(answering({200, {0.9, 0.001}}), {"spam", "ham"});
  EXPECT_FALSE(facts.depends());
  EXPECT_TRUE(facts.silent.empty());
  EXPECT_EQ(facts.always, "spam");
  EXPECT_EQ(facts.otherwise, 0);
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
