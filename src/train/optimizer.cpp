#include "train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/row_adam.h"

namespace fovea::train {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;  // the paper's

// The numbers of a gradient: all of a dense one, those of its rows of a sparse one.
at::Tensor numbers_of(const at::Tensor& gradient) {
  return gradient.is_sparse() ? gradient._values() : gradient;
}

}  // namespace

const char* optimizer_name(OptimizerKind kind) {
  switch (kind) {
    case OptimizerKind::kAdamW:
      return "adamw";
    case OptimizerKind::kAdam:
      return "adam";
    case OptimizerKind::kSgd:
      return "sgd";
  }
  return "";
}

Optimizer::Optimizer(std::vector<at::Tensor> parameters, const OptimizerOptions& options)
    : parameters_(std::move(parameters)),
      rows_(parameters_.size()),
      frozen_(parameters_.size()),
      factors_(parameters_.size(), 1.0),
      decay_sums_(parameters_.size(), 0.0),
      dense_(parameters_.size(), false),
      options_(options) {
  const at::NoGradGuard guard;
  for (const at::Tensor& parameter : parameters_) {
    first_.push_back(at::zeros_like(parameter));
    second_.push_back(is_adam() ? at::zeros_like(parameter) : at::Tensor());
  }
}

void Optimizer::zero_gradients() {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

void Optimizer::freeze(const at::Tensor& parameter, const at::Tensor& mask) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].is_same(parameter)) frozen_[i] = mask;
  }
}

void Optimizer::scale_rate(const at::Tensor& parameter, double factor) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].is_same(parameter)) factors_[i] = factor;
  }
}

// The gradient of a table, sparse, without the frozen rows.
at::Tensor Optimizer::as_rows(size_t i) const {
  at::Tensor gradient = parameters_[i].grad();
  if (!gradient.is_sparse()) {
    const at::Tensor all = at::arange(gradient.size(0), at::kLong);
    gradient = at::_sparse_coo_tensor_unsafe(all.unsqueeze(0), gradient, gradient.sizes());
  }
  gradient = ops::coalesced(gradient);
  if (!frozen_[i].defined()) return gradient;
  const at::Tensor rows = gradient._indices()[0];
  const at::Tensor kept = frozen_[i].index_select(0, rows).logical_not().nonzero().view({-1});
  if (kept.numel() == rows.numel()) return gradient;
  return at::_sparse_coo_tensor_unsafe(rows.index_select(0, kept).unsqueeze(0),
                                       gradient._values().index_select(0, kept), gradient.sizes());
}

void Optimizer::prepare() {
  const at::NoGradGuard guard;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    at::Tensor& gradient = parameters_[i].mutable_grad();
    if (!gradient.defined()) continue;
    const bool table = frozen_[i].defined() || rows_[i].counts.defined() || (gradient.is_sparse() && !dense_[i]);
    if (table) {
      gradient = as_rows(i);
    } else if (gradient.is_sparse()) {
      const at::Tensor rows = ops::coalesced(gradient);
      gradient = at::zeros(rows.sizes(), rows._values().options()).index_copy_(0, rows._indices()[0], rows._values());
    }
  }
}

double Optimizer::clip(double limit) {
  const at::NoGradGuard guard;
  prepare();
  std::vector<at::Tensor> norms;
  for (const at::Tensor& parameter : parameters_) {
    if (parameter.grad().defined()) norms.push_back(numbers_of(parameter.grad()).norm().to(at::kDouble));
  }
  if (norms.empty()) return 0;
  const at::Tensor all = at::stack(norms).cpu();  // a device is waited for once, not for each parameter
  const double* each = all.const_data_ptr<double>();
  double squares = 0;
  for (int64_t i = 0; i < all.numel(); ++i) squares += each[i] * each[i];
  const double norm = std::sqrt(squares);
  if (limit > 0 && norm > limit) {
    for (const at::Tensor& parameter : parameters_) {
      if (parameter.grad().defined()) numbers_of(parameter.grad()).mul_(limit / norm);
    }
  }
  return norm;
}

void Optimizer::step(double rate) {
  prepare();
  ++steps_;
  for (size_t i = 0; i < parameters_.size() && options_.kind != OptimizerKind::kAdam; ++i) {
    decay_sums_[i] += std::log1p(-rate * factors_[i] * options_.row_rate * options_.weight_decay);
  }
  if (is_adam()) {
    for (const double factor : std::set<double>(factors_.begin(), factors_.end())) {
      step_dense(true, factor, rate);
      step_dense(false, factor, rate);
    }
  }
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].grad().defined()) continue;
    if (parameters_[i].grad().is_sparse()) {
      step_table(i, rate * factors_[i] * options_.row_rate);
    } else if (!is_adam()) {
      step_sgd(i, rate * factors_[i]);
    }
  }
}

