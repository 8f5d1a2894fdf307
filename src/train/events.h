// What a training tells while it goes on, and what it is asked; plain numbers, free of tensors.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/json.h"
#include "base/profile.h"
#include "train/summary.h"

namespace fovea::train {

// Told to the door while training goes on.
struct Progress {
  int64_t step = 0, total_steps = 0;
  int64_t epoch = 0, max_epochs = 0;  // epoch counts from 1
  double epoch_share = 0;             // of this epoch's steps that are done
  double loss = 0;                    // running mean of the epoch
  double tokens_per_second = 0;       // of the task's cost, in `unit`
  std::string unit;                   // "tokens", or what the task counts its examples in
  double seconds = 0;                 // since training began, parts of a resumed run included
  double best_score = 0;              // on validation; NaN before the first evaluation
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

}  // namespace fovea::train
