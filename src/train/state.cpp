#include "train/state.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "base/json.h"
#include "nn/module.h"
#include "ops/aten.h"
#include "ops/row_adam.h"
#include "tasks/tensors.h"

namespace fovea::train {
namespace {

uint64_t bits(double value) {
  return std::bit_cast<uint64_t>(value);
}
double from_bits(const Json& json) {
  return std::bit_cast<double>(json.get<uint64_t>());
}

Json position_json(const Position& p, Optimizer& optimizer, double mean_sum) {
  Json decay_sums = Json::array();
  for (const double sum : optimizer.decay_sums()) decay_sums.push_back(bits(sum));
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
          {"decay_sums", decay_sums},
          {"dense", optimizer.dense()},
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

State::State(nn::Module& module, Optimizer& optimizer) : optimizer_(optimizer) {
  const at::NoGradGuard guard;
  parameters_ = module.parameters().size();
  for (const auto& [name, tensor] : tasks::tensors_of(module)) {
    kept_.push_back({name, tensor, tensor.detach().clone(), tensor.detach().clone(), {}});
  }
}

void State::begin_average() {
  const at::NoGradGuard guard;
  for (Kept& kept : kept_) {
    const at::Tensor& gradient = kept.now.grad();
    if (!gradient.defined() || !gradient.is_sparse()) continue;
    ops::check_rows(gradient);
    if (!kept.seen.defined()) kept.seen = at::full({kept.now.size(0)}, mean_sum_, at::kDouble);
    const at::Tensor rows = gradient._indices()[0];
    const at::Tensor now = kept.now.index_select(0, rows), mean = kept.average.index_select(0, rows);
    kept.average.index_copy_(0, rows, caught_up(now, mean, kept.seen.index_select(0, rows), mean_sum_));
  }
}

void State::end_average(double decay) {
  const at::NoGradGuard guard;
  // A young mean follows fast, so that the random start does not linger (as in TensorFlow's moving averages).
  const auto step = static_cast<double>(position.step);
  const double share = std::min(decay, (1 + step) / (10 + step));
  mean_sum_ += std::log(share);
  for (Kept& kept : kept_) {
    if (!kept.now.is_floating_point()) {
      kept.average.copy_(kept.now);
      continue;
    }
    if (!kept.seen.defined()) {
      kept.average.lerp_(kept.now, 1 - share);
      continue;
    }
    if (!kept.now.grad().defined()) continue;  // every row stood still
    const at::Tensor rows = kept.now.grad()._indices()[0];
    const at::Tensor now = kept.now.index_select(0, rows), mean = kept.average.index_select(0, rows);
    kept.average.index_copy_(0, rows, mean.lerp(now, 1 - share));
    kept.seen.index_fill_(0, rows, mean_sum_);
  }
}

void State::settle() {
  const at::NoGradGuard guard;
  for (Kept& kept : kept_) {
    if (!kept.seen.defined()) continue;
    kept.average.copy_(caught_up(kept.now, kept.average, kept.seen, mean_sum_));
    kept.seen.fill_(mean_sum_);
  }
  optimizer_.settle();
}

void State::swap_average() {
  const at::NoGradGuard guard;
  for (Kept& kept : kept_) {
    const at::Tensor now = kept.now.clone();
    kept.now.copy_(kept.average);
    kept.average.copy_(now);
  }
}

void State::keep_best() {
  const at::NoGradGuard guard;
  for (Kept& kept : kept_) kept.best.copy_(kept.now);
}

void State::restore_best() {
  const at::NoGradGuard guard;
  for (Kept& kept : kept_) kept.now.copy_(kept.best);
}

bool State::finite() const {
  const at::NoGradGuard guard;
  const auto sound = [](const at::Tensor& tensor) { return std::isfinite(tensor.sum(at::kDouble).item<double>()); };
  return std::all_of(kept_.begin(), kept_.end(),
                     [&](const Kept& kept) { return sound(kept.now) && sound(kept.average); });
}

std::vector<std::pair<std::string, at::Tensor>> State::arrays() const {
  std::vector<std::pair<std::string, at::Tensor>> all;
  const auto add = [&](const char* what, const std::string& name, const at::Tensor& tensor) {
    if (tensor.defined()) all.emplace_back(what + name, tensor.detach());
  };
  for (size_t i = 0; i < kept_.size(); ++i) {
    const Kept& kept = kept_[i];
    add("now.", kept.name, kept.now);
    add("average.", kept.name, kept.average);
    add("best.", kept.name, kept.best);
    if (i < parameters_) {
      add("first.", kept.name, optimizer_.first_moments()[i]);
      add("second.", kept.name, optimizer_.second_moments()[i]);
      add("counts.", kept.name, optimizer_.rows()[i].counts);
      add("decays.", kept.name, optimizer_.rows()[i].decays);
    }
    add("seen.", kept.name, kept.seen);
  }
  return all;
}

std::string State::position_text() const {
  return to_pretty(position_json(position, optimizer_, mean_sum_));
}

checkpoint::WrittenFiles State::files() const {
  const auto write_tensors = [this](const checkpoint::Sink& sink) {
    std::vector<at::Tensor> dense;  // what the views look at
    std::vector<checkpoint::ArrayView> views;
    for (const auto& [name, tensor] : arrays()) {
      dense.push_back(tensor.cpu().contiguous());
      views.push_back(tasks::array_view(name, dense.back()));
    }
    checkpoint::write_arrays(views, {}, sink);
  };
  return {{"position.json", [this](const checkpoint::Sink& sink) { sink(position_text()); }},
          {"arrays.safetensors", write_tensors}};
}

Snapshot State::snapshot() const {
  Snapshot snapshot{position_text(), {}};
  for (const auto& [name, tensor] : arrays()) snapshot.arrays[name] = tensor.clone();
  return snapshot;
}

void State::read_position(const std::string& text, const std::string& place) {
  const Json json = json_object(text, place + "/position.json");
  try {
    position = position_of(json);
    optimizer_.set_steps(json.at("optimizer_steps"));
    for (size_t i = 0; i < parameters_; ++i) {
      optimizer_.decay_sums()[i] = from_bits(json.at("decay_sums").at(i));
      optimizer_.dense()[i] = json.at("dense").at(i);
    }
    mean_sum_ = from_bits(json.at("mean_sum"));
  } catch (const std::exception& error) {
    throw UserError(ExitCode::kBadData, place + "/position.json: " + error.what());
  }
}

void State::read_arrays(const std::function<bool(const std::string& name)>& has,
                        const std::function<void(const std::string& name, at::Tensor& to)>& copy) {
  for (size_t i = 0; i < kept_.size(); ++i) {
    Kept& kept = kept_[i];
    // In a run that goes back, later steps may have made them.
    kept.seen = has("seen." + kept.name) ? at::zeros({kept.now.size(0)}, at::kDouble) : at::Tensor();
    if (i >= parameters_) continue;
    optimizer_.rows()[i] = {};
    if (has("counts." + kept.name)) optimizer_.make_rows(i);
  }
  for (auto& [name, tensor] : arrays()) copy(name, tensor);
}

void State::restore(const checkpoint::Files& files, const std::string& place) {
  read_position(files.at("position.json"), place);
  const std::string arrays_place = place + "/arrays.safetensors";
  const checkpoint::ArrayViews arrays = checkpoint::view_arrays(files.at("arrays.safetensors"), arrays_place);
  read_arrays([&](const std::string& name) { return arrays.find(name) != nullptr; },
              [&](const std::string& name, at::Tensor& to) { tasks::copy_array(arrays, name, to, arrays_place); });
}

void State::restore(const Snapshot& snapshot) {
  const at::NoGradGuard guard;
  read_position(snapshot.position, "");
  read_arrays([&](const std::string& name) { return snapshot.arrays.contains(name); },
              [&](const std::string& name, at::Tensor& to) { to.copy_(snapshot.arrays.at(name)); });
}

}  // namespace fovea::train
