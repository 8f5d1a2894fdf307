// The way of `fovea train`: data → summary → training → test → model folder. Also walked by `fovea demo`.
#pragma once

#include "base/errors.h"
#include "base/json.h"
#include "cli/options.h"
#include "tasks/answer.h"
#include "train/summary.h"

namespace fovea::cli {

struct TrainOutcome {
  ExitCode code = ExitCode::kFine;
  Json json;  // what --json prints
  train::TrainSummary training;
  std::optional<tasks::TestResult> test;  // nothing where there is no test part
};

// Prints the summary and the progress to standard error; prints no result.
TrainOutcome train_classifier(const TrainCommand& command);

}  // namespace fovea::cli
