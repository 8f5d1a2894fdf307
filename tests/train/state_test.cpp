#include "train/state.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "nn/module.h"
#include "ops/aten.h"
#include "ops/lookup.h"
#include "support/gradients.h"

namespace fovea::train {
namespace {

struct TwoParameters : nn::Module {
  TwoParameters() {
    table = register_parameter("table", test::awkward({5, 2}, 1.0, 1));
    vector = register_parameter("vector", test::awkward({2}, 1.0, 2));
  }
  at::Tensor table, vector;
};

// Rows of a table that stand still are brought up to date later, and come out as if they had been moved in every step.
TEST(State, TheMeanOfATableIsTheMeanOfAllSteps) {
  TwoParameters module;
  Optimizer optimizer(module.parameters(), {.weight_decay = 0});
  State state(module, optimizer);
  at::Tensor mean_table = module.table.detach().clone(), mean_vector = module.vector.detach().clone();
  const std::vector<std::vector<int64_t>> steps = {{0, 2}, {2, 1, 1}, {0}, {3, 2}, {3}, {0, 1}};
  for (const std::vector<int64_t>& rows : steps) {
    optimizer.zero_gradients();
    (ops::lookup(module.table, at::tensor(rows, at::kLong)) * module.vector).sum().backward();
    state.begin_average();
    optimizer.step(0.1);
    state.end_average(0.8);
    const auto step = static_cast<double>(state.position.step++);
    const double kept = std::min(0.8, (1 + step) / (10 + step));
    mean_table = mean_table.lerp(module.table.detach(), 1 - kept);
    mean_vector = mean_vector.lerp(module.vector.detach(), 1 - kept);
  }
  state.settle();
  state.swap_average();
  EXPECT_TRUE(at::allclose(module.table.detach(), mean_table, 1e-10, 1e-12));
  EXPECT_TRUE(at::allclose(module.vector.detach(), mean_vector, 1e-10, 1e-12));
}

// Looked up twice in a step, with a row in both: each row is moved once.
TEST(State, TheMeanOfATableThatIsLookedUpTwice) {
  TwoParameters module;
  Optimizer optimizer(module.parameters(), {.weight_decay = 0});
  State state(module, optimizer);
  at::Tensor mean = module.table.detach().clone();
  for (const std::vector<int64_t>& rows : {std::vector<int64_t>{0, 2}, {2, 1, 1}, {3}}) {
    optimizer.zero_gradients();
    const at::Tensor twice = ops::lookup(module.table, at::tensor(rows, at::kLong)).sum() +
                             (ops::lookup(module.table, at::tensor({2, 0}, at::kLong)) * module.vector).sum();
    twice.backward();
    optimizer.clip(0);
    state.begin_average();
    optimizer.step(0.1);
    state.end_average(0.8);
    const auto step = static_cast<double>(state.position.step++);
    mean = mean.lerp(module.table.detach(), 1 - std::min(0.8, (1 + step) / (10 + step)));
  }
  state.settle();
  state.swap_average();
  EXPECT_TRUE(at::allclose(module.table.detach(), mean, 1e-10, 1e-12));
}

// As a batch norm has them: a running mean, a flag, and a count, of which there is no mean.
struct WithBuffers : TwoParameters {
  WithBuffers() {
    running = register_buffer("running", at::zeros({2}, at::kDouble));
    seen = register_buffer("seen", at::zeros({}, at::kLong));
    ready = register_buffer("ready", at::zeros({3}, at::kBool));
  }
  void count(double value) { running.fill_(value), seen.add_(1), ready.fill_(true); }
  at::Tensor running, seen, ready;
};

TEST(State, BuffersAreAveragedAndKeptAsTheParametersAre) {
  WithBuffers module;
  Optimizer optimizer(module.parameters(), {});
  State state(module, optimizer);
  double mean = 0;
  for (int64_t step = 0; step < 3; ++step) {
    state.position.step = step;
    state.begin_average();
    module.count(static_cast<double>(step + 1));
    state.end_average(0.8);
    const double kept = std::min(0.8, (1.0 + static_cast<double>(step)) / (10 + static_cast<double>(step)));
    mean = kept * mean + (1 - kept) * static_cast<double>(step + 1);
  }
  state.swap_average();
  EXPECT_NEAR(module.running[0].item<double>(), mean, 1e-12);
  EXPECT_EQ(module.seen.item<int64_t>(), 3);
  state.keep_best();
  state.swap_average();
  EXPECT_EQ(module.running[0].item<double>(), 3);
  module.count(77);
  state.restore_best();
  EXPECT_NEAR(module.running[0].item<double>(), mean, 1e-12);
  EXPECT_EQ(module.seen.item<int64_t>(), 3);
  module.running.fill_(std::nan(""));
  EXPECT_FALSE(state.finite());
}

checkpoint::Files read(const State& state) {
  checkpoint::Files files;
  for (const auto& [name, write] : state.files()) {
    write([&content = files[name]](std::string_view bytes) { content += bytes; });
  }
  return files;
}

// Of files and in memory; a state that later steps have changed, and a new run's.
TEST(State, ComesBackBitForBit) {
  for (const bool in_memory : {false, true}) {
    WithBuffers module, other;
    Optimizer optimizer(module.parameters(), {.weight_decay = 0.1}),
        other_optimizer(other.parameters(), {.weight_decay = 0.1});
    State state(module, optimizer), other_state(other, other_optimizer);
    const auto step = [](WithBuffers& with, Optimizer& steps, State& of) {
      steps.zero_gradients();
      (ops::lookup(with.table, at::tensor({1, 3}, at::kLong)) * with.vector).sum().backward();
      steps.clip(1);
      of.begin_average();
      steps.step(0.1);
      with.count(static_cast<double>(++of.position.step));
      of.end_average(0.9);
    };
    step(module, optimizer, state), step(module, optimizer, state);
    state.keep_best();
    const Snapshot snapshot = state.snapshot();
    const checkpoint::Files files = read(state);
    const auto go_back = [&](State& to) { in_memory ? to.restore(snapshot) : to.restore(files, "state"); };
    const auto expect_as_before = [&](State& to) {
      go_back(to);
      EXPECT_EQ(read(to), files);
    };
    step(module, optimizer, state);
    EXPECT_NE(read(state), files);
    expect_as_before(state);
    expect_as_before(other_state);
    step(module, optimizer, state), step(other, other_optimizer, other_state);
    EXPECT_EQ(read(state), read(other_state)) << "they go on alike";
  }
}

}  // namespace
}  // namespace fovea::train
