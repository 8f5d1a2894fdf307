#include <algorithm>
#include <cmath>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tasks/text/answers.h"
#include "tasks/text/render.h"

namespace fovea::tasks {
namespace {

using draw::display_width;
using draw::Style;
using test::make_answer;
using ::testing::HasSubstr;
using ::testing::Not;

using test::kPlain;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void expect_narrow(const std::string& text, int width = 80) {
  for (const std::string& line : lines_of(text)) EXPECT_LE(display_width(line), width) << line;
}

// The number behind the `at`-th word of a line of the lesson's table, counted from its end.
double from_end(const std::string& line, int at) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return std::stod(words.at(words.size() - 1 - static_cast<size_t>(at)));
}

// Logits, probabilities and ranking from contributions and bias.
Mechanism mechanism(TextAnswer answer, const std::vector<std::string>& classes,
                    const std::vector<std::vector<double>>& contributions, const std::vector<double>& bias) {
  Mechanism out;
  out.attention = "additive";
  out.normalizer = "softmax";
  out.classes = classes;
  out.contributions = contributions;
  out.bias = bias;
  out.context = {0.6, -0.8, 1.5};
  out.logits = bias;
  for (const auto& row : contributions) {
    for (size_t label = 0; label < classes.size(); ++label) out.logits[label] += row[label];
  }
  double sum = 0;
  for (const double logit : out.logits) sum += std::exp(logit);
  answer.ranking.clear();
  for (size_t label = 0; label < classes.size(); ++label)
    answer.ranking.push_back({classes[label], std::exp(out.logits[label]) / sum});
  std::stable_sort(answer.ranking.begin(), answer.ranking.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  for (size_t at = 0; at < answer.tokens.size(); ++at) out.scores.push_back(1.25 * static_cast<double>(at) - 0.5);
  out.answer = std::move(answer);
  return out;
}

Mechanism not_bad() {
  return mechanism(make_answer("not a bad film", {{"not", 0.3125}, {"a", 0.0625}, {"bad", 0.5}, {"film", 0.125}}),
                   {"negative", "positive"}, {{-1.204, 1.104}, {0.01, -0.0104}, {0.611, -0.5}, {-0.25, 0.333}},
                   {-0.113, 0.12});
}

TEST(Lesson, TwoClassesInFull) {
  EXPECT_EQ(mechanism_lesson(not_bad(), kPlain),
            "“not a bad film” → positive 0.88\n"
            "\n"
            "Attention (additive): score → softmax → weight; weight × state → context;\n"
            "context → answer.\n"
            "\n"
            "word    score   weight   × even   contribution to positive\n"
            "not    -0.500    0.312     1.25          +1.104\n"
            "a       0.750    0.062     0.25          -0.010\n"
            "bad     2.000    0.500     2.00          -0.500\n"
            "film    3.250    0.125     0.50          +0.333\n"
            "───────────────────────────────────────────────\n"
            "sum              1.000                   +0.927\n"
            "\n"
            "context = Σ weight × state (3 numbers, norm 1.803)\n"
            "\n"
            "logit = bias + Σ contributions\n"
            "  logit(positive) =   0.120 +  0.927 =   1.047\n"
            "  logit(negative) =  -0.113 -  0.833 =  -0.946\n"
            "\n"
            "softmax: probability(positive) = e^1.047 / (e^1.047 + e^-0.946) = 0.880\n");
}

TEST(Lesson, TellsATemperature) {
  Mechanism warm = not_bad();
  warm.temperature = 2;
  warm.answer.ranking = {{"positive", 0.7304}, {"negative", 0.2696}};
  EXPECT_THAT(mechanism_lesson(warm, kPlain),
              ::testing::HasSubstr("temperature 2.000, fitted on the validation part: logits are divided by it\n"
                                   "softmax: probability(positive) = e^0.523 / (e^0.523 + e^-0.473) = 0.730\n"));
}

TEST(Lesson, OfSeveralLabelsHasASigmoidForEachThatIsGiven) {
  Mechanism several = not_bad();
  several.answer.multi_label = true;
  several.answer.ranking = {{"positive", 0.7402, true}, {"negative", 0.2797, false}};
  const std::string lesson = mechanism_lesson(several, kPlain);
  EXPECT_THAT(lesson, ::testing::HasSubstr("→ positive 0.74\n"));
  EXPECT_THAT(lesson, ::testing::HasSubstr("sigmoid: probability(positive) = 1 / (1 + e^-1.047) = 0.740, at or\n"
                                           "         above its threshold\n"));
  EXPECT_THAT(lesson, ::testing::Not(::testing::HasSubstr("probability(negative)")));
  several.answer.ranking = {{"positive", 0.7402, false}, {"negative", 0.2797, false}};
  EXPECT_THAT(mechanism_lesson(several, kPlain), ::testing::HasSubstr("→ (no label) 0.74\n"));
}

// Thresholds differ: a label that is given may stand behind one that is not.
TEST(Lesson, ShowsEveryLabelGiven) {
  Mechanism m = mechanism(make_answer("not bad", {{"not", 0.5}, {"bad", 0.5}}), {"A", "B", "C"},
                          {{1, 0.5, -1}, {0.5, 0, 0.25}}, {0, 0, 0});
  m.answer.multi_label = true;
  m.answer.ranking = {{"A", 0.8176, true}, {"B", 0.6225, false}, {"C", 0.3208, true}};
  const std::string lesson = mechanism_lesson(m, kPlain);
  EXPECT_THAT(lesson, HasSubstr("→ A, C 0.82\n"));
  EXPECT_THAT(lesson, HasSubstr("probability(A) = 1 / (1 + e^-1.500) = 0.818"));
  EXPECT_THAT(lesson, Not(HasSubstr("probability(B)")));
  EXPECT_THAT(lesson, HasSubstr("probability(C) = 1 / (1 + e^0.750) = 0.321"));
  m.answer.ranking[0].given = false;
  EXPECT_THAT(mechanism_lesson(m, kPlain), HasSubstr("→ C 0.32\n"));
}

TEST(Lesson, OfSentencesAddsUpBySentence) {
  Mechanism m = mechanism(test::two_sentences(), {"negative", "positive"}, {{0.5, -0.25}, {-1.0, 0.75}}, {0, 0});
  m.structure = "hierarchical";
  m.sentence_scores = {0.0, 1.0986};
  const std::string lesson = mechanism_lesson(m, kPlain);
  expect_narrow(lesson);
  EXPECT_THAT(lesson, HasSubstr("so a word has no contribution of its own."));
  EXPECT_THAT(lesson, HasSubstr("sentence            score   weight   × even   contribution to positive\n"
                                "1 It is dull.       0.000    0.250     0.50          -0.250\n"
                                "2 But I laughed!    1.099    0.750     1.50          +0.750\n"));
  EXPECT_THAT(lesson, HasSubstr("sentence 2      score    in it  × 0.750   × even\n"
                                "But             4.500    0.250    0.188     1.50\n"));
  EXPECT_THAT(lesson, HasSubstr("context = Σ weight × state of the sentence (3 numbers, norm 1.803)\n"));
  EXPECT_THAT(lesson, HasSubstr("  logit(positive) =   0.000 +  0.500 =   0.500\n"));
}

TEST(Lesson, OfRowsAndHeadsSaysWhatIsShown) {
  Mechanism m = not_bad();
  m.scores.clear();
  m.structure = "rows";
  m.answer.weight_rows = {{0.5, 0, 0.5, 0}, {0.125, 0.125, 0.5, 0.25}};
  EXPECT_THAT(mechanism_lesson(m, kPlain), HasSubstr("Attention (additive) in 2 rows"));
  EXPECT_THAT(mechanism_lesson(m, kPlain), Not(HasSubstr("   score")));
  m.structure = "flat";
  m.heads = 2;
  EXPECT_THAT(mechanism_lesson(m, kPlain), HasSubstr("Attention (additive) in 2 heads"));
}

TEST(Lesson, PrintedNumbersAddUp) {
  std::string text;
  std::vector<test::Word> words;
  std::vector<std::vector<double>> contributions;
  for (int at = 0; at < 60; ++at) {
    words.push_back({"w" + std::to_string(at), 1.0 / 60});
    text += words.back().text + " ";
    contributions.push_back({std::sin(at) / 3, std::cos(2.7 * at) / 5});
  }
  const auto lines = lines_of(
      mechanism_lesson(mechanism(make_answer(text, words), {"no", "yes"}, contributions, {0.3217, -0.4449}), kPlain));
  double printed = 0, total = 0;
  for (const std::string& line : lines) {
    if (line.starts_with("w") && !line.starts_with("word")) printed += from_end(line, 0);
    if (line.starts_with("sum")) total = from_end(line, 0);
    if (line.starts_with("  logit(no)")) {
      const double sum = from_end(line, 2) * (line.find(" - ") == std::string::npos ? 1 : -1);
      EXPECT_NEAR(from_end(line, 4) + sum, from_end(line, 0), 0.0016) << line;
    }
  }
  EXPECT_NEAR(printed, total, 60 * 0.0005);
}

TEST(Lesson, MoreThanTwoClassesShowTheRunnerUpAndTheLargestLogits) {
  std::vector<std::string> classes;
  std::vector<double> row, bias;
  for (int label = 0; label < 1000; ++label) {
    classes.push_back("class " + std::to_string(label));
    row.push_back(label == 417 ? 3.5 : label == 88 ? 2.25 : -0.001 * label);
    bias.push_back(0.01);
  }
  const std::string lesson =
      mechanism_lesson(mechanism(make_answer("word", {{"word", 1}}), classes, {row}, bias), kPlain);
  EXPECT_THAT(lesson, HasSubstr("    to class 417     to class 88\n"));
  EXPECT_THAT(lesson, HasSubstr("\n  logit(class 417) =   0.010 +  3.500 =   3.510\n  logit(class 88)  ="));
  EXPECT_THAT(lesson, HasSubstr("\n  … and 995 classes with smaller logits\n"));
  EXPECT_THAT(lesson, HasSubstr("e^3.510 / (e^3.510 + e^2.260 + …) ="));
  expect_narrow(lesson);
}

TEST(Lesson, ControlsSayWhatAWeightIs) {
  auto with = not_bad();
  with.scores.clear();
  with.attention = "mean";
  EXPECT_THAT(mechanism_lesson(with, kPlain), HasSubstr("There are no scores: every word weighs\nthe same, 1/n"));
  EXPECT_THAT(mechanism_lesson(with, kPlain), Not(HasSubstr("score   weight")));
  with.attention = "max";
  with.weights_are_shares = true;
  EXPECT_THAT(mechanism_lesson(with, kPlain), HasSubstr("(max). There\nare no scores: a weight here is the share"));
  EXPECT_THAT(mechanism_lesson(with, kPlain), HasSubstr("context = the features so taken (3 numbers"));
  with.attention = "last";
  EXPECT_THAT(mechanism_lesson(with, kPlain), HasSubstr("the last state of each direction (last)."));
}

TEST(Lesson, ChineseColumnsStandUnderEachOther) {
  const auto lesson = mechanism_lesson(mechanism(make_answer("酒店很好！", {{"酒店", 0.1}, {"很", 0.2}, {"好！", 0.7}}),
                                                 {"差", "好"}, {{0.5, -0.25}, {-1, 1.5}, {-2, 2.75}}, {0, 0.125}),
                                       kPlain);
  EXPECT_THAT(lesson, HasSubstr("酒店   -0.500    0.100     0.30          -0.250\n"
                                "很      0.750    0.200     0.60          +1.500\n"
                                "好！    2.000    0.700     2.10          +2.750\n"));
}

TEST(Lesson, HostileTextsAndLabelsStayInTheirLine) {
  TextAnswer answer = test::hostile_answer();
  answer.tokens_cut = 1234;
  const std::vector<std::vector<double>> contributions(answer.tokens.size(), {0.25, -0.5});
  const std::string label = test::kHostileLabel + std::string(200, 'x');
  const std::string lesson = mechanism_lesson(mechanism(answer, {label, "other"}, contributions, {0.5, 0}), kPlain);
  expect_narrow(lesson);
  for (const char c : lesson) EXPECT_FALSE((c >= 0 && c < 0x20 && c != '\n') || c == 0x7F) << int{c};
  EXPECT_THAT(lesson, HasSubstr("contribution to <b>␛[31mlab…\n</script><script>aler…   -0.500"));
  EXPECT_THAT(lesson, HasSubstr("The model read the first 15 words; the last 1,234 it did not."));
}

TEST(Lesson, WithoutWordsTheAnswerIsThePrior) {
  Mechanism empty;
  empty.answer = test::prior_answer();
  empty.classes = {"positive", "negative"};
  empty.bias = empty.logits = {0, 0};
  const std::string lesson = mechanism_lesson(empty, kPlain);
  EXPECT_THAT(lesson, HasSubstr("“  ” → negative 0.56\n\nThis text has no words"));
  EXPECT_THAT(lesson, HasSubstr("  negative             0.562\n  positive             0.438\n"));
}

TEST(Lesson, ShapesThatDoNotFitAreOurBug) {
  auto broken = not_bad();
  broken.contributions.pop_back();
  EXPECT_THROW(mechanism_lesson(broken, kPlain), InternalError);
}

}  // namespace
}  // namespace fovea::tasks
