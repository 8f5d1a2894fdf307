#include "train/trainer.h"

#include <set>
#include <sstream>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/timing.h"
#include "ops/aten.h"
#include "support/gradients.h"
#include "tasks/text/fixture.h"
#include "tasks/text/task.h"

namespace fovea::train {
namespace {

using test::expect_same_bits;
using test::Scratch;

struct Setting {
  Scratch scratch;
  tasks::TextData data;
  TrainOptions options;

  explicit Setting(int64_t reviews = 240) : data(tasks::load_text_data(test::review_options(scratch, reviews))) {
    at::globalContext().setDeterministicAlgorithms(true, false);
    at::set_num_threads(1);
    options.batches.max_examples = 16;
    options.max_epochs = 3;
    options.patience = 0;
    options.evaluations_per_epoch = 2;
    options.learning_rate = 0.01;
    options.metric = "loss";
  }

  std::string out(const std::string& name) const { return scratch.file(name); }
};

std::vector<at::Tensor> weights_of(tasks::TextTask& task) {
  std::vector<at::Tensor> weights;
  for (const at::Tensor& parameter : task.module().parameters()) weights.push_back(parameter.detach().clone());
  return weights;
}

// Lines of metrics.jsonl without the field that differs between runs.
std::string metrics_of(const checkpoint::PartialFolder& folder) {
  std::istringstream in(folder.metrics());
  std::string line, out;
  while (std::getline(in, line)) {
    Json json = Json::parse(line);
    json.erase("seconds");
    out += to_line(json) + "\n";
  }
  return out;
}

struct Result {
  std::vector<at::Tensor> weights;
  std::string metrics;
  TrainSummary summary;
};

Result run_whole(Setting& setting, const std::string& name, const TrainOptions& options) {
  tasks::TextTask task(setting.data, test::tiny_model(), options.seed);
  auto folder = checkpoint::PartialFolder::create(setting.out(name), false);
  const TrainSummary summary = train(task, options, folder, {});
  return {weights_of(task), metrics_of(folder), summary};
}

TEST(Trainer, AProfileChangesNoBits) {
  Setting setting;
  const Result plain = run_whole(setting, "plain", setting.options);
  EXPECT_TRUE(plain.summary.profile.empty());
  tasks::TextTask task(setting.data, test::tiny_model(), setting.options.seed);
  auto folder = checkpoint::PartialFolder::create(setting.out("timed"), false);
  Profile profile;
  Hooks hooks;
  hooks.profile = &profile;
  const Stopwatch clock;
  const TrainSummary timed = train(task, setting.options, folder, hooks);
  const double outside = clock.seconds();
  expect_same_bits(plain.weights, weights_of(task));
  EXPECT_EQ(plain.metrics, metrics_of(folder));
  EXPECT_LE(timed.own_seconds, outside);
  EXPECT_GT(timed.own_seconds, 0.8 * outside);
  // Parts that were counted twice, or beyond the end of a step, would leave a rest below nothing.
  ASSERT_EQ(timed.profile.back().first, "rest");
  EXPECT_GE(timed.profile.back().second, 0);
  EXPECT_LT(timed.profile.back().second, 0.5 * timed.own_seconds) << "most of the time must be some part's";
  std::set<std::string> names;
  for (const auto& [part, seconds] : timed.profile) {
    EXPECT_GT(seconds, 0) << part;
    EXPECT_TRUE(names.insert(part).second) << part << " occurs twice";
  }
  for (const char* part :
       {"batch", "recurrence", "recurrence_backward", "optimizer", "average", "evaluation", "saving"}) {
    EXPECT_TRUE(names.contains(part)) << part;
  }
}

TEST(Trainer, LearnsAndKeepsTheBest) {
  Setting setting(900);
  setting.options.max_epochs = 6;
  setting.options.learning_rate = 0.03;
  const Result result = run_whole(setting, "m", setting.options);
  EXPECT_EQ(result.summary.stopped, StopReason::kEpochs);
  EXPECT_DOUBLE_EQ(result.summary.epochs, 6.0);
  EXPECT_LT(result.summary.best_score, 0.6);  // guessing is ln 2 = 0.693
  EXPECT_GT(result.summary.best_step, 0);
  tasks::TextTask again(setting.data, test::tiny_model(), setting.options.seed);
  for (size_t i = 0; i < result.weights.size(); ++i) {
    const at::NoGradGuard guard;
    again.module().parameters()[i].copy_(result.weights[i]);
  }
  EXPECT_DOUBLE_EQ(again.validate().at("loss"), result.summary.best_score);
}

TEST(Trainer, SameSeedSameBits) {
  Setting setting;
  const Result first = run_whole(setting, "a", setting.options), second = run_whole(setting, "b", setting.options);
  expect_same_bits(first.weights, second.weights);
  EXPECT_EQ(first.metrics, second.metrics);
  TrainOptions other = setting.options;
  other.seed = 2;
  EXPECT_FALSE(at::equal(first.weights[0], run_whole(setting, "c", other).weights[0]));
}

// Stops after every fifth step, in a new task and folder each time, and goes on; with a limit that a stop falls on,
// too.
void expect_pieces_equal_whole(int64_t max_steps) {
  Setting setting;
  setting.options.max_steps = max_steps;
  const Result whole = run_whole(setting, "whole", setting.options);
  const std::string name = setting.out("pieces");
  std::vector<at::Tensor> weights;
  std::string metrics;
  int64_t pieces = 0;
  for (bool done = false; !done; ++pieces) {
    tasks::TextTask task(setting.data, test::tiny_model(), setting.options.seed);
    auto folder =
        pieces == 0 ? checkpoint::PartialFolder::create(name, false) : checkpoint::PartialFolder::resume(name);
    int64_t steps = 0;
    Hooks hooks;
    hooks.should_stop = [&] { return ++steps >= 5; };
    done = train(task, setting.options, folder, hooks).stopped != StopReason::kInterrupted;
    weights = weights_of(task);
    metrics = metrics_of(folder);
    ASSERT_LT(pieces, 40);
  }
  EXPECT_GT(pieces, 1);
  expect_same_bits(whole.weights, weights);
  EXPECT_EQ(whole.metrics, metrics);
}

TEST(Trainer, ARunThatWasStoppedEqualsOneThatWasNot) {
  expect_pieces_equal_whole(0);
  expect_pieces_equal_whole(8);
}

TEST(Trainer, SgdLearnsAndResumesToo) {
  Setting setting(900);
  setting.options.optimizer = OptimizerKind::kSgd;
  setting.options.learning_rate = 0.3;
  setting.options.max_epochs = 4;
  const Result whole = run_whole(setting, "whole", setting.options);
  EXPECT_LT(whole.summary.best_score, 0.65);
  const std::string name = setting.out("pieces");
  for (int64_t piece = 0; piece < 2; ++piece) {
    tasks::TextTask task(setting.data, test::tiny_model(), setting.options.seed);
    auto folder = piece == 0 ? checkpoint::PartialFolder::create(name, false) : checkpoint::PartialFolder::resume(name);
    int64_t steps = 0;
    Hooks hooks;
    hooks.should_stop = [&] { return piece == 0 && ++steps >= 30; };
    train(task, setting.options, folder, hooks);
    if (piece == 1) expect_same_bits(whole.weights, weights_of(task));
  }
}

TEST(Trainer, ResumingAfterAnUncommittedStepForgetsIt) {
  Setting setting;
  const Result whole = run_whole(setting, "whole", setting.options);
  const std::string name = setting.out("lost");
  struct PowerCut {};
  {
    tasks::TextTask task(setting.data, test::tiny_model(), setting.options.seed);
    auto folder = checkpoint::PartialFolder::create(name, false);
    int64_t steps = 0;
    Hooks hooks;
    hooks.progress = [&](const Progress&) {
      if (++steps == 17) throw PowerCut();
    };
    EXPECT_THROW(train(task, setting.options, folder, hooks), PowerCut);
  }
  tasks::TextTask task(setting.data, test::tiny_model(), setting.options.seed);
  auto folder = checkpoint::PartialFolder::resume(name);
  train(task, setting.options, folder, {});
  expect_same_bits(whole.weights, weights_of(task));
  EXPECT_EQ(whole.metrics, metrics_of(folder));
}

TEST(Trainer, EarlyStoppingWaitsAsLongAsAsked) {
  Setting setting;
  setting.options.max_epochs = 50;
  setting.options.patience = 3;
  setting.options.learning_rate = 0.03;
  const Result result = run_whole(setting, "m", setting.options);
  EXPECT_EQ(result.summary.stopped, StopReason::kPatience);
  std::istringstream lines(result.metrics);
  std::string line, last_four;
  std::vector<bool> best;
  while (std::getline(lines, line)) best.push_back(Json::parse(line).at("best").get<bool>());
  ASSERT_GE(best.size(), 4u);
  EXPECT_TRUE(best[best.size() - 4]);
  for (size_t i = best.size() - 3; i < best.size(); ++i) EXPECT_FALSE(best[i]);
}

TEST(Trainer, LimitsOfStepsAndTimeEndWithAnEvaluation) {
  Setting setting;
  setting.options.max_steps = 3;
  const Result steps = run_whole(setting, "steps", setting.options);
  EXPECT_EQ(steps.summary.stopped, StopReason::kSteps);
  EXPECT_EQ(steps.summary.steps, 3);
  EXPECT_EQ(steps.summary.best_step, 3);
  setting.options.max_steps = 0;
  setting.options.max_minutes = 1e-7;
  const Result time = run_whole(setting, "time", setting.options);
  EXPECT_EQ(time.summary.stopped, StopReason::kTime);
}

TEST(Trainer, ALossThatIsNoNumberStopsInWords) {
  Setting setting;
  setting.options.learning_rate = 1e30;
  setting.options.warmup = 0;
  setting.options.clip_norm = 0;
  try {
    run_whole(setting, "m", setting.options);
    FAIL() << "went on";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("not a number any more at step"), std::string::npos) << error.what();
  }
}

// A task whose loss is no number from step `from` on, `times` times.
class Poisoned : public tasks::TextTask {
 public:
  Poisoned(const tasks::TextData& data, uint64_t seed, int64_t from, int times)
      : TextTask(data, test::tiny_model(), seed), from_(from), times_(times) {}
  at::Tensor loss(std::span<const int64_t> examples, const tasks::Step& step) override {
    const at::Tensor good = TextTask::loss(examples, step);
    if (static_cast<int64_t>(step.number) != from_ || times_ == 0) return good;
    --times_;
    return good * std::nan("");
  }

