// A training from data to a model, with a folder or in memory. Prints nothing: what there is to tell goes to events.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "checkpoint/files.h"
#include "flows/plan.h"
#include "tasks/kind.h"
#include "train/events.h"
#include "train/summary.h"

namespace fovea::flows {

// What is known before the first step.
struct BeforeTraining {
  const TrainPlan& plan;  // with what the data have decided
  const tasks::Data& data;
  int64_t parameters = 0, predicted_memory = 0;  // bytes
};

// Whatever is not set is not told. The plan given to each is the one that is carried out.
struct TrainEvents {
  std::function<void(const TrainPlan&)> resumed;  // an unfinished training goes on
  std::function<void(const BeforeTraining&)> begins;
  std::function<void(const TrainPlan&, const train::Progress&)> progress;  // after every step
  std::function<void(const TrainPlan&, const train::EvaluationLine&)> evaluated;
  std::function<void(const train::Setback&)> stepped_back;
  std::function<void(const TrainPlan&, const train::TrainSummary&)> trained;
  std::function<void(int64_t rows)> refit_begins;
  std::function<void(const train::TrainSummary&)> refitted;
  std::function<void()> closing;  // nothing is trained any more: what follows is the test and the files
  std::function<void(const std::string&)> warned;
  std::function<bool()> should_stop;  // asked between steps
};

struct TrainOutcome {
  bool interrupted = false;
  Json json;  // what `fovea train --json` prints
  std::string architecture;
  int64_t parameters = 0;
  train::TrainSummary training;
  std::unique_ptr<tasks::TestResult> test;  // null where there is no test part, or it was not read
  // Of a training in memory: what would have been written to the model's folder, metrics.jsonl among it.
  checkpoint::Files files;
  std::shared_ptr<const tasks::Model> model;
};

// Trains `plan` and writes the model to plan.out. Goes on with the unfinished training there where plan.resume is set;
// then the plan is the saved one (flows/settings.h) with the limits of now. Throws UserError for whatever is wrong with
// plan or data; a mistake in the data leaves everything as it was.
TrainOutcome train(const TrainPlan& plan, const TrainEvents& events);

// One training of many, on data that are loaded already.
struct InMemory {
  bool read_test = true;
  double max_seconds = 0;               // 0: no limit but the plan's own, which is the one that the model keeps
  const tasks::Model* start = nullptr;  // a model of the same kind and words whose parameters it begins with
  tasks::Masking masking = {};
  tasks::Adversary adversary = {};
  const tasks::FrozenWeights* weights = nullptr;  // of the rows of the data
  bool own_length = true;                         // as many epochs as the amount of data asks for
  double temperature = 1;                         // where there is no validation part to fit it on
};

// The same way as train() goes, so that the same settings and seed give the same model. Of the events only progress and
// should_stop are used. Where it was interrupted the outcome says so. Throws UserError (kUsage) for a plan with --init,
// in whose place stands InMemory::start, or with --refit, which reads its files once more.
TrainOutcome train_in_memory(const TrainPlan& plan, const tasks::Data& data, const InMemory& options,
                             const TrainEvents& events);

// The bytes that the model of this plan will take, trained or not.
int64_t model_bytes(const TrainPlan& plan, const tasks::Data& data);

// The number of epochs and the patience that the amount of data asks for, unless options give them.
void choose_length(TrainPlan& plan, const tasks::Data& data);

// The model of --init: read, with the hash of all that training takes from it.
tasks::Start read_start(const std::string& init);

}  // namespace fovea::flows
