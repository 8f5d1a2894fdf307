#include "train/state.h"

#include <cmath>

#include <ATen/Functions.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include "ops/lookup.h"
#include "support/gradients.h"

namespace fovea::train {
namespace {

struct TwoParameters : torch::nn::Module {
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

}  // namespace
}  // namespace fovea::train
