#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "base/errors.h"
#include "base/timing.h"
#include "data/batches/plan.h"
#include "nn/module.h"
#include "ops/aten.h"
#include "train/gradients.h"
#include "train/optimizer.h"
#include "train/schedule.h"
#include "train/state.h"

namespace fovea::train {
namespace {

// Shares of the planned rate, by the number of setbacks so far.
constexpr double kRates[] = {1, 0.5, 0.1, 0.01};
constexpr size_t kMostSetbacks = std::size(kRates) - 1;
// The loss of about twenty steps may be twice that of answering without looking: early steps, hard batches and heavy
// regularisation stay below that, a rate ten times too high does not.
constexpr double kLossKept = 0.95;
constexpr double kFewestSteps = 8;  // weight of the losses kept: that of ten steps
constexpr double kAstray = 2;

// Whether a lower score is a better one.
bool lower_is_better(const tasks::Task& task, const std::string& metric) {
  for (const metrics::Measure& known : task.measures()) {
    if (known.name == metric) return known.lower_is_better;
  }
  FOVEA_CHECK(false, "the task has no score called", metric);
}

class Run {
 public:
  Run(tasks::Task& task, const TrainOptions& options, checkpoint::PartialFolder& folder, const Hooks& hooks)
      : task_(task),
        options_(options),
        folder_(folder),
        hooks_(hooks),
        lengths_(task.train_lengths()),
        parameters_(task.module().parameters()),
        optimizer_(parameters_, {options.optimizer, options.weight_decay, options.embedding_rate, options.momentum}),
        state_(task.module(), optimizer_) {
    for (const tasks::FrozenRows& frozen : task.frozen_rows()) optimizer_.freeze(frozen.parameter, frozen.mask);
    const std::vector<tasks::RateGroup> groups = task.rate_groups();
    for (const auto& item : task.module().named_parameters()) {
      const auto group = std::find_if(groups.begin(), groups.end(), [&](const tasks::RateGroup& candidate) {
        return item.key().starts_with(candidate.prefix);
      });
      if (group != groups.end()) optimizer_.scale_rate(item.value(), group->factor);
    }
  }

  TrainSummary go() {
    begin();
    while (!ended_) run_epoch();
    // Interrupted before the first evaluation there is no best model yet: the one at hand is.
    if (at().best_step > 0) {
      state_.restore_best();
    } else {
      state_.settle();
      if (options_.average > 0 && at().step > 0) state_.swap_average();
    }
    return summary();
  }

 private:
  Position& at() { return state_.position; }

  void begin() {
    const auto generation = folder_.current();
    if (generation) {
      state_.restore(generation->files, folder_.path().string());
      folder_.cut_metrics(at().evaluations);
      seconds_before_ = at().seconds;
      tokens_before_ = at().tokens;
    }
    // All epochs have as many steps as the first: batches are cut from the same lengths, but pools differ a little.
    total_steps_ = static_cast<int64_t>(plan(0).size()) * options_.max_epochs;
    if (!generation) commit();
    if (at().finished_by_patience) end(StopReason::kPatience);
    if (at().epoch >= options_.max_epochs) end(StopReason::kEpochs);
    check_limits();
  }

  data::BatchPlan plan(int64_t epoch) const {
    return data::plan_epoch(lengths_, options_.batches,
                            {options_.seed, Purpose::kShuffle, static_cast<uint64_t>(epoch)});
  }

  void run_epoch() {
    const data::BatchPlan batches = plan(at().epoch);
    const auto count = static_cast<int64_t>(batches.size());
    while (at().batch < count && !ended_) {
      if (!train_step(batches[static_cast<size_t>(at().batch)])) return;  // the position is another
      ++at().batch;
      ++at().step;
      if (is_evaluation_due(count) && !evaluate(count)) return;
      report(count);
      if (ended_) break;
      const size_t setbacks = at().setbacks.size();
      check_limits();
      if (!ended_ && last_commit_.seconds() > options_.save_seconds) commit_if_sound();
      if (at().setbacks.size() > setbacks) return;
    }
    if (at().batch < count) return;
    at().batch = 0;
    ++at().epoch;
    at().loss_sum = 0;
    at().loss_count = 0;
    if (at().epoch >= options_.max_epochs) end(StopReason::kEpochs);
  }

  // What the time goes into from now on.
  void enter(const char* part) {
    if (hooks_.profile) hooks_.profile->enter(part);
  }
  void leave() {
    if (hooks_.profile) hooks_.profile->leave();
  }

