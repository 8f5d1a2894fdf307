#include "study/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "study/made_runs.h"
#include "support/scratch.h"

namespace fovea::study {
namespace {

using ::testing::ElementsAre;

class CompareTest : public ::testing::Test {
 protected:
  ComparePlan plan() const { return made_plan(grid({{"x", {"a", "b"}}}), {7, 8}); }

  // Trains by writing down what it was asked for.
  CompareHooks hooks(int stop_after = 100) {
    CompareHooks hooks;
    hooks.key = [](const Settings& settings, uint64_t seed) { return settings[0].value + std::to_string(seed); };
    hooks.train = [this, stop_after](const Settings& settings, uint64_t seed) -> std::optional<study::Run> {
      if (std::ssize(trained_) == stop_after) return std::nullopt;
      trained_.push_back(settings[0].value + std::to_string(seed));
      if (fails_ == trained_.back()) throw UserError(code_, "the loss is not a number");
      return made_run("11", settings[0].value == "a" ? 2 : 5);
    };
    hooks.ended = [this](const CompareProgress& progress, const study::Run&) {
      left_.push_back(progress.seconds_left);
    };
    return hooks;
  }

  test::Scratch scratch_;
  std::vector<std::string> trained_;
  std::vector<double> left_;
  std::string fails_;
  ExitCode code_ = ExitCode::kBadData;
};

TEST_F(CompareTest, TrainsEveryVariantWithEverySeedSeedBySeed) {
  const CompareRuns runs = train_all(plan(), RunStore(scratch_.file("study"), false), hooks());
  EXPECT_THAT(trained_, ElementsAre("a7", "b7", "a8", "b8"));
  EXPECT_THAT(left_, ElementsAre(6, 7, 5, 0));  // unknown variants last as long as the others did
  EXPECT_EQ(runs.trained, 4U);
  EXPECT_TRUE(runs.runs[1][1].has_value());
}

TEST_F(CompareTest, GoesOnWithWhatIsFinished) {
  const RunStore store(scratch_.file("study"), false);
  const CompareRuns stopped = train_all(plan(), store, hooks(3));
  EXPECT_TRUE(stopped.interrupted);
  EXPECT_FALSE(stopped.runs[1][1].has_value());
  trained_.clear();
  const CompareRuns runs = train_all(plan(), store, hooks());
  EXPECT_THAT(trained_, ElementsAre("b8"));
  EXPECT_EQ(runs.reused, 3U);
  EXPECT_FALSE(runs.interrupted);
}

TEST_F(CompareTest, AFailureIsKeptAndTheOthersGoOn) {
  fails_ = "b7";
  const CompareRuns runs = train_all(plan(), RunStore(scratch_.file("study"), false), hooks());
  EXPECT_EQ(trained_.size(), 4U);
  EXPECT_EQ(runs.runs[1][0]->failure, "the loss is not a number");
  EXPECT_EQ(runs.runs[1][1]->failure, "");
}

TEST_F(CompareTest, WhatOnlyLackedMemoryIsTriedAgain) {
  fails_ = "b7";
  code_ = ExitCode::kInternal;
  const RunStore store(scratch_.file("study"), false);
  EXPECT_NE(train_all(plan(), store, hooks()).runs[1][0]->failure, "");
  trained_.clear();
  fails_.clear();
  EXPECT_EQ(train_all(plan(), store, hooks()).runs[1][0]->failure, "");
  EXPECT_THAT(trained_, ElementsAre("b7"));
}

TEST_F(CompareTest, AFileThatIsAwayEndsAll) {
  fails_ = "b7";
  code_ = ExitCode::kNoInput;
  EXPECT_THROW(train_all(plan(), RunStore(scratch_.file("study"), false), hooks()), UserError);
}

}  // namespace
}  // namespace fovea::study
