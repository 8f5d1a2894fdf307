#include "train/optimizer.h"

#include <algorithm>
#include <cmath>

#include <ATen/Functions.h>
#include <gtest/gtest.h>

#include "ops/lookup.h"
#include "support/gradients.h"

namespace fovea::train {
namespace {

// The update as the paper writes it, one number at a time.
struct PlainAdamW {
  double value, first = 0, second = 0;
  void step(double gradient, double rate, double decay, int64_t t) {
    value *= 1 - rate * decay;
    first = 0.9 * first + 0.1 * gradient;
    second = 0.999 * second + 0.001 * gradient * gradient;
    const double m = first / (1 - std::pow(0.9, t)), v = second / (1 - std::pow(0.999, t));
    value -= rate * m / (std::sqrt(v) + 1e-8);
  }
};

TEST(Optimizer, AgreesWithThePaperAndDecaysMatricesOnly) {
  at::Tensor matrix = test::awkward({3, 2}, 1.0, 1).set_requires_grad(true),
             vector = test::awkward({4}, 1.0, 2).set_requires_grad(true);
  std::vector<PlainAdamW> plain_matrix, plain_vector;
  for (int64_t i = 0; i < 6; ++i) plain_matrix.push_back({matrix.detach().view({-1})[i].item<double>()});
  for (int64_t i = 0; i < 4; ++i) plain_vector.push_back({vector.detach()[i].item<double>()});
  Optimizer optimizer({matrix, vector}, {.weight_decay = 0.3});
  for (int64_t t = 1; t <= 5; ++t) {
    const double rate = 0.1 / static_cast<double>(t);
    const at::Tensor matrix_gradient = test::awkward({3, 2}, 1.0, 10 + t),
                     vector_gradient = test::awkward({4}, 1.0, 20 + t);
    optimizer.zero_gradients();
    ((matrix * matrix_gradient).sum() + (vector * vector_gradient).sum()).backward();
    optimizer.step(rate);
    for (int64_t i = 0; i < 6; ++i)
      plain_matrix[static_cast<size_t>(i)].step(matrix_gradient.view({-1})[i].item<double>(), rate, 0.3, t);
    for (int64_t i = 0; i < 4; ++i)
      plain_vector[static_cast<size_t>(i)].step(vector_gradient[i].item<double>(), rate, 0.0, t);
  }
  for (int64_t i = 0; i < 6; ++i)
    EXPECT_NEAR(matrix.detach().view({-1})[i].item<double>(), plain_matrix[static_cast<size_t>(i)].value, 1e-9);
  for (int64_t i = 0; i < 4; ++i)
    EXPECT_NEAR(vector.detach()[i].item<double>(), plain_vector[static_cast<size_t>(i)].value, 1e-9);
}

// A row moves only in its own steps, at its own count, three times as fast; what it has missed of the weight decay
// comes when it is touched or settled.
TEST(Optimizer, ATableIsUpdatedRowByRow) {
  at::Tensor table = test::awkward({4, 1}, 1.0, 1).set_requires_grad(true);
  const std::vector<std::vector<int64_t>> steps = {{0, 2}, {2, 2, 1}, {0}, {1, 2}};
  std::vector<PlainAdamW> plain;
  std::vector<int64_t> counts(4, 0);
  for (int64_t r = 0; r < 4; ++r) plain.push_back({table.detach()[r].item<double>()});
  Optimizer optimizer({table}, {.weight_decay = 0.3, .row_rate = 3});
  for (size_t t = 0; t < steps.size(); ++t) {
    const double rate = 0.1 / static_cast<double>(t + 1);
    optimizer.zero_gradients();
    const at::Tensor ids = at::tensor(steps[t], at::kLong);
    (ops::lookup(table, ids) * 0.7).sum().backward();
    optimizer.step(rate);
    for (int64_t r = 0; r < 4; ++r) {
      const auto times = std::count(steps[t].begin(), steps[t].end(), r);
      PlainAdamW& row = plain[static_cast<size_t>(r)];
      if (times > 0) {
        row.step(0.7 * static_cast<double>(times), 3 * rate, 0.3, ++counts[static_cast<size_t>(r)]);
      } else {
        row.value *= 1 - 3 * rate * 0.3;
      }
    }
  }
  optimizer.settle();
  for (int64_t r = 0; r < 4; ++r) {
    EXPECT_NEAR(table.detach()[r].item<double>(), plain[static_cast<size_t>(r)].value, 1e-9) << r;
  }
}

TEST(Optimizer, FrozenRowsStayAndHaveNoPartInTheNorm) {
  at::Tensor table = test::awkward({3, 2}, 1.0, 1).set_requires_grad(true);
  const at::Tensor before = table.detach().clone();
  Optimizer optimizer({table}, {.weight_decay = 0.3});
  optimizer.freeze(table, at::tensor({0, 1, 0}, at::kLong).to(at::kBool));
  for (int64_t t = 0; t < 3; ++t) {
    optimizer.zero_gradients();
    (ops::lookup(table, at::tensor({0, 1, 1}, at::kLong)) * 3).sum().backward();
    EXPECT_NEAR(optimizer.clip(0), std::sqrt(18.0), 1e-12);
    optimizer.step(0.1);
    optimizer.settle();
  }
  EXPECT_TRUE(at::equal(table.detach()[1], before[1]));
  EXPECT_FALSE(at::equal(table.detach()[0], before[0]));
  EXPECT_FALSE(at::equal(table.detach()[2], before[2])) << "weight decay alone";
}

// One number by Adam, whose decay is part of the gradient, or by SGD.
struct Plain {
  OptimizerKind kind;
  double value, first = 0, second = 0;
  void step(double gradient, double rate, double decay, int64_t t) {
    if (kind == OptimizerKind::kAdam) {
      gradient += decay * value;
      first = 0.9 * first + 0.1 * gradient;
      second = 0.999 * second + 0.001 * gradient * gradient;
      const double m = first / (1 - std::pow(0.9, t)), v = second / (1 - std::pow(0.999, t));
      value -= rate * m / (std::sqrt(v) + 1e-8);
    } else {
      value *= 1 - rate * decay;
      first = 0.7 * first + gradient;
      value -= rate * first;
    }
  }
};

// A matrix, a vector without decay, and a table all of whose rows occur in every step.
TEST(Optimizer, AdamAndSgdAgreeWithTheirRules) {
  for (const OptimizerKind kind : {OptimizerKind::kAdam, OptimizerKind::kSgd}) {
    SCOPED_TRACE(optimizer_name(kind));
    std::vector<at::Tensor> all = {test::awkward({3, 2}, 1.0, 1), test::awkward({4}, 1.0, 2),
                                   test::awkward({5, 2}, 1.0, 3)};
    std::vector<std::vector<Plain>> plain(3);
    for (size_t p = 0; p < 3; ++p) {
      all[p].set_requires_grad(true);
      for (int64_t i = 0; i < all[p].numel(); ++i) {
        plain[p].push_back({kind, all[p].detach().view({-1})[i].item<double>()});
      }
    }
    Optimizer optimizer(all, {.kind = kind, .weight_decay = 0.3, .momentum = 0.7});
    for (int64_t t = 1; t <= 5; ++t) {
      const double rate = 0.1 / static_cast<double>(t);
      std::vector<at::Tensor> gradients;
      for (size_t p = 0; p < 3; ++p) {
        gradients.push_back(test::awkward(all[p].sizes(), 1.0, 10 * static_cast<int64_t>(p) + 30 + t));
      }
      optimizer.zero_gradients();
      const at::Tensor rows = ops::lookup(all[2], at::arange(5, at::kLong));
      ((all[0] * gradients[0]).sum() + (all[1] * gradients[1]).sum() + (rows * gradients[2]).sum()).backward();
      ASSERT_TRUE(all[2].grad().is_sparse());
      optimizer.step(rate);
      for (size_t p = 0; p < 3; ++p) {
        for (size_t i = 0; i < plain[p].size(); ++i) {
          const double gradient = gradients[p].view({-1})[static_cast<int64_t>(i)].item<double>();
          plain[p][i].step(gradient, rate, p == 1 ? 0 : 0.3, t);
        }
      }
    }
    for (size_t p = 0; p < 3; ++p) {
      for (size_t i = 0; i < plain[p].size(); ++i) {
        EXPECT_NEAR(all[p].detach().view({-1})[static_cast<int64_t>(i)].item<double>(), plain[p][i].value, 1e-9) << p;
      }
    }
  }
}

// Momentum stands still while a row does; decay apart from the gradient does not, that of Adam does.
TEST(Optimizer, RowsOfAdamAndSgdMoveInTheirOwnSteps) {
  const std::vector<std::vector<int64_t>> steps = {{0, 2}, {2, 2, 1}, {0}, {1, 2}};
  for (const OptimizerKind kind : {OptimizerKind::kAdam, OptimizerKind::kSgd}) {
    SCOPED_TRACE(optimizer_name(kind));
    at::Tensor table = test::awkward({4, 1}, 1.0, 1).set_requires_grad(true);
    std::vector<Plain> plain;
    std::vector<int64_t> counts(4, 0);
    for (int64_t r = 0; r < 4; ++r) plain.push_back({kind, table.detach()[r].item<double>()});
    Optimizer optimizer({table}, {.kind = kind, .weight_decay = 0.3, .row_rate = 3, .momentum = 0.7});
    for (size_t t = 0; t < steps.size(); ++t) {
      const double rate = 0.1 / static_cast<double>(t + 1);
      optimizer.zero_gradients();
      (ops::lookup(table, at::tensor(steps[t], at::kLong)) * 0.7).sum().backward();
      optimizer.step(rate);
      for (int64_t r = 0; r < 4; ++r) {
        const auto times = std::count(steps[t].begin(), steps[t].end(), r);
        Plain& row = plain[static_cast<size_t>(r)];
        if (times > 0) {
          row.step(0.7 * static_cast<double>(times), 3 * rate, 0.3, ++counts[static_cast<size_t>(r)]);
        } else if (kind == OptimizerKind::kSgd) {
          row.value *= 1 - 3 * rate * 0.3;
        }
      }
    }
    optimizer.settle();
    for (int64_t r = 0; r < 4; ++r) {
      EXPECT_NEAR(table.detach()[r].item<double>(), plain[static_cast<size_t>(r)].value, 1e-9) << r;
    }
  }
}

TEST(Optimizer, ClipsTheNormOfAllGradientsTogether) {
  at::Tensor a = at::zeros({2}, at::kDouble).set_requires_grad(true),
             b = at::zeros({1}, at::kDouble).set_requires_grad(true);
  Optimizer optimizer({a, b}, {.weight_decay = 0});
  const auto set = [&] {
    optimizer.zero_gradients();
    ((a * at::tensor({2.0, 3.0}, at::kDouble)).sum() + 6 * b.sum()).backward();
  };
  set();
  EXPECT_NEAR(optimizer.clip(0), 7.0, 1e-12);
  EXPECT_DOUBLE_EQ(b.grad()[0].item<double>(), 6.0);
  EXPECT_NEAR(optimizer.clip(3.5), 7.0, 1e-12);
  EXPECT_NEAR(b.grad()[0].item<double>(), 3.0, 1e-12);
  EXPECT_NEAR(a.grad()[0].item<double>(), 1.0, 1e-12);
  set();
  optimizer.clip(7.5);
  EXPECT_DOUBLE_EQ(b.grad()[0].item<double>(), 6.0);
}

TEST(Optimizer, ParametersWithoutAGradientStay) {
  at::Tensor used = at::ones({2, 2}).set_requires_grad(true), unused = at::ones({2, 2}).set_requires_grad(true);
  Optimizer optimizer({used, unused}, {.weight_decay = 0.5});
  optimizer.zero_gradients();
  used.sum().backward();
  optimizer.step(0.1);
  EXPECT_TRUE(at::equal(unused, at::ones({2, 2})));
  EXPECT_FALSE(at::equal(used, at::ones({2, 2})));
}

}  // namespace
}  // namespace fovea::train
