#include "train/optimizer.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "ops/aten.h"
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

// Steps in which a table is looked up in parts, against one lookup of all of them: the same rows, the same sums.
TEST(Optimizer, ATableMayBeLookedUpSeveralTimesInAStep) {
  for (const OptimizerKind kind : {OptimizerKind::kAdamW, OptimizerKind::kAdam, OptimizerKind::kSgd}) {
    SCOPED_TRACE(optimizer_name(kind));
    at::Tensor together = test::awkward({6, 3}, 1.0, 1).to(at::kFloat).set_requires_grad(true);
    at::Tensor apart = together.detach().clone().set_requires_grad(true);
    Optimizer whole({together}, {.kind = kind}), parts({apart}, {.kind = kind});
    const std::vector<std::vector<std::vector<int64_t>>> steps = {{{5, 0}, {0, 2, 0}}, {{1}, {1}}, {{4, 4}, {3}}};
    for (const auto& step : steps) {
      whole.zero_gradients(), parts.zero_gradients();
      std::vector<int64_t> all;
      for (const auto& ids : step) all.insert(all.end(), ids.begin(), ids.end());
      const at::Tensor mix = test::awkward({static_cast<int64_t>(all.size()), 3}, 1.0, 4).to(at::kFloat);
      (ops::lookup(together, at::tensor(all, at::kLong)) * mix).sum().backward();
      int64_t first = 0;
      at::Tensor loss = at::zeros({});
      for (const auto& ids : step) {
        const auto size = static_cast<int64_t>(ids.size());
        loss = loss + (ops::lookup(apart, at::tensor(ids, at::kLong)) * mix.narrow(0, first, size)).sum();
        first += size;
      }
      loss.backward();
      EXPECT_NEAR(whole.clip(0.5), parts.clip(0.5), 1e-6);
      ASSERT_TRUE(at::equal(apart.grad()._indices(), together.grad()._indices()));
      whole.step(0.1), parts.step(0.1);
    }
    whole.settle(), parts.settle();
    EXPECT_TRUE(at::allclose(apart.detach(), together.detach(), 1e-5, 1e-6));
    EXPECT_TRUE(at::equal(whole.rows()[0].counts, parts.rows()[0].counts));
  }
}

// A table that is an output matrix too: dense from the first step, so it is what AdamW makes of any matrix. Later it is
// looked up alone, and the rows that do not occur have a gradient of 0.
TEST(Optimizer, ATiedTableIsADenseParameter) {
  at::Tensor table = test::awkward({4, 2}, 1.0, 1).set_requires_grad(true);
  std::vector<PlainAdamW> plain;
  for (int64_t i = 0; i < 8; ++i) plain.push_back({table.detach().view({-1})[i].item<double>()});
  Optimizer optimizer({table}, {.weight_decay = 0.3, .row_rate = 5});
  for (int64_t t = 1; t <= 4; ++t) {
    const bool tied = t != 3;
    optimizer.zero_gradients();
    const at::Tensor ids = at::tensor({2, 0, 2}, at::kLong), mix = test::awkward({3, 2}, 1.0, t);
    at::Tensor loss = (ops::lookup(table, ids) * mix).sum() + (ops::lookup(table, ids.slice(0, 1)) * 0.5).sum();
    at::Tensor expected = at::zeros({4, 2}, at::kDouble).index_add(0, ids, mix);
    expected.index_add_(0, ids.slice(0, 1), at::full({2, 2}, 0.5, at::kDouble));
    if (tied) {
      loss = loss + (table * test::awkward({4, 2}, 0.7, 20 + t)).sum();
      expected.add_(test::awkward({4, 2}, 0.7, 20 + t));
    }
    loss.backward();
    EXPECT_NEAR(optimizer.clip(0), expected.norm().item<double>(), 1e-12);
    optimizer.step(0.1);
    for (int64_t i = 0; i < 8; ++i) {
      plain[static_cast<size_t>(i)].step(expected.view({-1})[i].item<double>(), 0.1, 0.3, t);
    }
  }
  EXPECT_FALSE(optimizer.rows()[0].counts.defined());
  for (int64_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(table.detach().view({-1})[i].item<double>(), plain[static_cast<size_t>(i)].value, 1e-9) << i;
  }
}