  // False where the run went back instead.
  bool train_step(const std::vector<int64_t>& examples) {
    optimizer_.zero_gradients();
    const double done = static_cast<double>(at().step) / static_cast<double>(std::max<int64_t>(planned_steps(), 1));
    const tasks::Step step = {.number = static_cast<uint64_t>(at().step), .done = done, .profile = hooks_.profile};
    const double value = find_gradients(task_, examples, step, parameters_);
    enter("optimizer");
    const double norm = optimizer_.clip(options_.clip_norm * task_.clip_scale());
    if (!std::isfinite(value) || !std::isfinite(norm)) return step_back("the loss was not a number");
    enter("average");
    if (options_.average > 0) state_.begin_average();
    enter("optimizer");
    optimizer_.step(rate_at(at().step));
    enter("average");
    if (options_.average > 0) state_.end_average(options_.average);
    leave();
    at().loss_sum += value;
    ++at().loss_count;
    for (const int64_t example : examples) at().tokens += lengths_[static_cast<size_t>(example)];
    const double chance = task_.chance_loss();
    at().recent_losses = kLossKept * at().recent_losses + (chance > 0 ? value / chance : 0);
    at().recent_steps = kLossKept * at().recent_steps + 1;
    const bool astray = at().recent_losses > kAstray * at().recent_steps;
    return !(astray && at().recent_steps >= kFewestSteps) || step_back("the loss stayed above that of guessing");
  }

  double rate_at(int64_t step) {
    return kRates[std::min(at().setbacks.size(), kMostSetbacks)] * learning_rate_at(options_, step, total_steps_);
  }

  // To the last committed state, and on from there more slowly, or not at all. Always false.
  bool step_back(const std::string& reason) {
    leave();
    Setback setback{at().step, 0, reason, 0};
    if (folder_.keeps_states()) {
      state_.restore(folder_.current()->files, folder_.path().string());
    } else {
      state_.restore(*snapshot_);
    }
    folder_.cut_metrics(at().evaluations);
    setback.back_to = at().step;
    at().setbacks.push_back(setback);
    if (at().setbacks.size() > kMostSetbacks) {
      give_up(setback.step);
    } else {
      at().setbacks.back().rate = kRates[at().setbacks.size()];
      at().recent_losses = at().recent_steps = 0;
      commit();
    }
    if (hooks_.stepped_back) hooks_.stepped_back(at().setbacks.back());
    return false;
  }

  void give_up(int64_t step) {
    if (at().best_step == 0 && at().step > 0) judge();
    if (at().best_step == 0 && options_.evaluations_per_epoch > 0) {
      throw UserError(ExitCode::kBadData,
                      "training: the loss is not a number any more at step " + std::to_string(step) +
                          ", or far above that of guessing, at a hundredth of the rate too",
                      "Lower --learning-rate or --clip-norm.");
    }
    end(StopReason::kDiverged);
  }

  bool is_evaluation_due(int64_t batches) const {
    const int64_t per_epoch = options_.evaluations_per_epoch;
    const int64_t done = state_.position.batch;
    return done * per_epoch / batches > (done - 1) * per_epoch / batches;
  }

  // False where the run went back instead: a state that is no numbers is neither judged nor kept.
  bool evaluate(int64_t batches) {
    if (!state_.finite()) return step_back("the parameters were not numbers");
    enter("evaluation");
    EvaluationLine line;
    line.step = at().step;
    line.epoch = static_cast<double>(at().epoch) + static_cast<double>(at().batch) / static_cast<double>(batches);
    line.train_loss = at().loss_sum / static_cast<double>(at().loss_count);
    line.learning_rate = rate_at(at().step - 1);
    state_.settle();
    if (options_.average > 0) state_.swap_average();
    line.validation = task_.validate();
    line.seconds = seconds();
    const auto found = line.validation.find(options_.metric), loss_found = line.validation.find("loss");
    FOVEA_CHECK(found != line.validation.end(), "no validation score called", options_.metric);
    const double score = signed_score(found->second);
    const double loss = loss_found == line.validation.end() ? 0 : loss_found->second;
    const double from = task_.chosen_from() * static_cast<double>(planned_steps());
    const auto settled = [from](int64_t step) { return static_cast<double>(step) >= from; };
    line.best = score > at().best_score || (score == at().best_score && loss < at().best_loss) ||
                (settled(at().step) && !settled(at().best_step) && !std::isnan(score));
    ++at().evaluations;
    if (line.best) {
      at().best_score = score;
      at().best_loss = loss;
      at().best_step = at().step;
      at().best_epoch = line.epoch;
      at().best_validation = line.validation;
      at().evaluations_since_best = 0;
      state_.keep_best();
    } else if (settled(at().step)) {
      ++at().evaluations_since_best;
      at().finished_by_patience = options_.patience > 0 && at().evaluations_since_best >= options_.patience;
    }
    if (options_.average > 0) state_.swap_average();
    leave();
    folder_.append_metrics(to_line(line.to_json()));
    at().evaluated_step = at().step;
    commit();
    if (hooks_.evaluated) hooks_.evaluated(line);
    if (at().finished_by_patience) end(StopReason::kPatience);
    return true;
  }

  void judge() {
    if (options_.evaluations_per_epoch > 0 && at().evaluated_step != at().step && at().loss_count > 0) {
      evaluate(static_cast<int64_t>(plan(at().epoch).size()));
    }
  }

