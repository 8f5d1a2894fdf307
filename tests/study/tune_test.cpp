// The search against a landscape that is known: what it finds, what it costs, and what happens to what fails.
#include "study/tune.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/measures.h"

namespace fovea::study {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;

std::string value_of(const Settings& settings, const std::string& option, const std::string& usual) {
  for (const Setting& setting : settings) {
    if (setting.option == option) return setting.value;
  }
  return usual;
}

class TuneTest : public ::testing::Test {
 protected:
  TuneTest() {
    plan_.space = {{"schedule", {{.option = "decay", .choices = {"linear", "none"}}}},
                   {"rate", {{.option = "rate", .low = 0.001, .high = 0.1, .scale = Dimension::Scale::kLogarithmic}}},
                   {"encoder", {{.option = "encoder", .choices = {"lstm", "gru", "broken", "slow"}}}}};
    plan_.measure = metrics::kAccuracy;
    plan_.epochs = 9;
    plan_.seconds = 1000;
    hooks_.applicable = [](const Settings& settings, const Settings&) { return settings; };
    hooks_.refusal = [this](const Settings& settings) {
      return value_of(settings, "encoder", "lstm") == refused_ ? std::string("too large") : std::string();
    };
    hooks_.key = [](const Settings& settings, uint64_t seed, int64_t epochs) {
      std::map<std::string, std::string> sorted = {{"decay", "linear"}, {"rate", "0.05"}, {"encoder", "lstm"}};
      for (const Setting& setting : settings) sorted[setting.option] = setting.value;
      std::string key = std::to_string(seed) + " " + std::to_string(epochs);
      for (const auto& [option, value] : sorted) key += " " + option + "=" + value;
      return key;
    };
    hooks_.find = [this](const std::string& key) -> std::optional<study::Run> {
      const auto found = store_.find(key);
      return found == store_.end() ? std::nullopt : std::optional(found->second);
    };
    hooks_.train = [this](const Trial& trial, double limit) { return train(trial, limit); };
    hooks_.full = [this](const Trial& best, const std::vector<std::string>& wanted) {
      led_ = best.key;
      wanted_ = wanted;
    };
    hooks_.left_out = [this](const std::string& stage) { left_out_.push_back(stage); };
  }

  // Best at decay none, rate 0.01, encoder gru; a second an epoch.
  std::optional<study::Run> train(const Trial& trial, double limit) {
    if (trained_ == stop_after_) return std::nullopt;
    ++trained_;
    study::Run run;
    const std::string encoder = value_of(trial.settings, "encoder", "lstm");
    const double rate = std::atof(value_of(trial.settings, "rate", "0.05").c_str());
    run.seconds = (trial.stage == "start" ? seconds_of_start_ : 0) +
                  seconds_an_epoch_ * static_cast<double>(trial.epochs) * (encoder == "slow" ? 20 : 1);
    run.stopped = run.seconds > limit ? "max-minutes" : "max-epochs";
    run.seconds = std::min(run.seconds, limit);
    if (trial.stage == "again" && trial.seed == failing_seed_) run.failure = "no memory";
    if (trial.stage == "again" && encoder == failing_again_) run.failure = "the loss is not a number";
    if (encoder == "broken") run.failure = "the loss is not a number";
    const double score = 0.9 - 0.05 * std::abs(std::log10(rate / 0.01)) -
                         (value_of(trial.settings, "decay", "linear") == "linear" ? 0.04 : 0) -
                         (encoder == "lstm" ? 0.02 : 0) - 0.1 / static_cast<double>(trial.epochs);
    run.validation = {{"accuracy", score}, {"loss", 1 - score}, {"wer", 2 * (1 - score)}};
    run.bytes = 1000;
    if (run.stopped != "max-minutes") store_[trial.key] = run;
    return run;
  }