// The other way round: it began as a table of rows, so a dense gradient is one of a step in which all rows occur.
TEST(Optimizer, ATableOfRowsTakesADenseGradientAsOneOfAllRows) {
  at::Tensor table = test::awkward({3, 1}, 1.0, 1).set_requires_grad(true);
  std::vector<PlainAdamW> plain;
  for (int64_t r = 0; r < 3; ++r) plain.push_back({table.detach()[r].item<double>()});
  Optimizer optimizer({table}, {.weight_decay = 0.3});
  std::vector<int64_t> counts(3, 0);
  for (const bool dense : {false, true, true}) {
    optimizer.zero_gradients();
    at::Tensor loss = ops::lookup(table, at::tensor({1}, at::kLong)).sum();
    if (dense) loss = loss + 2 * table.sum();
    loss.backward();
    optimizer.clip(0);
    optimizer.step(0.1);
    for (int64_t r = 0; r < 3; ++r) {
      PlainAdamW& row = plain[static_cast<size_t>(r)];
      if (dense || r == 1) {
        row.step((dense ? 2.0 : 0.0) + (r == 1 ? 1.0 : 0.0), 0.1, 0.3, ++counts[static_cast<size_t>(r)]);
      } else {
        row.value *= 1 - 0.1 * 0.3;
      }
    }
  }
  optimizer.settle();
  for (int64_t r = 0; r < 3; ++r) {
    EXPECT_NEAR(table.detach()[r].item<double>(), plain[static_cast<size_t>(r)].value, 1e-9) << r;
  }
}

TEST(Optimizer, FrozenRowsOfATiedTableStayToo) {
  at::Tensor table = test::awkward({3, 2}, 1.0, 1).set_requires_grad(true);
  const at::Tensor before = table.detach().clone();
  Optimizer optimizer({table}, {.weight_decay = 0.3});
  optimizer.freeze(table, at::tensor({0, 1, 0}, at::kLong).to(at::kBool));
  for (int64_t t = 0; t < 2; ++t) {
    optimizer.zero_gradients();
    (table * 3).sum().backward();
    EXPECT_NEAR(optimizer.clip(0), std::sqrt(36.0), 1e-12);
    optimizer.step(0.1);
    optimizer.settle();
  }
  EXPECT_TRUE(at::equal(table.detach()[1], before[1]));
  EXPECT_FALSE(at::equal(table.detach()[0], before[0]));
}

// Tables with their decay, dense matrices and what has neither, at rates of their own.
TEST(Optimizer, AScaledRateIsThatRate) {
  for (const OptimizerKind kind : {OptimizerKind::kAdamW, OptimizerKind::kAdam, OptimizerKind::kSgd}) {
    SCOPED_TRACE(optimizer_name(kind));
    std::vector<at::Tensor> scaled, faster;
    for (int64_t p = 0; p < 3; ++p) {
      scaled.push_back(test::awkward(p == 1 ? at::IntArrayRef({4}) : at::IntArrayRef({4, 2}), 1.0, p));
      faster.push_back(scaled.back().clone());
      scaled.back().set_requires_grad(true), faster.back().set_requires_grad(true);
    }
    at::Tensor unscaled = test::awkward({2, 2}, 1.0, 9).set_requires_grad(true);
    const at::Tensor start = unscaled.detach().clone();
    std::vector<at::Tensor> with_other = scaled;
    with_other.push_back(unscaled);
    Optimizer first(with_other, {.kind = kind, .weight_decay = 0.3}),
        second(faster, {.kind = kind, .weight_decay = 0.3});
    for (const at::Tensor& parameter : scaled) first.scale_rate(parameter, 0.25);
    const auto loss = [](const std::vector<at::Tensor>& all) {
      return (all[0] * 2).sin().sum() + all[1].square().sum() +
             ops::lookup(all[2], at::tensor({0, 3}, at::kLong)).square().sum();
    };
    for (int64_t t = 0; t < 3; ++t) {
      first.zero_gradients(), second.zero_gradients();
      (loss(scaled) + unscaled.sum()).backward(), loss(faster).backward();
      first.step(0.4), second.step(0.1);
    }
    first.settle(), second.settle();
    for (size_t p = 0; p < 3; ++p) EXPECT_TRUE(at::allclose(scaled[p], faster[p], 1e-12, 1e-12)) << p;
    EXPECT_GT((unscaled.detach() - start).abs().min().item<double>(), 0.3) << "a whole rate";
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
