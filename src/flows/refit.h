// The second training of --refit: on all rows, those of validation too, for as long as was best before.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "flows/plan.h"
#include "train/events.h"
#include "train/summary.h"

namespace fovea::flows {

struct Refit {
  std::unique_ptr<tasks::Data> data;  // without a validation part; `work` refers to it
  std::unique_ptr<tasks::Work> work;
  train::TrainSummary training;
};

// How many steps on all rows are as many passes as the best number of passes was on the training part.
int64_t steps_of_refit(const train::TrainSummary& first, int64_t training_rows, int64_t all_rows);

// Why there can be none, for the user to read; nothing where there can. Time: as --max-minutes allows.
std::optional<std::string> why_no_refit(const TrainPlan& plan, const train::TrainSummary& first,
                                        const tasks::Data& data);

// `first`: how the training on `data` went. `start`: of --init, else null. Throws UserError (kBadData) where the files
// are not any more what they were. Interrupted or diverged, the summary says so and the model is of no use.
Refit refit(const TrainPlan& plan, const tasks::Data& data, const train::TrainSummary& first, const tasks::Start* start,
            const train::Hooks& hooks);

Json refit_json(const Refit& refit);

}  // namespace fovea::flows
