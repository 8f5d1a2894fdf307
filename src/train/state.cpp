#include "train/state.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

#include "base/errors.h"
#include "base/json.h"
#include "tasks/tensors.h"

namespace fovea::train {
namespace {

uint64_t bits(double value) {
  return std::bit_cast<uint64_t>(value);
}
double from_bits(const Json& json) {
  return std::bit_cast<double>(json.get<uint64_t>());
}

Json position_json(const Position& p, const Optimizer& optimizer, double mean_sum) {
  Json validation = Json::object();
  for (const auto& [name, value] : p.best_validation) validation[name] = bits(value);
  Json setbacks = Json::array();
  for (const Setback& setback : p.setbacks) setbacks.push_back(setback.to_json());
  return {{"step", p.step},
          {"epoch", p.epoch},
          {"batch", p.batch},
          {"loss_sum", bits(p.loss_sum)},
          {"loss_count", p.loss_count},
          {"tokens", p.tokens},
          {"best_score", bits(p.best_score)},
          {"best_loss", bits(p.best_loss)},
          {"best_step", p.best_step},
          {"best_epoch", bits(p.best_epoch)},
          {"best_validation", validation},
          {"evaluations", p.evaluations},
          {"evaluations_since_best", p.evaluations_since_best},
          {"evaluated_step", p.evaluated_step},
          {"finished_by_patience", p.finished_by_patience},
          {"recent_losses", bits(p.recent_losses)},
          {"recent_steps", bits(p.recent_steps)},
          {"setbacks", setbacks},
          {"seconds", bits(p.seconds)},
          {"optimizer_steps", optimizer.steps()},
          {"decay_sum", bits(optimizer.decay_sum())},
          {"mean_sum", bits(mean_sum)}};
}

Position position_of(const Json& json) {
  Position p;
  p.step = json.at("step");
  p.epoch = json.at("epoch");
  p.batch = json.at("batch");
  p.loss_sum = from_bits(json.at("loss_sum"));
  p.loss_count = json.at("loss_count");
  p.tokens = json.at("tokens");
  p.best_score = from_bits(json.at("best_score"));
  p.best_loss = from_bits(json.at("best_loss"));
  p.best_step = json.at("best_step");
  p.best_epoch = from_bits(json.at("best_epoch"));
  for (const auto& [name, value] : json.at("best_validation").items()) p.best_validation[name] = from_bits(value);
  p.evaluations = json.at("evaluations");
  p.evaluations_since_best = json.at("evaluations_since_best");
  p.evaluated_step = json.at("evaluated_step");
  p.finished_by_patience = json.at("finished_by_patience");
  p.recent_losses = from_bits(json.at("recent_losses"));
  p.recent_steps = from_bits(json.at("recent_steps"));
  for (const Json& setback : json.at("setbacks")) {
    p.setbacks.push_back({setback.at("step"), setback.at("back_to"), setback.at("reason"), setback.at("rate")});
  }
  p.seconds = from_bits(json.at("seconds"));
  return p;
}

// The mean of rows that stood still at `now` since they saw `seen` [rows] of the sum.
at::Tensor caught_up(const at::Tensor& now, const at::Tensor& mean, const at::Tensor& seen, double sum) {
  const at::Tensor kept = at::exp(at::rsub(seen, sum)).to(now.scalar_type()).unsqueeze(1);
  return at::addcmul(now, mean.sub(now), kept);
}

}  // namespace

State::State(torch::nn::Module& module, Optimizer& optimizer) : optimizer_(optimizer) {
  const at::NoGradGuard guard;
  for (const auto& item : module.named_parameters()) {
    names_.push_back(item.key());
    parameters_.push_back(item.value());
    average_.push_back(item.value().detach().clone());
    best_.push_back(item.value().detach().clone());
    seen_.emplace_back();
  }
}

void State::begin_average() {
  const at::NoGradGuard guard;
  for (size_t i = 0; i < average_.size(); ++i) {
    const at::Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined() || !gradient.is_sparse()) continue;
    if (!seen_[i].defined()) seen_[i] = at::full({parameters_[i].size(0)}, mean_sum_, at::kDouble);
    const at::Tensor rows = gradient._indices()[0];
    const at::Tensor now = parameters_[i].index_select(0, rows), mean = average_[i].index_select(0, rows);
    average_[i].index_copy_(0, rows, caught_up(now, mean, seen_[i].index_select(0, rows), mean_sum_));
  }
}

void State::end_average(double decay) {
  const at::NoGradGuard guard;
  // A young mean follows fast, so that the random start does not linger (as in TensorFlow's moving averages).
  const auto step = static_cast<double>(position.step);
  const double kept = std::min(decay, (1 + step) / (10 + step));
  mean_sum_ += std::log(kept);
  for (size_t i = 0; i < average_.size(); ++i) {
    if (!seen_[i].defined()) {
      average_[i].lerp_(parameters_[i], 1 - kept);
      continue;
    }
    if (!parameters_[i].grad().defined()) continue;  // every row stood still
    const at::Tensor rows = parameters_[i].grad()._indices()[0];
    const at::Tensor now = parameters_[i].index_select(0, rows), mean = average_[i].index_select(0, rows);
    average_[i].index_copy_(0, rows, mean.lerp(now, 1 - kept));
    seen_[i].index_fill_(0, rows, mean_sum_);
  }
}