  TunePlan plan_;
  TuneHooks hooks_;
  std::map<std::string, study::Run> store_;
  double seconds_an_epoch_ = 1, seconds_of_start_ = 0;
  int trained_ = 0, stop_after_ = 100'000;
  uint64_t failing_seed_ = 0;
  std::string refused_, failing_again_, led_;
  std::vector<std::string> wanted_, left_out_;
};

TEST_F(TuneTest, FindsTheBestOfEachStageWithinTheBudget) {
  const TuneResult result = tune(plan_, hooks_);
  ASSERT_TRUE(result.best.has_value());
  const Trial& best = result.trials[*result.best];
  EXPECT_EQ(value_of(best.settings, "decay", ""), "none");
  EXPECT_EQ(value_of(best.settings, "encoder", ""), "gru");
  EXPECT_NEAR(std::log10(std::atof(value_of(best.settings, "rate", "1").c_str())), -2, 0.5);
  EXPECT_EQ(best.epochs, 9);
  EXPECT_LE(result.seconds, plan_.seconds);
  EXPECT_GT(result.best_seeds, 1U);
  EXPECT_THAT(wanted_, Contains(best.key));
  EXPECT_FALSE(result.interrupted);
}

// A start that takes long beside the epochs: by it alone nothing could be afforded.
TEST_F(TuneTest, SearchesWhereAFullTrainingTurnsOutToBeShort) {
  plan_.seconds = 60;
  seconds_of_start_ = 12;
  seconds_an_epoch_ = 0.1;
  const TuneResult result = tune(plan_, hooks_);
  ASSERT_TRUE(result.best.has_value());
  EXPECT_GT(result.trials.size(), 5U);
  EXPECT_LE(result.seconds, plan_.seconds);
  EXPECT_THAT(left_out_, ::testing::Not(Contains("schedule")));
}

TEST_F(TuneTest, SurvivesWhatFails) {
  refused_ = "gru";
  const TuneResult result = tune(plan_, hooks_);
  EXPECT_THAT(result.trials, Contains(Field(&Trial::failure, "the loss is not a number")));
  EXPECT_THAT(result.trials, Contains(Field(&Trial::failure, "too large")));
  EXPECT_THAT(result.trials, Contains(Field(&Trial::failure, HasSubstr("longer than its share"))));
  EXPECT_EQ(value_of(result.trials[*result.best].settings, "encoder", "lstm"), "lstm");
}

TEST_F(TuneTest, SeedsThatFailedAreNotCounted) {
  const size_t all = tune(plan_, hooks_).best_seeds;
  store_.clear();
  failing_seed_ = plan_.seed + 1;
  const TuneResult result = tune(plan_, hooks_);
  EXPECT_THAT(result.trials, Contains(Field(&Trial::failure, "no memory")));
  EXPECT_EQ(result.best_seeds, all - 1);
}

// Its one score is the best of all, and says nothing of the next seed.
TEST_F(TuneTest, ALeaderThatFailsWithOtherSeedsIsNotChosen) {
  failing_again_ = "gru";
  const TuneResult result = tune(plan_, hooks_);
  EXPECT_EQ(value_of(result.trials[*result.best].settings, "encoder", "lstm"), "lstm");
  EXPECT_GT(result.best_seeds, 1U);
}

TEST_F(TuneTest, KeepsASmallBudget) {
  for (const double budget : {5.0, 12.0, 25.0, 60.0, 150.0}) {
    SCOPED_TRACE(budget);
    store_.clear();
    plan_.seconds = budget;
    const TuneResult result = tune(plan_, hooks_);
    ASSERT_TRUE(result.best.has_value());
    EXPECT_LE(result.seconds, 1.1 * budget);
    if (budget == 12) {
      EXPECT_THAT(left_out_, Contains("encoder"));
    }
  }
}

TEST_F(TuneTest, GoesOnAsItWouldHave) {
  const TuneResult whole = tune(plan_, hooks_);
  trained_ = 0;
  store_.clear();
  stop_after_ = 7;
  const TuneResult stopped = tune(plan_, hooks_);
  EXPECT_TRUE(stopped.interrupted);
  EXPECT_TRUE(stopped.best.has_value());
  trained_ = 0;
  stop_after_ = 100'000;
  const TuneResult resumed = tune(plan_, hooks_);
  EXPECT_EQ(resumed.trials.size(), whole.trials.size());
  EXPECT_EQ(resumed.trials[*resumed.best].key, whole.trials[*whole.best].key);
  EXPECT_DOUBLE_EQ(resumed.seconds, whole.seconds);
  EXPECT_TRUE(resumed.trials.front().reused);
}

TEST_F(TuneTest, StoppedBeforeTheFirstTrainingThereIsNothing) {
  stop_after_ = 0;
  const TuneResult result = tune(plan_, hooks_);
  EXPECT_TRUE(result.interrupted);
  EXPECT_FALSE(result.best.has_value());
}

// The same landscape upside down is searched the same way, trial by trial.
TEST_F(TuneTest, OfErrorsFewerAreBetter) {
  const TuneResult rising = tune(plan_, hooks_);
  for (const metrics::Measure& measure : {metrics::kLoss, metrics::kWordErrors}) {
    SCOPED_TRACE(measure.name);
    trained_ = 0;
    store_.clear();
    plan_.measure = measure;
    const TuneResult result = tune(plan_, hooks_);
    const Trial& best = result.trials[*result.best];
    EXPECT_EQ(value_of(best.settings, "encoder", ""), "gru");
    EXPECT_EQ(value_of(best.settings, "decay", ""), "none");
    ASSERT_EQ(result.trials.size(), rising.trials.size());
    for (size_t i = 0; i < result.trials.size(); ++i) EXPECT_EQ(result.trials[i].key, rising.trials[i].key);
    EXPECT_EQ(*result.best, *rising.best);
    const double times = std::string_view(measure.name) == "wer" ? 2 : 1;
    EXPECT_NEAR(result.best_mean, times * (1 - rising.best_mean), 1e-9);
    for (const Trial& trial : result.trials) {
      if (!trial.failure.empty() || trial.epochs != best.epochs) continue;
      EXPECT_GE(trial.score, best.score);
    }
  }
}

// What was not measured is the worst there is, also where less is better.
TEST_F(TuneTest, WhatWasNotMeasuredIsNotChosen) {
  plan_.measure = metrics::kWordErrors;
  const auto train = hooks_.train;
  hooks_.train = [&](const Trial& trial, double limit) {
    auto run = train(trial, limit);
    if (value_of(trial.settings, "encoder", "lstm") == "gru") run->validation.erase("wer");
    return run;
  };
  const TuneResult result = tune(plan_, hooks_);
  EXPECT_NE(value_of(result.trials[*result.best].settings, "encoder", "lstm"), "gru");
}

TEST(Tune, ATrainingIsCutShortAtItsLimit) {
  study::Run run;
  run.stopped = "max-minutes";
  run.seconds = 9.6;
  EXPECT_TRUE(cut_short(run, 10));
  EXPECT_FALSE(cut_short(run, 20)) << "a limit of the command's own";
  run.stopped = "early-stop";
  EXPECT_FALSE(cut_short(run, 10));
}

// By trust: "clear" is half a point worse than "lstm" and its weights go farther, those of "far" go farthest and it is
// two points worse, and the best, "mean", has no weights.
class TuneForTrust : public TuneTest {
 protected:
  TuneForTrust() {
    plan_.goal = Goal::kTrust;
    plan_.space = {{"encoder", {{.option = "encoder", .choices = {"lstm", "clear", "far", "mean"}}}}};
    hooks_.train = [this](const Trial& trial, double limit) -> std::optional<study::Run> {
      std::optional<study::Run> run = train(trial, limit);
      const std::string encoder = value_of(trial.settings, "encoder", "lstm");
      double& score = run->validation["accuracy"];
      score = encoder == "lstm" ? 0.85 : encoder == "clear" ? 0.845 : encoder == "far" ? 0.83 : 0.9;
      score -= 0.01 / static_cast<double>(trial.epochs);
      if (wants_audit(plan_, trial, *run)) {
        ++audits_;
        run->valid_trust = made_trust(encoder);
        run->audit_seconds = 2;
        run->overhead_seconds = 0.5;
      }
      store_[trial.key] = *run;
      return run;
    };
  }

