#include "audit/bounds.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include <gtest/gtest.h>

#include "audit/fake_model.h"
#include "base/files.h"
#include "base/json.h"

namespace fovea::audit {
namespace {

using test::no_progress;

// Answers by the set of parts that are gone: left[bits of those gone] is p of class 0.
struct SetModel : Subject {
  std::vector<double> left;
  int64_t asked = 0;
  int64_t inputs() const override { return 1; }
  int64_t parts(int64_t) const override { return std::bit_width(left.size()) - 1; }
  int64_t classes() const override { return 2; }
  bool can(Erased) const override { return true; }
  std::vector<Reading> read(std::span<const Question>) override { return {}; }
  std::vector<std::vector<double>> logits(std::span<const Question> questions) override {
    std::vector<std::vector<double>> out;
    for (const Question& question : questions) {
      size_t gone = 0;
      for (const int64_t part : question.gone) gone |= size_t{1} << part;
      out.push_back({std::log(left[gone] / (1 - left[gone])), 0});
      ++asked;
    }
    return out;
  }
  std::vector<std::vector<double>> logits_under(int64_t, std::span<const Looks>) override { return {}; }
  std::vector<attribution::Prior> priors(int64_t) override { return {}; }
  uint64_t identity(int64_t) const override { return 0; }
  attribution::Nouns nouns() const override { return {}; }
};

const Rows kOne = {0};

Answers answers_for(const SetModel& model) {
  Reading reading;
  reading.probabilities = {model.left[0], 1 - model.left[0]};
  reading.logits = {std::log(model.left[0] / (1 - model.left[0])), 0};
  return {{reading}, {0}};
}

std::vector<std::vector<std::vector<double>>> no_maps() {
  return {};
}

// Every order was tried in Python (tests/support/trust_oracle.py).
TEST(Bounds, OfFewWordsAreThoseOfAllOrders) {
  const Json recorded = Json::parse(read_file(FOVEA_SOURCE_DIR "/tests/golden/trust.json")).at("bounds");
  ASSERT_EQ(recorded.size(), 3U);
  for (const Json& one : recorded) {
    SetModel model;
    model.left = one.at("left").get<std::vector<double>>();
    const size_t n = one.at("n");
    ASSERT_EQ(model.parts(0), static_cast<int64_t>(n));
    const Bounds bounds = bounds_of(model, {}, kOne, answers_for(model), no_maps(), 1, no_progress);
    EXPECT_NEAR(bounds.lowest[0], one.at("low"), 1e-9) << n;
    EXPECT_NEAR(bounds.highest[0], one.at("high"), 1e-9) << n;
    EXPECT_EQ(model.asked, (int64_t{1} << n) - 2);
  }
}

// By hand: p is .9 of the whole text, .5, .8 or .7 without one word, and .1, .3 or .6 without two.
TEST(Bounds, TheLeastAndTheMostOfEachCountAreOfAllSets) {
  SetModel model;
  model.left = {0.9, 0.5, 0.8, 0.1, 0.7, 0.3, 0.6, 0.2};  // by the words gone: none, 1, 2, 12, 3, 13, 23, 123
  const Bounds bounds = bounds_of(model, {}, kOne, answers_for(model), no_maps(), 1, no_progress);
  ASSERT_EQ(bounds.most[0].size(), 2U);
  EXPECT_NEAR(bounds.least[0][0], 0.1, 1e-9);
  EXPECT_NEAR(bounds.most[0][0], 0.4, 1e-9);
  EXPECT_NEAR(bounds.least[0][1], 0.3, 1e-9);
  EXPECT_NEAR(bounds.most[0][1], 0.8, 1e-9);
}

// Wide enough a beam is exhaustive; a narrow one is never beyond the truth.
TEST(Bounds, TheBeamFindsWhatAllOrdersFind) {
  SetModel model;
  const uint64_t base = stream_base({5, Purpose::kTest, 0});
  for (uint64_t set = 0; set < 64; ++set) model.left.push_back(0.01 + 0.98 * uniform(base, set));
  BoundsOptions all, wide, narrow;
  wide.exhaustive_up_to = narrow.exhaustive_up_to = 1;
  wide.beam = 64;
  wide.next = 64;
  narrow.beam = 1;
  const auto search = [&](const BoundsOptions& options) {
    return bounds_of(model, options, kOne, answers_for(model), no_maps(), 1, no_progress);
  };
  const Bounds truth = search(all), beam = search(wide), greedy = search(narrow);
  EXPECT_NEAR(beam.highest[0], truth.highest[0], 1e-12);
  EXPECT_NEAR(beam.lowest[0], truth.lowest[0], 1e-12);
  EXPECT_LE(greedy.highest[0], truth.highest[0] + 1e-12);
  EXPECT_GE(greedy.lowest[0], truth.lowest[0] - 1e-12);
  EXPECT_LT(greedy.highest[0] - greedy.lowest[0], truth.highest[0] - truth.lowest[0]);
}

TEST(Bounds, MapsLieBetweenThem) {
  SetModel model;
  // Word 1 carries all: without it the answer falls from .9 to .3.
  for (uint64_t set = 0; set < 16; ++set) model.left.push_back(set & 1 ? 0.3 : 0.9);
  const std::vector<std::vector<std::vector<double>>> maps = {{{4, 3, 2, 1}}, {{1, 2, 3, 4}}, {{3, 4, 2, 1}}};
  const Bounds bounds = bounds_of(model, {}, kOne, answers_for(model), maps, 1, no_progress);
  EXPECT_NEAR(bounds.highest[0], 0.6, 1e-9);
  EXPECT_NEAR(bounds.lowest[0], 0, 1e-9);
  EXPECT_NEAR(bounds.of_map[2][0], (0 + 0.6 + 0.6) / 3, 1e-9);
  EXPECT_NEAR(bounds.normalised[0][0], 1, 1e-9);
  EXPECT_NEAR(bounds.normalised[1][0], 0, 1e-9);
  EXPECT_NEAR(bounds.normalised[2][0], 2.0 / 3, 1e-9);
}

// One word decides and six do next to nothing: in which order those come is nothing to a map.
TEST(Bounds, PiecesThatDoNothingAreTies) {
  SetModel model;
  for (uint64_t set = 0; set < 128; ++set) {
    model.left.push_back(set & 1 ? 0.3 - 0.02 * std::popcount(set) : 0.999 - 0.001 * std::popcount(set));
  }
  const std::vector<std::vector<std::vector<double>>> maps = {
      {{9, 6, 5, 4, 3, 2, 1}}, {{9, 1, 2, 3, 4, 5, 6}}, {{5, 9, 6, 4, 3, 2, 1}}};
  const Bounds bounds = bounds_of(model, {}, kOne, answers_for(model), maps, 1, no_progress);
  EXPECT_NEAR(bounds.normalised[0][0], 1, 1e-9);
  EXPECT_NEAR(bounds.normalised[1][0], 1, 1e-9);
  EXPECT_NEAR(bounds.normalised[2][0], 4.0 / 6, 1e-9) << "two others come first";
  EXPECT_LE(model.asked, 8);
}

// Beyond doubt no single word moves the answer, though two together do: then the log-odds tell which are ties.
TEST(Bounds, OfASureAnswerTheLogOddsTellTheTies) {
  SetModel model;
  for (uint64_t set = 0; set < 16; ++set) {
    const double odds = 8 - 3.0 * (set & 1) - 3.0 * (set >> 1 & 1) - 0.01 * (set >> 2 & 1) - 0.01 * (set >> 3);
    model.left.push_back(1 / (1 + std::exp(-odds)));
  }
  const Bounds bounds =
      bounds_of(model, {}, kOne, answers_for(model), {{{4, 3, 2, 1}}, {{4, 3, 1, 2}}}, 1, no_progress);
  EXPECT_EQ(bounds.normalised[0][0], bounds.normalised[1][0]);
  EXPECT_NEAR(bounds.normalised[0][0], 1, 1e-9);
}

TEST(Bounds, NoneWhereNoOrderMatters) {
  SetModel model;
  model.left.assign(8, 0.7);
  const Bounds bounds = bounds_of(model, {}, kOne, answers_for(model), {{{1, 2, 3}}}, 1, no_progress);
  EXPECT_TRUE(std::isnan(bounds.normalised[0][0]));
}

TEST(Bounds, LongTextsAreGroupedInEqualSpans) {
  EXPECT_EQ(pieces_of(3, 40), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(pieces_of(10, 4), (std::vector<int64_t>{0, 2, 5, 7}));
  const auto begins = pieces_of(3001, 40);
  EXPECT_EQ(begins.size(), 40U);
  for (size_t i = 1; i < begins.size(); ++i) EXPECT_NEAR(begins[i] - begins[i - 1], 75, 1);

  SetModel model;  // eight words in four pieces; the third piece (words 5, 6) carries all
  for (uint64_t set = 0; set < 256; ++set) model.left.push_back((set & 0x30) == 0x30 ? 0.2 : 0.8);
  BoundsOptions options;
  options.most_pieces = 4;
  const std::vector<std::vector<std::vector<double>>> maps = {{{0, 0, 0, 0, .3, .3, .4, 0}}};  // .6 in the third
  const Bounds bounds = bounds_of(model, options, kOne, answers_for(model), maps, 1, no_progress);
  EXPECT_EQ(bounds.grouped, 1);
  EXPECT_NEAR(bounds.highest[0], 0.6, 1e-9);
  EXPECT_NEAR(bounds.normalised[0][0], 1, 1e-9);
}

// Texts of several lengths are searched in step; each comes to what it comes to alone.
TEST(Bounds, TextsDoNotDisturbEachOther) {
  test::FakeModel model = test::rule_model();
  const test::RuleTexts material = test::rule_texts(12);
  model.texts = material.texts;
  const Answers answers = answers_of(model);
  const Bounds together = bounds_of(model, {}, all_rows(12), answers, no_maps(), 1, no_progress);
  for (size_t text = 0; text < 12; ++text) {
    const Answers one{{answers.readings[text]}, {answers.answer[text]}};
    const Bounds alone = bounds_of(model, {}, {text}, one, no_maps(), 1, no_progress);
    EXPECT_NEAR(alone.highest[0], together.highest[text], 1e-12);
    EXPECT_NEAR(alone.lowest[0], together.lowest[text], 1e-12);
    EXPECT_LT(alone.lowest[0], alone.highest[0]);
  }
}

}  // namespace
}  // namespace fovea::audit
