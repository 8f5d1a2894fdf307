#include "report/tuning_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  start.score = start.accuracy = 0.81;
  start.loss = 0.5;
  start.seconds = 6.5;
  start.bytes = 23'456'789;
  better = start;
  better.stage = "dropouts";
  better.change = better.settings = {{"embedding-dropout", "0.33"}, {"word-dropout", "0.12"}, {"state-dropout", "0.4"}};
  better.score = better.accuracy = 0.823;
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
  facts.metric = "accuracy";
  facts.folder = "tuned";
  facts.settings_file = "tuned/best.toml";
  facts.model = "tuned/model";
  return facts;
}

TEST(TuningText, ListsTheTrialsWithinTheWidth) {
  const std::string text = tuning_text(made_result(), made_facts(), Style{});
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    EXPECT_LE(display_width(text.substr(begin, end - begin)), 80) << text.substr(begin, end - begin);
    begin = end + 1;
  }
  EXPECT_THAT(text, HasSubstr("2 *dropouts"));
  EXPECT_THAT(text, HasSubstr("82.3"));
  EXPECT_THAT(text, HasSubstr("failed: the loss"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("validation accuracy 82.0 %, mean of 3 seeds: the best of many looks"));
}

TEST(TuningText, WithoutATrainingItSaysSo) {
  EXPECT_THAT(tuning_text({}, made_facts(), Style{}), HasSubstr("no training was finished"));
}

// Settings are better than others only where others were tried.
TEST(TuningText, TheUsualSettingsAreNotCalledBestOfOne) {
  study::TuneResult alone = made_result();
  alone.trials.resize(1);
  alone.best = 0;
  const std::string text = tuning_text(alone, made_facts(), Style{});
  EXPECT_THAT(text, HasSubstr("the usual settings: no time was left to try others"));
  EXPECT_THAT(text, Not(HasSubstr("many looks")));
  study::TuneResult first = made_result();
  first.best = 0;
  EXPECT_THAT(tuning_text(first, made_facts(), Style{}), HasSubstr("the usual settings: nothing else did better"));
}

TEST(TuningText, TheJsonFitsItsSchema) {
  EXPECT_THAT(test::schema_errors(test::read_schema("tune"), tuning_json(made_result(), made_facts())), ElementsAre());
  EXPECT_THAT(test::schema_errors(test::read_schema("tune"), tuning_json({}, made_facts())), ElementsAre());
}

}  // namespace
}  // namespace fovea::report