 private:
  int64_t from_;
  int times_;
};

TEST(Trainer, ALossThatIsNoNumberGoesBackAndOnMoreSlowly) {
  Setting setting;
  Poisoned task(setting.data, 1, 10, 2);
  auto folder = checkpoint::PartialFolder::create(setting.out("m"), false);
  std::vector<Setback> told;
  Hooks hooks;
  hooks.stepped_back = [&](const Setback& setback) { told.push_back(setback); };
  const TrainSummary summary = train(task, setting.options, folder, hooks);
  EXPECT_EQ(summary.stopped, StopReason::kEpochs);
  ASSERT_EQ(summary.setbacks.size(), 2U);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(summary.setbacks[0].step, 10);
  EXPECT_LT(summary.setbacks[0].back_to, 10);
  EXPECT_GT(summary.setbacks[0].back_to, 0) << "an evaluation had saved a state";
  EXPECT_EQ(summary.setbacks[0].rate, 0.5);
  EXPECT_EQ(summary.setbacks[1].rate, 0.1);
  // One line for each evaluation, the rates after the setback a tenth of the planned ones.
  std::istringstream lines(folder.metrics());
  std::string line, last;
  int64_t count = 0;
  while (std::getline(lines, line)) ++count, last = line;
  EXPECT_EQ(count, 6);
  Setting plain;
  std::istringstream plain_lines(run_whole(plain, "plain", plain.options).metrics);
  std::string plain_last;
  while (std::getline(plain_lines, line)) plain_last = line;
  EXPECT_NEAR(Json::parse(last).at("learning_rate").get<double>(),
              0.1 * Json::parse(plain_last).at("learning_rate").get<double>(), 1e-12);
}

TEST(Trainer, AfterThreeSetbacksItEndsWithTheBest) {
  Setting setting;
  Poisoned task(setting.data, 1, 10, 9);
  auto folder = checkpoint::PartialFolder::create(setting.out("m"), false);
  const TrainSummary summary = train(task, setting.options, folder, {});
  EXPECT_EQ(summary.stopped, StopReason::kDiverged);
  EXPECT_EQ(summary.setbacks.size(), 4U);
  EXPECT_EQ(summary.setbacks[3].rate, 0);
  EXPECT_GT(summary.best_step, 0);
  EXPECT_EQ(summary.to_json().at("stopped"), "diverged");
  for (const at::Tensor& weight : weights_of(task)) EXPECT_TRUE(at::isfinite(weight).all().item<bool>());
}

// The run ends as well where it is stopped between two setbacks.
TEST(Trainer, ASetbackSurvivesAStop) {
  Setting setting;
  const std::string name = setting.out("m");
  {
    Poisoned task(setting.data, 1, 10, 1);
    auto folder = checkpoint::PartialFolder::create(name, false);
    Hooks hooks;
    bool back = false;
    hooks.stepped_back = [&](const Setback&) { back = true; };
    hooks.should_stop = [&] { return back; };
    EXPECT_EQ(train(task, setting.options, folder, hooks).stopped, StopReason::kInterrupted);
  }
  Poisoned task(setting.data, 1, 10, 0);
  auto folder = checkpoint::PartialFolder::resume(name);
  const TrainSummary summary = train(task, setting.options, folder, {});
  ASSERT_EQ(summary.setbacks.size(), 1U);
  Poisoned whole(setting.data, 1, 10, 1);
  auto other = checkpoint::PartialFolder::create(setting.out("whole"), false);
  train(whole, setting.options, other, {});
  expect_same_bits(weights_of(whole), weights_of(task));
}

TEST(Trainer, ALossThatGrowsGoesBackToo) {
  Setting setting(900);
  setting.options.learning_rate = 5;
  setting.options.warmup = 0;
  setting.options.max_epochs = 8;
  const Result result = run_whole(setting, "m", setting.options);
  ASSERT_FALSE(result.summary.setbacks.empty());
  EXPECT_EQ(result.summary.setbacks[0].reason, "the loss stayed above that of guessing");
  EXPECT_LT(result.summary.best_validation.at("loss"), 0.7) << "it learns after all, at a lower rate";
}

// Its batch costs forty times what the others do, whatever the model says.
TEST(Trainer, AHeavyRowIsNoReasonToGoBack) {
  Setting setting(900);
  setting.data.train_weights.assign(static_cast<size_t>(setting.data.train.size()), 1.0);
  setting.data.train_weights[3] = 10'000;
  const Result result = run_whole(setting, "m", setting.options);
  EXPECT_TRUE(result.summary.setbacks.empty());
}

TEST(Trainer, InterruptedBeforeTheFirstEvaluationKeepsWhatItHasLearnt) {
  Setting setting;
  tasks::TextTask task(setting.data, test::tiny_model(), 1);
  const std::vector<at::Tensor> start = weights_of(task);
  auto folder = checkpoint::PartialFolder::create(setting.out("m"), false);
  Hooks hooks;
  int64_t asked = 0;
  hooks.should_stop = [&] { return ++asked > 2; };  // once before the first step, once after each
  EXPECT_EQ(train(task, setting.options, folder, hooks).stopped, StopReason::kInterrupted);
  EXPECT_FALSE(at::equal(start[0], weights_of(task)[0]));
}

TEST(Trainer, OptionsRoundTripAsJson) {
  TrainOptions options;
  options.seed = 18'000'000'000'000'000'003ULL;
  options.learning_rate = 0.1 + 0.2;
  options.decay = Decay::kCosine;
  options.metric = "macro_f1";
  options.max_minutes = 1.0 / 3;
  const TrainOptions back = TrainOptions::from_json(Json::parse(to_line(options.to_json())));
  EXPECT_EQ(back.to_json(), options.to_json());
  EXPECT_EQ(back.learning_rate, options.learning_rate);
}

}  // namespace
}  // namespace fovea::train
