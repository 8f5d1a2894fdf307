// The training loop: steps, evaluations, early stopping, saved states. Knows no task and prints nothing; a run that was
// stopped at any moment and resumed equals one that never was, bit by bit.
#pragma once

#include "checkpoint/folder.h"
#include "tasks/task.h"
#include "train/events.h"
#include "train/options.h"
#include "train/summary.h"

namespace fovea::train {

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
