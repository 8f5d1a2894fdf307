#include "train/adamw.h"

#include <cmath>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

namespace fovea::train {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;  // the paper's

}  // namespace

AdamW::AdamW(std::vector<at::Tensor> parameters, double weight_decay)
    : parameters_(std::move(parameters)), weight_decay_(weight_decay) {
  const at::NoGradGuard guard;
  for (const at::Tensor& parameter : parameters_) {
    first_.push_back(at::zeros_like(parameter));
    second_.push_back(at::zeros_like(parameter));
  }
}

void AdamW::zero_gradients() {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

double AdamW::clip(double limit) {
  const at::NoGradGuard guard;
  double squares = 0;
  for (const at::Tensor& parameter : parameters_) {
    if (!parameter.grad().defined()) continue;
    const double norm = parameter.grad().norm().item<double>();
    squares += norm * norm;
  }
  const double norm = std::sqrt(squares);
  if (limit > 0 && norm > limit) {
    for (const at::Tensor& parameter : parameters_) {
      if (parameter.grad().defined()) parameter.grad().mul_(limit / norm);
    }
  }
  return norm;
}

void AdamW::step(double rate) {
  ++steps_;
  step_group(true, rate);
  step_group(false, rate);
}

void AdamW::step_group(bool decayed, double rate) {
  const at::NoGradGuard guard;
  std::vector<at::Tensor> parameters, gradients, first, second, counts;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].grad().defined() || (parameters_[i].dim() >= 2) != decayed) continue;
    parameters.push_back(parameters_[i].detach());
    gradients.push_back(parameters_[i].grad());
    first.push_back(first_[i]);
    second.push_back(second_[i]);
    counts.push_back(at::full({}, static_cast<double>(steps_), at::kFloat));
  }
  if (parameters.empty()) return;
  at::_fused_adamw_(parameters, gradients, first, second, /*max_exp_avg_sqs=*/{}, counts, rate, kBeta1, kBeta2,
                    decayed ? weight_decay_ : 0.0, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
}

}  // namespace fovea::train