// The dense parameters that have `factor`, those with weight decay or those without.
void Optimizer::step_dense(bool decayed, double factor, double rate) {
  const at::NoGradGuard guard;
  std::vector<at::Tensor> parameters, gradients, first, second, counts;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined() || gradient.is_sparse() || factors_[i] != factor) continue;
    if ((parameters_[i].dim() >= 2) != decayed) continue;
    dense_[i] = true;
    parameters.push_back(parameters_[i].detach());
    gradients.push_back(gradient);
    first.push_back(first_[i]);
    second.push_back(second_[i]);
    counts.push_back(at::full({}, static_cast<double>(steps_), at::kFloat));
  }
  if (parameters.empty()) return;
  const double decay = decayed ? options_.weight_decay : 0.0;
  if (options_.kind == OptimizerKind::kAdamW) {
    at::_fused_adamw_(parameters, gradients, first, second, /*max_exp_avg_sqs=*/{}, counts, factor * rate, kBeta1,
                      kBeta2, decay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
  } else {
    at::_fused_adam_(parameters, gradients, first, second, /*max_exp_avg_sqs=*/{}, counts, factor * rate, kBeta1,
                     kBeta2, decay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
  }
}

// w ← (1 − η λ) w,  m ← μ m + g,  w ← w − η m
void Optimizer::step_sgd(size_t i, double rate) {
  const at::NoGradGuard guard;
  dense_[i] = true;
  at::Tensor parameter = parameters_[i].detach();
  if (parameter.dim() >= 2) parameter.mul_(1 - rate * options_.weight_decay);
  first_[i].mul_(options_.momentum).add_(parameters_[i].grad());
  parameter.sub_(first_[i], rate);
}

void Optimizer::make_rows(size_t parameter) {
  if (rows_[parameter].counts.defined()) return;
  const int64_t rows = parameters_[parameter].size(0);
  rows_[parameter] = {at::zeros({rows}, at::kLong), at::zeros({rows}, at::kDouble)};
}

void Optimizer::step_table(size_t i, double rate) {
  const at::NoGradGuard guard;
  make_rows(i);
  if (!is_adam()) return step_sgd_rows(i, rate);
  at::Tensor gradient = parameters_[i].grad();
  if (options_.kind == OptimizerKind::kAdam && options_.weight_decay > 0) {
    const at::Tensor rows = gradient._indices()[0];
    const at::Tensor values =
        gradient._values().add(parameters_[i].detach().index_select(0, rows), options_.weight_decay);
    gradient = at::_sparse_coo_tensor_unsafe(gradient._indices(), values, gradient.sizes());
  }
  ops::row_adam({parameters_[i].detach(), first_[i], second_[i], rows_[i].counts, rows_[i].decays}, gradient,
                {rate, kBeta1, kBeta2, kEpsilon, decay_sums_[i]});
}

// The rule of step_sgd for the rows that occur, after the decay of the steps that they missed.
void Optimizer::step_sgd_rows(size_t i, double rate) {
  at::Tensor table = parameters_[i].detach();
  const at::Tensor rows = parameters_[i].grad()._indices()[0], gradient = parameters_[i].grad()._values();
  const at::Tensor behind = at::rsub(rows_[i].decays.index_select(0, rows), decay_sums_[i]);  // [U]
  const at::Tensor decay = at::exp(behind).to(table.scalar_type()).unsqueeze(1);
  const at::Tensor momentum = first_[i].index_select(0, rows).mul_(options_.momentum).add_(gradient);
  table.index_copy_(0, rows, table.index_select(0, rows).mul_(decay).sub_(momentum, rate));
  first_[i].index_copy_(0, rows, momentum);
  rows_[i].decays.index_fill_(0, rows, decay_sums_[i]);
  rows_[i].counts.index_add_(0, rows, at::ones_like(rows));
}

void Optimizer::settle() {
  const at::NoGradGuard guard;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!rows_[i].counts.defined()) continue;
    if (frozen_[i].defined()) rows_[i].decays.masked_fill_(frozen_[i], decay_sums_[i]);
    // Moments have no part in it: those that SGD does not have are stood in for.
    ops::settle_rows(
        {parameters_[i].detach(), first_[i], is_adam() ? second_[i] : first_[i], rows_[i].counts, rows_[i].decays},
        {0, kBeta1, kBeta2, kEpsilon, decay_sums_[i]});
  }
}

}  // namespace fovea::train
