#include "ops/softmax_loss.h"

#include <cmath>

#include <ATen/Parallel.h>

#include "base/errors.h"
#include "kernels/dispatch.h"
#include "ops/aten.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;

SoftmaxLossInput made(int64_t rows, int64_t width, int64_t classes, double smoothing, at::ScalarType type) {
  SoftmaxLossInput in;
  in.rows = awkward({rows, width}, 1.5, 1).to(type);
  in.weight = awkward({classes, width}, 1.0, 2).to(type);
  in.bias = awkward({classes}, 0.5, 3).to(type);
  in.answers = at::arange(rows, at::kLong).mul(7).remainder(classes).contiguous();
  in.smoothing = smoothing;
  return in;
}

std::vector<at::Tensor> leaves(const SoftmaxLossInput& in) {
  return {in.rows, in.weight, in.bias};
}

// The loss times a factor, and its gradients.
std::vector<at::Tensor> gone_back(SoftmaxLossInput in, at::Tensor (*loss_of)(const SoftmaxLossInput&)) {
  for (at::Tensor* leaf : {&in.rows, &in.weight, &in.bias}) *leaf = leaf->detach().clone().set_requires_grad(true);
  const at::Tensor loss = loss_of(in) * 3;
  loss.backward();
  return {loss.detach(), in.rows.grad(), in.weight.grad(), in.bias.grad()};
}

// Sizes below a vector, of several chunks of rows, and of more classes than a chunk has room for.
TEST(SoftmaxLoss, AgreesWithTheCompositeFormOnEveryInstructionSet) {
  struct Size {
    int64_t rows, width, classes;
  };
  for (const Size& size : std::vector<Size>{{1, 1, 1}, {3, 5, 7}, {50, 12, 33}, {60, 8, 40'000}, {700, 6, 3'000}}) {
    for (const double smoothing : {0.0, 0.1}) {
      const std::vector<at::Tensor> exact =
          gone_back(made(size.rows, size.width, size.classes, smoothing, at::kDouble), softmax_loss_composite);
      kernels::for_each_instruction_set([&](const std::string& name) {
        const std::vector<at::Tensor> fast =
            gone_back(made(size.rows, size.width, size.classes, smoothing, at::kFloat), softmax_loss);
        for (size_t i = 0; i < exact.size(); ++i) {
          const double scale = exact[i].abs().max().item<double>();
          EXPECT_LE((fast[i].to(at::kDouble) - exact[i]).abs().max().item<double>(), 4e-5 * scale + 1e-7)
              << name << ", number " << i << " of " << size.rows << " rows, classes " << size.classes;
        }
      });
    }
  }
}

TEST(SoftmaxLoss, GradientsAreSlopes) {
  const SoftmaxLossInput in = made(4, 3, 6, 0.2, at::kDouble);
  test::expect_gradients(leaves(in), [&](const std::vector<at::Tensor>& leaf) {
    return softmax_loss({leaf[0], leaf[1], leaf[2], in.answers, in.smoothing});
  });
}

TEST(SoftmaxLoss, IsTheLogOfTheClassesWhereNothingIsKnown) {
  SoftmaxLossInput in = made(5, 4, 9, 0.3, at::kFloat);
  in.weight = at::zeros_like(in.weight);
  in.bias = at::zeros_like(in.bias);
  EXPECT_NEAR(softmax_loss(in).item<double>(), std::log(9.0), 1e-6);
}

TEST(SoftmaxLoss, ScoresFarApartStayFinite) {
  SoftmaxLossInput in = made(2, 1, 3, 0.1, at::kFloat);
  in.rows = at::full({2, 1}, 1e4, at::kFloat);
  const double loss = softmax_loss(in).item<double>();
  EXPECT_TRUE(std::isfinite(loss));
  EXPECT_NEAR(loss, softmax_loss_composite(in).item<double>(), 1e-4 * std::abs(loss));
  const at::NoGradGuard guard;
  EXPECT_EQ(softmax_loss(in).item<double>(), loss);
}

TEST(SoftmaxLoss, AnyNumberOfThreadsGivesTheSameBits) {
  const SoftmaxLossInput in = made(300, 16, 5'000, 0.1, at::kFloat);
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const std::vector<at::Tensor> alone = gone_back(in, softmax_loss);
  at::set_num_threads(2);
  const std::vector<at::Tensor> two = gone_back(in, softmax_loss);
  at::set_num_threads(before);
  for (size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(at::equal(alone[i], two[i])) << i;
}

TEST(SoftmaxLoss, WhatIsNoNumberIsNoNumber) {
  SoftmaxLossInput in = made(2, 2, 5, 0.1, at::kFloat);
  in.rows = at::full({2, 2}, std::nan(""), at::kFloat);
  EXPECT_TRUE(std::isnan(softmax_loss(in).item<double>()));
}

TEST(SoftmaxLoss, RefusesAnswersThatAreNoClass) {
  SoftmaxLossInput in = made(2, 2, 5, 0, at::kFloat);
  in.answers = at::tensor({0, 5}, at::kLong);
  EXPECT_THROW(softmax_loss(in), InternalError);
}

}  // namespace
}  // namespace fovea::ops
