#include "cli/refit.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "cli/console.h"

namespace fovea::cli {

int64_t steps_of_refit(const train::TrainSummary& first, int64_t training_rows, int64_t all_rows) {
  const double longer = static_cast<double>(all_rows) / static_cast<double>(training_rows);
  return std::max<int64_t>(std::llround(static_cast<double>(first.best_step) * longer), 1);
}

std::optional<std::string> why_no_refit(const TrainCommand& command) {
  for (const auto* paths : {&command.data.paths, &command.data.valid_paths, &command.data.test_paths}) {
    if (std::find(paths->begin(), paths->end(), "-") != paths->end()) return "standard input can be read only once";
  }
  if (!command.data.valid_paths.empty() && !command.data.table.weight_column.empty()) {
    return "the rows of --valid have no weights of --weight-column";
  }
  return std::nullopt;
}

std::optional<std::string> why_no_refit(const TrainCommand& command, const train::TrainSummary& first,
                                        const tasks::TextData& data) {
  if (first.best_step == 0) return "nothing was learnt that could be learnt anew";
  if (first.stopped == train::StopReason::kDiverged) return "the training went astray";
  const int64_t rows = data.summary.train, all = rows + data.summary.valid;
  const double step = first.seconds / static_cast<double>(std::max<int64_t>(first.steps, 1));
  const double wanted = step * static_cast<double>(steps_of_refit(first, rows, all));
  if (command.train.max_minutes > 0 && first.seconds + wanted > 60 * command.train.max_minutes) {
    return "it would take " + clock_time(wanted) + " more than --max-minutes has left";
  }
  return std::nullopt;
}

Refit refit(const TrainCommand& command, const tasks::TextData& data, const train::TrainSummary& first,
            const StartModel* start, const train::Hooks& hooks) {
  tasks::TextDataOptions options = command.data;
  options.learn_valid = true;
  Refit made;
  made.data = std::make_unique<tasks::TextData>(tasks::load_text_data(options, start ? &start->base : nullptr));
  if (made.data->sha256 != data.sha256) {
    throw UserError(ExitCode::kBadData, "--refit: the data is not any more what it was when training began",
                    "Put the files back as they were, then go on with --resume.");
  }
  made.task = std::make_unique<tasks::TextTask>(*made.data, command.model, command.train.seed, command.loss);
  if (start) tasks::start_from_model(*made.task->model(), *made.data, start->model);
  train::TrainOptions training = command.train;
  training.evaluations_per_epoch = 0;
  training.max_steps = steps_of_refit(first, data.summary.train, made.data->summary.train);
  training.max_minutes = 0;
  checkpoint::PartialFolder folder = checkpoint::PartialFolder::in_memory();
  made.training = train::train(*made.task, training, folder, hooks);
  return made;
}

Json refit_json(const Refit& made) {
  return {{"rows", made.data->summary.train},
          {"steps", made.training.steps},
          {"epochs", made.training.epochs},
          {"seconds", made.training.seconds}};
}

}  // namespace fovea::cli
