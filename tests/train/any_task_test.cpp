// The loop with a task that is no text: scores of its own, of which a lower one may be the better; buffers; a table
// that is looked up twice and is the output matrix too.
#include <cmath>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/lookup.h"
#include "support/gradients.h"
#include "support/scratch.h"
#include "tasks/tensors.h"
#include "train/trainer.h"

namespace fovea::train {
namespace {

using test::expect_same_bits;
using test::Scratch;

struct Tied : nn::Module {
  Tied() {
    table = register_parameter("table", test::awkward({7, 3}, 0.6, 1).to(at::kFloat));
    words = register_parameter("words", test::awkward({9, 3}, 0.6, 2).to(at::kFloat));
    scale = register_parameter("trunk_scale", test::awkward({3}, 1.0, 3).to(at::kFloat));
    running = register_buffer("running", at::zeros({3}));
    count = register_buffer("count", at::zeros({}, at::kLong));
  }
  at::Tensor table, words, scale, running, count;
};

constexpr metrics::Measure kMeasures[] = {{.name = "errors", .lower_is_better = true}, {.name = "hits"}};

// Guesses the next of a row of numbers 0 … 6.
class Guess : public tasks::Task {
 public:
  nn::Module& module() override { return net; }
  std::vector<int64_t> train_lengths() const override { return std::vector<int64_t>(40, 5); }
  std::string cost_unit() const override { return "numbers"; }

  at::Tensor loss(std::span<const int64_t> examples, const tasks::Step& step) override {
    std::vector<int64_t> before, target, word;
    for (const int64_t example : examples) {
      before.push_back(example % 7), target.push_back((3 * example + 1) % 7), word.push_back(example % 9);
    }
    const at::Tensor states = (ops::lookup(net.table, at::tensor(before, at::kLong)) * 2).tanh() * net.scale +
                              ops::lookup(net.words, at::tensor(word, at::kLong)) +
                              ops::lookup(net.words, at::tensor(target, at::kLong)) * 0.1;
    {
      const at::NoGradGuard guard;
      net.running.lerp_(states.mean(0), 0.1);
      net.count.add_(1);
    }
    const at::Tensor loss =
        at::cross_entropy_loss(at::mm(states - net.running, net.table.t()), at::tensor(target, at::kLong));
    return static_cast<int64_t>(step.number) == poisoned && poison-- > 0 ? loss * std::nan("") : loss;
  }

  double chosen_from() const override { return from; }
  std::vector<tasks::RateGroup> rate_groups() const override { return groups; }
  std::span<const metrics::Measure> measures() const override { return kMeasures; }
  std::map<std::string, double> validate() override {
    seen.push_back(net.running.clone());
    if (!scores.empty()) return {{"errors", scores.at(seen.size() - 1)}, {"hits", scores.at(seen.size() - 1)}};
    return {{"errors", std::abs(net.table.sum().item<double>())}, {"hits", 0}};
  }