  static Trust made_trust(const std::string& encoder) {
    Trust trust;
    if (encoder == "mean") {
      trust.failure = "no weights to audit: --attention mean has none";
      trust.no_weights = true;
    } else {
      trust.recovered = {encoder == "lstm" ? 0.2 : encoder == "clear" ? 0.7 : 0.95, 0, 0, 1, 50};
    }
    return trust;
  }

  int audits_ = 0;
};

TEST_F(TuneForTrust, TakesTheHighestRecoveryWithinAPointOfTheBest) {
  const TuneResult result = tune(plan_, hooks_);
  ASSERT_TRUE(result.best);
  EXPECT_EQ(value_of(result.trials[*result.best].settings, "encoder", "lstm"), "clear");
  EXPECT_DOUBLE_EQ(result.best_recovered.value(), 0.7);
  EXPECT_LT(result.best_mean, result.highest_mean);
  EXPECT_LE(result.highest_mean - result.best_mean, 0.01);
  const auto is_far = [](const Trial& trial) { return value_of(trial.settings, "encoder", "lstm") == "far"; };
  const auto far = std::find_if(result.trials.begin(), result.trials.end(), is_far);
  ASSERT_NE(far, result.trials.end());
  EXPECT_FALSE(far->recovered) << "it cannot be chosen, and is not asked";
  EXPECT_THAT(far->no_trust, HasSubstr("more than a point below"));
  plan_.goal = Goal::kAccuracy;
  store_.clear();
  EXPECT_EQ(value_of(tune(plan_, hooks_).trials[*tune(plan_, hooks_).best].settings, "encoder", "lstm"), "mean");
}

TEST_F(TuneForTrust, AControlIsToldAndNeverChosen) {
  const TuneResult result = tune(plan_, hooks_);
  EXPECT_THAT(result.trials, Contains(AllOf(Field(&Trial::no_weights, true),
                                            Field(&Trial::no_trust, HasSubstr("--attention mean has none")))));
  plan_.start = {{"encoder", "mean"}};
  plan_.space.clear();
  led_.clear();
  store_.clear();
  const TuneResult controls = tune(plan_, hooks_);
  EXPECT_FALSE(controls.trials.empty());
  EXPECT_FALSE(controls.best) << "there is nothing to choose";
  EXPECT_EQ(led_, "") << "nor anything to deliver";
}

TEST_F(TuneForTrust, FoundTrialsAreNotAuditedAgain) {
  const TuneResult first = tune(plan_, hooks_);
  const int audits = audits_, trained = trained_;
  const TuneResult again = tune(plan_, hooks_);
  EXPECT_EQ(audits_, audits);
  EXPECT_EQ(trained_, trained);
  double all = 0;
  for (const auto& [key, run] : store_) all += run.seconds;
  EXPECT_DOUBLE_EQ(first.seconds, all + 2.5 * audits) << "audits and all else count as well";
  EXPECT_DOUBLE_EQ(again.seconds, first.seconds);
  ASSERT_EQ(again.trials.size(), first.trials.size());
  for (size_t i = 0; i < first.trials.size(); ++i) {
    EXPECT_EQ(again.trials[i].settings, first.trials[i].settings);
    EXPECT_EQ(again.trials[i].recovered, first.trials[i].recovered);
  }
  EXPECT_EQ(again.best, first.best);
  // One that was not asked when it was trained, and now may be chosen, is trained and asked.
  for (auto& [key, run] : store_) run.valid_trust.reset();
  EXPECT_EQ(tune(plan_, hooks_).best, first.best);
  EXPECT_GT(audits_, audits);
}

}  // namespace
}  // namespace fovea::study
