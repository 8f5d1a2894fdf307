#include "train/adamw.h"

#include <cmath>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/row_adam.h"

namespace fovea::train {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;  // the paper's

// The numbers of a gradient: all of a dense one, those of its rows of a sparse one.
at::Tensor numbers_of(const at::Tensor& gradient) {
  return gradient.is_sparse() ? gradient._values() : gradient;
}

}  // namespace

AdamW::AdamW(std::vector<at::Tensor> parameters, double weight_decay, double row_rate)
    : parameters_(std::move(parameters)),
      rows_(parameters_.size()),
      frozen_(parameters_.size()),
      weight_decay_(weight_decay),
      row_rate_(row_rate) {
  const at::NoGradGuard guard;
  for (const at::Tensor& parameter : parameters_) {
    first_.push_back(at::zeros_like(parameter));
    second_.push_back(at::zeros_like(parameter));
  }
}

void AdamW::zero_gradients() {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

void AdamW::freeze(const at::Tensor& parameter, const at::Tensor& mask) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].is_same(parameter)) frozen_[i] = mask;
  }
}

void AdamW::drop_frozen() {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!frozen_[i].defined() || !parameters_[i].grad().defined()) continue;
    const at::Tensor& gradient = parameters_[i].grad();
    FOVEA_CHECK(gradient.is_sparse(), "frozen rows of a parameter that is no table", i);
    const at::Tensor rows = gradient._indices()[0];
    const at::Tensor kept = frozen_[i].index_select(0, rows).logical_not().nonzero().view({-1});
    parameters_[i].mutable_grad() = at::_sparse_coo_tensor_unsafe(
        rows.index_select(0, kept).unsqueeze(0), gradient._values().index_select(0, kept), gradient.sizes());
  }
}

double AdamW::clip(double limit) {
  const at::NoGradGuard guard;
  drop_frozen();
  double squares = 0;
  for (const at::Tensor& parameter : parameters_) {
    if (!parameter.grad().defined()) continue;
    const double norm = numbers_of(parameter.grad()).norm().item<double>();
    squares += norm * norm;
  }
  const double norm = std::sqrt(squares);
  if (limit > 0 && norm > limit) {
    for (const at::Tensor& parameter : parameters_) {
      if (parameter.grad().defined()) numbers_of(parameter.grad()).mul_(limit / norm);
    }
  }
  return norm;
}

void AdamW::step(double rate) {
  ++steps_;
  decay_sum_ += std::log1p(-rate * row_rate_ * weight_decay_);
  step_dense(true, rate);
  step_dense(false, rate);
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].grad().defined() && parameters_[i].grad().is_sparse()) step_table(i, rate * row_rate_);
  }
}

void AdamW::step_dense(bool decayed, double rate) {
  const at::NoGradGuard guard;
  std::vector<at::Tensor> parameters, gradients, first, second, counts;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined() || gradient.is_sparse() || (parameters_[i].dim() >= 2) != decayed) continue;
    FOVEA_CHECK(!rows_[i].counts.defined(), "a table of rows has a dense gradient", i);
    parameters.push_back(parameters_[i].detach());
    gradients.push_back(gradient);
    first.push_back(first_[i]);
    second.push_back(second_[i]);
    counts.push_back(at::full({}, static_cast<double>(steps_), at::kFloat));
  }
  if (parameters.empty()) return;
  at::_fused_adamw_(parameters, gradients, first, second, /*max_exp_avg_sqs=*/{}, counts, rate, kBeta1, kBeta2,
                    decayed ? weight_decay_ : 0.0, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
}

void AdamW::make_rows(size_t parameter) {
  if (rows_[parameter].counts.defined()) return;
  const int64_t rows = parameters_[parameter].size(0);
  rows_[parameter] = {at::zeros({rows}, at::kLong), at::zeros({rows}, at::kDouble)};
}

void AdamW::step_table(size_t i, double rate) {
  const at::NoGradGuard guard;
  make_rows(i);
  ops::row_adam({parameters_[i].detach(), first_[i], second_[i], rows_[i].counts, rows_[i].decays},
                parameters_[i].grad(), {rate, kBeta1, kBeta2, kEpsilon, decay_sum_});
}

void AdamW::settle() {
  const at::NoGradGuard guard;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!rows_[i].counts.defined()) continue;
    if (frozen_[i].defined()) rows_[i].decays.masked_fill_(frozen_[i], decay_sum_);
    ops::settle_rows({parameters_[i].detach(), first_[i], second_[i], rows_[i].counts, rows_[i].decays},
                     {0, kBeta1, kBeta2, kEpsilon, decay_sum_});
  }
}

}  // namespace fovea::train