void State::settle() {
  const at::NoGradGuard guard;
  for (size_t i = 0; i < average_.size(); ++i) {
    if (!seen_[i].defined()) continue;
    average_[i].copy_(caught_up(parameters_[i], average_[i], seen_[i], mean_sum_));
    seen_[i].fill_(mean_sum_);
  }
  optimizer_.settle();
}

void State::swap_average() {
  const at::NoGradGuard guard;
  for (size_t i = 0; i < average_.size(); ++i) {
    const at::Tensor now = parameters_[i].clone();
    parameters_[i].copy_(average_[i]);
    average_[i].copy_(now);
  }
}

void State::keep_best() {
  const at::NoGradGuard guard;
  for (size_t i = 0; i < best_.size(); ++i) best_[i].copy_(parameters_[i]);
}

void State::restore_best() {
  const at::NoGradGuard guard;
  for (size_t i = 0; i < best_.size(); ++i) parameters_[i].copy_(best_[i]);
}

bool State::finite() const {
  const at::NoGradGuard guard;
  const auto sound = [](const at::Tensor& tensor) { return std::isfinite(tensor.sum(at::kDouble).item<double>()); };
  return std::all_of(parameters_.begin(), parameters_.end(), sound) &&
         std::all_of(average_.begin(), average_.end(), sound);
}

checkpoint::Files State::serialize() const {
  checkpoint::ArrayFile arrays;
  for (size_t i = 0; i < names_.size(); ++i) {
    arrays.arrays.push_back(tasks::to_array("now." + names_[i], parameters_[i]));
    arrays.arrays.push_back(tasks::to_array("average." + names_[i], average_[i]));
    arrays.arrays.push_back(tasks::to_array("best." + names_[i], best_[i]));
    arrays.arrays.push_back(tasks::to_array("first." + names_[i], optimizer_.first_moments()[i]));
    const at::Tensor& second = optimizer_.second_moments()[i];
    if (second.defined()) arrays.arrays.push_back(tasks::to_array("second." + names_[i], second));
    const Optimizer::Rows& rows = optimizer_.rows()[i];
    if (rows.counts.defined()) {
      arrays.arrays.push_back(tasks::to_array("counts." + names_[i], rows.counts));
      arrays.arrays.push_back(tasks::to_array("decays." + names_[i], rows.decays));
    }
    if (seen_[i].defined()) arrays.arrays.push_back(tasks::to_array("seen." + names_[i], seen_[i]));
  }
  return {{"position.json", to_pretty(position_json(position, optimizer_, mean_sum_))},
          {"arrays.safetensors", checkpoint::serialize_arrays(arrays)}};
}

void State::restore(const checkpoint::Files& files, const std::string& place) {
  try {
    const Json json = Json::parse(files.at("position.json"));
    position = position_of(json);
    optimizer_.set_steps(json.at("optimizer_steps"));
    optimizer_.set_decay_sum(from_bits(json.at("decay_sum")));
    mean_sum_ = from_bits(json.at("mean_sum"));
  } catch (const std::exception& error) {
    throw UserError(ExitCode::kBadData, place + "/position.json: " + error.what());
  }
  const std::string arrays_place = place + "/arrays.safetensors";
  const checkpoint::ArrayFile arrays = checkpoint::parse_arrays(files.at("arrays.safetensors"), arrays_place);
  for (size_t i = 0; i < names_.size(); ++i) {
    tasks::copy_array(arrays, "now." + names_[i], parameters_[i], arrays_place);
    tasks::copy_array(arrays, "average." + names_[i], average_[i], arrays_place);
    tasks::copy_array(arrays, "best." + names_[i], best_[i], arrays_place);
    tasks::copy_array(arrays, "first." + names_[i], optimizer_.first_moments()[i], arrays_place);
    at::Tensor& second = optimizer_.second_moments()[i];
    if (second.defined()) tasks::copy_array(arrays, "second." + names_[i], second, arrays_place);
    optimizer_.rows()[i] = {};  // in a run that goes back, later steps may have made them
    seen_[i] = at::Tensor();
    if (arrays.find("counts." + names_[i])) {
      optimizer_.make_rows(i);
      tasks::copy_array(arrays, "counts." + names_[i], optimizer_.rows()[i].counts, arrays_place);
      tasks::copy_array(arrays, "decays." + names_[i], optimizer_.rows()[i].decays, arrays_place);
    }
    if (arrays.find("seen." + names_[i])) {
      seen_[i] = at::zeros({parameters_[i].size(0)}, at::kDouble);
      tasks::copy_array(arrays, "seen." + names_[i], seen_[i], arrays_place);
    }
  }
}

}  // namespace fovea::train
