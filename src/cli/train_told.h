// What a training tells, on standard error: the summary of the data, a live line, evaluations, how it ended.
#pragma once

#include "base/timing.h"
#include "cli/console.h"
#include "flows/training.h"

namespace fovea::cli {

class TrainTold {
 public:
  explicit TrainTold(const CommonOptions& common) : live_(common) {}

  // They refer to this, which must outlive them.
  flows::TrainEvents events();

 private:
  void begins(const flows::BeforeTraining& known);
  void progress(const flows::TrainPlan& plan, const train::Progress& now);
  void trained(const flows::TrainPlan& plan, const train::TrainSummary& summary);

  LiveLine live_;
  Stopwatch since_drawn_;
};

}  // namespace fovea::cli
