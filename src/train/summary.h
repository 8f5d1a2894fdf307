// How a training ended; plain numbers, free of tensors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/profile.h"

namespace fovea::train {

enum class StopReason { kEpochs, kPatience, kSteps, kTime, kInterrupted, kDiverged };

// "max-epochs", "early-stop", "max-steps", "max-minutes", "interrupted", "diverged"
const char* stop_name(StopReason reason);

// Training went astray at `step` and went on from the saved state of step `back_to`, more slowly.
struct Setback {
  int64_t step = 0, back_to = 0;
  std::string reason;  // "the loss was not a number", …
  double rate = 0;     // share of the planned learning rate from then on; 0: it was given up

  Json to_json() const;
};

struct TrainSummary {
  StopReason stopped = StopReason::kEpochs;
  int64_t steps = 0;
  double epochs = 0;  // done, with fraction
  int64_t best_step = 0;
  double best_epoch = 0;
  double chosen_from = 0;  // epochs, from which on the best one was to be chosen
  std::string metric;
  double best_score = 0;  // of `metric` on validation
  std::map<std::string, double> best_validation;
  std::vector<Setback> setbacks;
  double seconds = 0;            // parts of a resumed run included
  double own_seconds = 0;        // of this part alone, which `profile` divides
  double tokens_per_second = 0;  // of the task's cost, in `unit`
  std::string unit;              // "tokens", or what the task counts its examples in
  int64_t peak_memory = 0;       // bytes
  // Where the time of this part of the run went, if that was asked for, in the order of a step: what the task tells of
  // its own ("batch", "embedding", "recurrence", "attention", "head", and "…_backward" of each), "optimizer" (clipping
  // included), "average", "evaluation", "saving", "rest". Together they are own_seconds.
  Profile::Parts profile;

  Json to_json() const;
};

}  // namespace fovea::train
