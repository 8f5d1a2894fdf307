#include "report/tuning_text.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/measures.h"
#include "support/schema.h"

namespace fovea::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

study::TuneResult made_result() {
  study::Trial start, better, failed;
  start.stage = "start";
  start.epochs = 6;
  start.score = 0.81;
  start.validation = {{"accuracy", 0.81}, {"loss", 0.5}};
  start.seconds = 6.5;
  start.bytes = 23'456'789;
  better = start;
  better.stage = "dropouts";
  better.change = better.settings = {{"embedding-dropout", "0.33"}, {"word-dropout", "0.12"}, {"state-dropout", "0.4"}};
  better.score = better.validation["accuracy"] = 0.823;
  failed = better;
  failed.stage = "sizes";
  failed.failure = "the loss is \x1b[31m not a number";
  study::TuneResult result;
  result.trials = {start, better, failed};
  result.best = 1;
  result.best_mean = 0.82;
  result.best_seeds = 3;
  result.seconds = 59;
  return result;
}

TuningFacts made_facts() {
  TuningFacts facts;
  facts.data = "reviews.tsv";
  facts.budget = 60;
  facts.measure = facts.usual = metrics::kAccuracy;
  facts.nouns = {"text", "texts", "words"};
  facts.folder = "tuned";
  facts.settings_file = "tuned/best.toml";
  facts.model = "tuned/model";
  return facts;
}

TEST(TuningText, ListsTheTrialsWithinTheWidth) {
  const std::string text = tuning_text(made_result(), made_facts(), draw::Style{});
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    EXPECT_LE(draw::display_width(text.substr(begin, end - begin)), 80) << text.substr(begin, end - begin);
    begin = end + 1;
  }
  EXPECT_THAT(text, HasSubstr("2 *dropouts"));
  EXPECT_THAT(text, HasSubstr("82.3"));
  EXPECT_THAT(text, HasSubstr("failed: the loss"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("validation accuracy 82.0 %, mean of 3 seeds: the best of many looks"));
}

TEST(TuningText, WithoutATrainingItSaysSo) {
  EXPECT_THAT(tuning_text({}, made_facts(), draw::Style{}), HasSubstr("no training was finished"));
}

// Settings are better than others only where others were tried.
TEST(TuningText, TheUsualSettingsAreNotCalledBestOfOne) {
  study::TuneResult alone = made_result();
  alone.trials.resize(1);
  alone.best = 0;
  const std::string text = tuning_text(alone, made_facts(), draw::Style{});
  EXPECT_THAT(text, HasSubstr("the usual settings: no time was left to try others"));
  EXPECT_THAT(text, Not(HasSubstr("many looks")));
  study::TuneResult first = made_result();
  first.best = 0;
  EXPECT_THAT(tuning_text(first, made_facts(), draw::Style{}),
              HasSubstr("the usual settings: nothing else did better"));
}

TEST(TuningText, TellsOfTheTestWhatDecidesWithItsInterval) {
  TuningFacts facts = made_facts();
  facts.test = TunedTest{.scores = {{metrics::kAccuracy, 0.8312}, {metrics::kMacroF1, 0.8211}},
                         .interval = {0.81, 0.85},
                         .n = 1200,
                         .json = {{"accuracy", 0.8312}}};
  EXPECT_THAT(
      tuning_text(made_result(), facts, draw::Style{}),
      HasSubstr("test 83.1 % (81.0 to 85.0), macro F1 0.821, on 1,200 texts read once, for this\n  model alone"));
  EXPECT_EQ(tuning_json(made_result(), facts).at("test").at("accuracy"), 0.8312);
}

// In JSON the higher score is the better one; people read the error rate itself.
TEST(TuningText, ErrorsAreShownAsTheyAreAndNegativeInJson) {
  study::TuneResult result = made_result();
  for (study::Trial& trial : result.trials) {
    trial.score = 0.2;
    trial.validation = {{"wer", 0.2}, {"loss", 1.25}};
  }
  result.best_mean = 0.19;
  TuningFacts facts = made_facts();
  facts.measure = facts.usual = metrics::kWordErrors;
  const std::string text = tuning_text(result, facts, draw::Style{});
  EXPECT_THAT(text, HasSubstr("valid. %"));
  EXPECT_THAT(text, HasSubstr("20.0"));
  EXPECT_THAT(text, HasSubstr("validation wer 19.0 %, mean of 3 seeds"));
  const Json json = tuning_json(result, facts);
  EXPECT_EQ(json.at("score"), -0.19);
  EXPECT_EQ(json.at("trials")[0].at("score"), -0.2);
  EXPECT_EQ(json.at("trials")[0].at("wer"), 0.2);
  EXPECT_THAT(test::schema_errors(test::read_schema("tune"), json), ElementsAre());
  facts.measure = metrics::kLoss;
  const std::string by_loss = tuning_text(result, facts, draw::Style{});
  EXPECT_THAT(by_loss, HasSubstr("0.200"));
  EXPECT_THAT(by_loss, HasSubstr("validation loss 0.190, mean of 3 seeds"));
  EXPECT_THAT(by_loss, Not(HasSubstr("valid. %")));
}

TEST(TuningText, ByTrustBothNumbersAreSaid) {
  study::TuneResult result = made_result();
  result.trials[0].recovered = 0.3;
  result.trials[1].recovered = 0.64;
  result.trials[2].failure.clear();
  result.trials[2].no_trust = "no weights to audit: --attention mean has none";
  result.trials[2].no_weights = true;
  result.best_recovered = 0.62;
  result.highest_mean = 0.825;
  TuningFacts facts = made_facts();
  facts.goal = study::Goal::kTrust;
  std::string text = tuning_text(result, facts, draw::Style{});
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    EXPECT_LE(draw::display_width(text.substr(begin, end - begin)), 80) << text.substr(begin, end - begin);
    begin = end + 1;
  }
  EXPECT_THAT(text, HasSubstr("the way"));
  EXPECT_THAT(text, HasSubstr("82.3     64 %"));
  EXPECT_THAT(text, HasSubstr("no weights"));
  std::replace(text.begin(), text.end(), '\n', ' ');
  EXPECT_THAT(text, HasSubstr("chosen by trust: the weights go 62 % of the way"));
  EXPECT_THAT(text, HasSubstr("82.0 %"));
  EXPECT_THAT(text, HasSubstr("82.5 %"));
  const Json json = tuning_json(result, facts);
  EXPECT_EQ(json.at("for"), "trust");
  EXPECT_EQ(json.at("recovered"), 0.62);
  EXPECT_EQ(json.at("score"), 0.82);
  EXPECT_EQ(json.at("highest_score"), 0.825);
  EXPECT_EQ(json.at("trials")[2].at("no_trust"), "no weights to audit: --attention mean has none");
  EXPECT_THAT(test::schema_errors(test::read_schema("tune"), json), ElementsAre());
  result.best.reset();
  EXPECT_THAT(tuning_text(result, facts, draw::Style{}),
              HasSubstr("no trial can be chosen by trust: no weights to audit"));
}

TEST(TuningText, TheJsonFitsItsSchema) {
  EXPECT_THAT(test::schema_errors(test::read_schema("tune"), tuning_json(made_result(), made_facts())), ElementsAre());
  EXPECT_THAT(test::schema_errors(test::read_schema("tune"), tuning_json({}, made_facts())), ElementsAre());
}

}  // namespace
}  // namespace fovea::report