  Tied net;
  std::vector<double> scores;
  std::vector<at::Tensor> seen;  // the buffer at each evaluation
  std::vector<tasks::RateGroup> groups;
  int64_t poisoned = -1, poison = 0;
  double from = 0;
};

TrainOptions options_of(const std::string& metric) {
  at::globalContext().setDeterministicAlgorithms(true, false);
  at::set_num_threads(1);
  TrainOptions options;
  options.batches.max_examples = 8;
  options.max_epochs = 4;
  options.patience = 0;
  options.metric = metric;
  options.learning_rate = 0.05;
  options.average = 0.5;
  return options;
}

std::vector<at::Tensor> all_of(Guess& task) {
  std::vector<at::Tensor> all;
  for (const auto& [name, tensor] : tasks::tensors_of(task.module())) all.push_back(tensor.detach().clone());
  return all;
}

TEST(AnyTask, TheBestEpochMayHaveTheLowestScore) {
  for (const bool lower : {true, false}) {
    Guess task;
    task.scores = {0.5, 0.3, 0.9, 0.4};
    checkpoint::PartialFolder folder = checkpoint::PartialFolder::in_memory();
    std::vector<double> told;
    Hooks hooks;
    std::string unit;
    hooks.progress = [&](const Progress& progress) {
      unit = progress.unit;
      if (!std::isnan(progress.best_score)) told.push_back(progress.best_score);
    };
    const TrainSummary summary = train(task, options_of(lower ? "errors" : "hits"), folder, hooks);
    EXPECT_EQ(summary.best_score, lower ? 0.3 : 0.9);
    EXPECT_EQ(summary.best_epoch, lower ? 2 : 3);
    EXPECT_EQ(told.back(), summary.best_score);
    EXPECT_EQ(unit, "numbers");
    EXPECT_EQ(summary.unit, "numbers");
    EXPECT_TRUE(at::equal(task.net.running, task.seen[lower ? 1 : 2])) << "the buffers of the best epoch";
    EXPECT_FALSE(at::equal(task.seen[1], task.seen[2]));
  }
}

TEST(AnyTask, TheBestEpochIsALateOneWhereTheTaskSaysSo) {
  for (const auto& [from, epoch] : {std::pair(0.0, 1), {0.5, 3}, {0.8, 4}, {1.0, 4}}) {
    Guess task;
    task.from = from;
    task.scores = {0.9, 0.2, 0.5, 0.4};
    auto folder = checkpoint::PartialFolder::in_memory();
    const TrainSummary summary = train(task, options_of("hits"), folder, {});
    EXPECT_EQ(summary.best_epoch, epoch) << from;
    EXPECT_EQ(summary.best_score, task.scores[static_cast<size_t>(epoch - 1)]) << from;
    EXPECT_TRUE(at::equal(task.net.running, task.seen[static_cast<size_t>(epoch - 1)])) << from;
    EXPECT_NEAR(summary.chosen_from, 4 * from, 1e-9);
  }
  Guess shorter;
  shorter.from = 0.5, shorter.scores = {0.9, 0.2, 0.5};
  TrainOptions options = options_of("hits");
  options.max_steps = 10;  // two epochs
  auto folder = checkpoint::PartialFolder::in_memory();
  const TrainSummary summary = train(shorter, options, folder, {});
  EXPECT_EQ(summary.best_epoch, 1) << "which ends at half of what is planned";
  EXPECT_NEAR(summary.chosen_from, 1, 1e-9);
}

// Epochs that may not be chosen do not count for it, and a run that ends before the others has the best of the first.
TEST(AnyTask, PatienceBeginsWithTheEpochsThatMayBeChosen) {
  TrainOptions options = options_of("hits");
  options.max_epochs = 8, options.patience = 2;
  Guess task;
  task.from = 0.5;
  task.scores = {0.9, 0.8, 0.7, 0.3, 0.2, 0.1, 0.6, 0.6};
  auto folder = checkpoint::PartialFolder::in_memory();
  const TrainSummary summary = train(task, options, folder, {});
  EXPECT_EQ(summary.stopped, StopReason::kPatience);
  EXPECT_EQ(summary.epochs, 6);
  EXPECT_EQ(summary.best_epoch, 4);
  Guess cut;
  cut.from = 0.5, cut.scores = {0.8, 0.9, 0.7, 0.3};
  int64_t evaluations = 0;
  Hooks hooks;
  hooks.evaluated = [&](const EvaluationLine&) { ++evaluations; };
  hooks.should_stop = [&] { return evaluations == 3; };
  auto other = checkpoint::PartialFolder::in_memory();
  EXPECT_EQ(train(cut, options, other, hooks).best_epoch, 2);
}

TEST(AnyTask, AScoreThatTheTaskHasNotIsRefused) {
  Guess task;
  checkpoint::PartialFolder folder = checkpoint::PartialFolder::in_memory();
  EXPECT_THROW(train(task, options_of("loss"), folder, {}), InternalError);
}

TEST(AnyTask, ATiedTableAndBuffersSurviveAStop) {
  const Scratch scratch;
  const TrainOptions options = options_of("errors");
  Guess whole;
  auto folder = checkpoint::PartialFolder::create(scratch.file("whole"), false);
  train(whole, options, folder, {});
  EXPECT_GT(whole.net.count.item<int64_t>(), 4);
  std::vector<at::Tensor> last;
  int64_t pieces = 0;
  for (bool done = false; !done; ++pieces) {
    ASSERT_LT(pieces, 20);
    Guess task;
    auto part = pieces == 0 ? checkpoint::PartialFolder::create(scratch.file("parts"), false)
                            : checkpoint::PartialFolder::resume(scratch.file("parts"));
    int64_t steps = 0;
    Hooks hooks;
    hooks.should_stop = [&] { return ++steps >= 4; };
    done = train(task, options, part, hooks).stopped != StopReason::kInterrupted;
    last = all_of(task);
  }
  EXPECT_GT(pieces, 3);
  expect_same_bits(all_of(whole), last);
}

// What is kept in memory is what a folder keeps, where a run goes back to it too.
TEST(AnyTask, ARunInMemoryIsTheOneOfAFolder) {
  const Scratch scratch;
  Guess on_disk, in_memory;
  on_disk.poisoned = in_memory.poisoned = 12;
  on_disk.poison = in_memory.poison = 1;
  auto folder = checkpoint::PartialFolder::create(scratch.file("m"), false);
  auto memory = checkpoint::PartialFolder::in_memory();
  const TrainSummary first = train(on_disk, options_of("errors"), folder, {}),
                     second = train(in_memory, options_of("errors"), memory, {});
  ASSERT_EQ(first.setbacks.size(), 1U);
  ASSERT_EQ(second.setbacks.size(), 1U);
  EXPECT_EQ(first.setbacks[0].back_to, second.setbacks[0].back_to);
  EXPECT_GT(first.setbacks[0].back_to, 0);
  expect_same_bits(all_of(on_disk), all_of(in_memory));
}

TEST(AnyTask, GroupsOfParametersHaveRatesOfTheirOwn) {
  Guess plain, grouped;
  grouped.groups = {{"trunk_", 0}, {"t", 1}};
  for (Guess* task : {&plain, &grouped}) {
    auto folder = checkpoint::PartialFolder::in_memory();
    train(*task, options_of("errors"), folder, {});
  }
  const Tied start;
  EXPECT_TRUE(at::equal(grouped.net.scale, start.scale));
  EXPECT_FALSE(at::equal(plain.net.scale, start.scale));
  EXPECT_FALSE(at::equal(grouped.net.table, start.table));
}

}  // namespace
}  // namespace fovea::train
