#include "flows/refit.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "base/text.h"
#include "checkpoint/folder.h"
#include "tasks/task.h"
#include "train/trainer.h"

namespace fovea::flows {

int64_t steps_of_refit(const train::TrainSummary& first, int64_t training_rows, int64_t all_rows) {
  const double longer = static_cast<double>(all_rows) / static_cast<double>(training_rows);
  return std::max<int64_t>(std::llround(static_cast<double>(first.best_step) * longer), 1);
}

std::optional<std::string> why_no_refit(const TrainPlan& plan, const train::TrainSummary& first,
                                        const tasks::Data& data) {
  if (first.best_step == 0) return "nothing was learnt that could be learnt anew";
  if (first.stopped == train::StopReason::kDiverged) return "the training went astray";
  const int64_t rows = data.rows(data::Part::kTrain), all = rows + data.rows(data::Part::kValid);
  const double step = first.seconds / static_cast<double>(std::max<int64_t>(first.steps, 1));
  const double wanted = step * static_cast<double>(steps_of_refit(first, rows, all));
  if (plan.train.max_minutes > 0 && first.seconds + wanted > 60 * plan.train.max_minutes) {
    return "it would take " + clock_time(wanted) + " more than --max-minutes has left";
  }
  return std::nullopt;
}

Refit refit(const TrainPlan& plan, const tasks::Data& data, const train::TrainSummary& first, const tasks::Start* start,
            const train::Hooks& hooks) {
  tasks::AnySettings settings = plan.settings;
  settings->files().learn_valid = true;
  Refit refit;
  refit.data = plan.kind->load(*settings, start);
  if (refit.data->sha256() != data.sha256()) {
    throw UserError(ExitCode::kBadData, "--refit: the data is not any more what it was when training began",
                    "Put the files back as they were, then go on with --resume.");
  }
  refit.work = plan.kind->work(*plan.settings, *refit.data,
                               {.seed = plan.train.seed, .start = start ? start->model.get() : nullptr});
  train::TrainOptions training = plan.train;
  training.evaluations_per_epoch = 0;
  training.max_steps = steps_of_refit(first, data.rows(data::Part::kTrain), refit.data->rows(data::Part::kTrain));
  training.max_minutes = 0;
  checkpoint::PartialFolder folder = checkpoint::PartialFolder::in_memory();
  refit.training = train::train(refit.work->task(), training, folder, hooks);
  return refit;
}

Json refit_json(const Refit& refit) {
  return {{"rows", refit.data->rows(data::Part::kTrain)},
          {"steps", refit.training.steps},
          {"epochs", refit.training.epochs},
          {"seconds", refit.training.seconds}};
}

}  // namespace fovea::flows
