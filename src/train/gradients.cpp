#include "train/gradients.h"

#include <torch/csrc/autograd/autograd.h>

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::train {
namespace {

struct OfShare {
  double loss = 0;  // times the share's weight
  std::vector<at::Tensor> gradients;
};

OfShare of_share(tasks::Task& task, const tasks::Share& share, const tasks::Step& step,
                 const std::vector<at::Tensor>& parameters) {
  const at::Tensor loss = task.loss(share.examples, step) * share.weight;
  // Not backward(), which would add to what all shares have in common.
  return {loss.item<double>(), torch::autograd::grad({loss}, parameters, {}, /*retain_graph=*/false,
                                                     /*create_graph=*/false, /*allow_unused=*/true)};
}

}  // namespace

double find_gradients(tasks::Task& task, std::span<const int64_t> examples, const tasks::Step& step,
                      const std::vector<at::Tensor>& parameters) {
  const std::vector<tasks::Share> shares = task.shares(examples);
  FOVEA_CHECK(!shares.empty(), "a step without shares");
  if (shares.size() == 1) {
    const at::Tensor loss = task.loss(examples, step);
    loss.backward();
    return loss.item<double>();
  }
  std::vector<OfShare> made(shares.size());
  at::parallel_for(0, std::ssize(shares), 1, [&](int64_t begin, int64_t end) {
    for (int64_t number = begin; number < end; ++number) {
      tasks::Step own = step;
      own.share = static_cast<uint64_t>(number);
      if (at::get_thread_num() != 0) own.profile = nullptr;  // a profile is of one thread
      const auto at = static_cast<size_t>(number);
      made[at] = of_share(task, shares[at], own, parameters);
    }
  });
  double loss = 0;
  for (const OfShare& one : made) loss += one.loss;
  const at::NoGradGuard guard;
  for (size_t p = 0; p < parameters.size(); ++p) {
    at::Tensor sum;
    for (const OfShare& one : made) {
      const at::Tensor& gradient = one.gradients[p];
      if (gradient.defined()) sum = sum.defined() ? sum + gradient : gradient;
    }
    // As the optimiser reads it, which backward() sees to by itself.
    if (sum.defined()) parameters[p].mutable_grad() = sum.is_sparse() ? sum : sum.contiguous();
  }
  return loss;
}

}  // namespace fovea::train