  // Limits that cut a run short: the model as it is then is judged too, so that the best one is never empty.
  void check_limits() {
    if (ended_) return;
    StopReason reason = StopReason::kSteps;
    if (hooks_.should_stop && hooks_.should_stop()) {
      reason = StopReason::kInterrupted;
    } else if (options_.max_steps > 0 && at().step >= options_.max_steps) {
      reason = StopReason::kSteps;
    } else if (options_.max_minutes > 0 && seconds() >= options_.max_minutes * 60) {
      reason = StopReason::kTime;
    } else {
      return;
    }
    const size_t setbacks = at().setbacks.size();
    if (reason == StopReason::kInterrupted) {
      commit_if_sound();  // without an evaluation: a resumed run goes on from here as if nothing had happened
    } else {
      judge();
      if (at().setbacks.size() > setbacks) return;
    }
    end(reason);
  }

  void end(StopReason reason) {
    if (!ended_) stopped_ = reason;
    ended_ = true;
  }

  void commit_if_sound() {
    if (state_.finite()) {
      commit();
    } else {
      step_back("the parameters were not numbers");
    }
  }

  void commit() {
    enter("saving");
    at().seconds = seconds();
    if (folder_.keeps_states()) {
      folder_.commit(at().step, state_.files());
    } else {
      snapshot_ = state_.snapshot();
    }
    last_commit_ = Stopwatch();
    leave();
  }

  double seconds() const { return seconds_before_ + clock_.seconds(); }
  double tokens_per_second() {
    return static_cast<double>(at().tokens - tokens_before_) / std::max(clock_.seconds(), 1e-9);
  }

  int64_t planned_steps() const {
    return options_.max_steps > 0 ? std::min(total_steps_, options_.max_steps) : total_steps_;
  }

  void report(int64_t batches) {
    if (!hooks_.progress) return;
    Progress progress;
    progress.step = at().step;
    progress.total_steps = planned_steps();
    progress.epoch = at().epoch + 1;
    progress.max_epochs = options_.max_epochs;
    progress.epoch_share = static_cast<double>(at().batch) / static_cast<double>(batches);
    progress.loss = at().loss_sum / static_cast<double>(std::max<int64_t>(at().loss_count, 1));
    progress.tokens_per_second = tokens_per_second();
    progress.unit = task_.cost_unit();
    progress.seconds = seconds();
    progress.best_score = at().evaluations > 0 ? best_score() : std::nan("");
    progress.best_epoch = static_cast<int64_t>(std::ceil(at().best_epoch));
    hooks_.progress(progress);
  }

  // All scores on one scale, where higher is better, and back.
  double signed_score(double score) const { return lower_is_better(task_, options_.metric) ? -score : score; }
  double best_score() { return signed_score(at().best_score); }

  TrainSummary summary() {
    TrainSummary summary;
    summary.stopped = stopped_;
    summary.steps = at().step;
    summary.epochs =
        static_cast<double>(at().epoch) +
        (at().batch > 0 ? static_cast<double>(at().batch) / static_cast<double>(plan(at().epoch).size()) : 0);
    summary.best_step = at().best_step;
    summary.best_epoch = at().best_epoch;
    summary.chosen_from =
        task_.chosen_from() * static_cast<double>(planned_steps()) / static_cast<double>(plan(0).size());
    summary.metric = options_.metric;
    summary.best_score = at().evaluations > 0 ? best_score() : 0;
    summary.best_validation = at().best_validation;
    summary.setbacks = at().setbacks;
    summary.seconds = seconds();
    summary.tokens_per_second = tokens_per_second();
    summary.unit = task_.cost_unit();
    summary.peak_memory = peak_memory();
    summary.own_seconds = clock_.seconds();
    if (hooks_.profile) summary.profile = profile();
    return summary;
  }

  Profile::Parts profile() const {
    Profile::Parts parts = hooks_.profile->parts();
    double rest = clock_.seconds();
    for (const auto& [part, spent] : parts) rest -= spent;
    // Other parts in the order of a step, these at the end.
    for (const char* last : {"optimizer", "average", "evaluation", "saving"}) {
      std::stable_partition(parts.begin(), parts.end(), [last](const auto& part) { return part.first != last; });
    }
    parts.emplace_back("rest", rest);
    return parts;
  }

  tasks::Task& task_;
  const TrainOptions& options_;
  checkpoint::PartialFolder& folder_;
  const Hooks& hooks_;
  std::vector<int64_t> lengths_;
  std::vector<at::Tensor> parameters_;
  Optimizer optimizer_;
  State state_;
  std::optional<Snapshot> snapshot_;  // what was committed last, where the folder keeps no states

  Stopwatch clock_, last_commit_;
  double seconds_before_ = 0;
  int64_t tokens_before_ = 0, total_steps_ = 0;
  bool ended_ = false;
  StopReason stopped_ = StopReason::kEpochs;
};

}  // namespace

Json EvaluationLine::to_json() const {
  Json json = {{"step", step}, {"epoch", epoch}, {"train_loss", train_loss}, {"learning_rate", learning_rate}};
  for (const auto& [name, value] : validation) json["valid_" + name] = value;
  json["best"] = best;
  json["seconds"] = seconds;
  return json;
}

TrainSummary train(tasks::Task& task, const TrainOptions& options, checkpoint::PartialFolder& folder,
                   const Hooks& hooks) {
  return Run(task, options, folder, hooks).go();
}

}  // namespace fovea::train
