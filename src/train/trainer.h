// The training loop: steps, evaluations, early stopping, saved states. Knows no task and prints nothing; a run that was
// stopped at any moment and resumed equals one that never was, bit by bit.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/profile.h"
#include "checkpoint/folder.h"
#include "tasks/task.h"
#include "train/options.h"
#include "train/summary.h"

namespace fovea::train {

// Told to the door while training goes on.
struct Progress {
  int64_t step = 0, total_steps = 0;
  int64_t epoch = 0, max_epochs = 0;  // epoch counts from 1
  double epoch_share = 0;             // of this epoch's steps that are done
  double loss = 0;                    // running mean of the epoch
  double tokens_per_second = 0;
  double seconds = 0;     // since training began, parts of a resumed run included
  double best_score = 0;  // on validation; NaN before the first evaluation
  int64_t best_epoch = 0;
};

struct EvaluationLine {
  int64_t step = 0;
  double epoch = 0;  // epochs done, with fraction
  double train_loss = 0;
  double learning_rate = 0;
  std::map<std::string, double> validation;
  bool best = false;
  double seconds = 0;

  Json to_json() const;  // one line of metrics.jsonl
};

struct Hooks {
  std::function<void(const Progress&)> progress;         // after every step
  std::function<void(const EvaluationLine&)> evaluated;  // after every evaluation
  std::function<void(const Setback&)> stepped_back;      // when a run went astray
  std::function<bool()> should_stop;  // asked before the first step and after every one: interrupted?
  Profile* profile = nullptr;         // where given, told what the time goes into; TrainSummary::profile has the result
};

// Trains until an end is reached, leaves the best parameters in the task's module, and has committed the last state to
// `folder`. Continues where `folder` has a committed state.
//
// Where the loss is not a number any more, or has stayed far above that of answering without looking, the run goes back
// to the last committed state and on at a half of the rate, the next time at a tenth, then at a hundredth; the time
// after that it ends with the best parameters (StopReason::kDiverged), or throws UserError (kBadData), naming the step,
// where nothing was learnt.
TrainSummary train(tasks::Task& task, const TrainOptions& options, checkpoint::PartialFolder& folder,
                   const Hooks& hooks);

}  // namespace fovea::train
