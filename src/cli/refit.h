// The second training of `--refit`: on all rows, those of validation too, for as long as was best before.
#pragma once

#include <memory>
#include <optional>

#include "cli/options.h"
#include "cli/start_model.h"
#include "tasks/text_data.h"
#include "tasks/text_task.h"
#include "train/summary.h"
#include "train/trainer.h"

namespace fovea::cli {

struct Refit {
  std::unique_ptr<tasks::TextData> data;  // without a validation part; `task` refers to it
  std::unique_ptr<tasks::TextTask> task;
  train::TrainSummary training;
};

// How many steps on all rows are as many passes as the best number of passes was on the training part.
int64_t steps_of_refit(const train::TrainSummary& first, int64_t training_rows, int64_t all_rows);

// What of the command speaks against one: the files are read twice, and rows of a validation file have no weights.
std::optional<std::string> why_no_refit(const TrainCommand& command);

// Why there can be none, for the user to read; nothing where there can. Time: as --max-minutes allows.
std::optional<std::string> why_no_refit(const TrainCommand& command, const train::TrainSummary& first,
                                        const tasks::TextData& data);

// `first`: how the training on `data` went. `start`: of --init, else null. Throws UserError (kBadData) where the files
// are not any more what they were. Interrupted or diverged, the summary says so and the model is of no use.
Refit refit(const TrainCommand& command, const tasks::TextData& data, const train::TrainSummary& first,
            const StartModel* start, const train::Hooks& hooks);

Json refit_json(const Refit& made);

}  // namespace fovea::cli
