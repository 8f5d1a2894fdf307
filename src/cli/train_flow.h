// The way of `fovea train`: data → summary → training → test → model folder. Also walked by `fovea demo`,
// `fovea compare` and `fovea tune`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/json.h"
#include "checkpoint/folder.h"
#include "cli/options.h"
#include "tasks/answer.h"
#include "tasks/text_classifier.h"
#include "tasks/text_masking.h"
#include "train/summary.h"
#include "train/trainer.h"

namespace fovea::cli {

struct TrainOutcome {
  ExitCode code = ExitCode::kFine;
  Json json;  // what --json prints
  train::TrainSummary training;
  std::optional<tasks::TestResult> test;  // nothing where there is no test part
  // Of a training in a study only: what `fovea train` would have written to the model's folder, and the test part text
  // by text.
  checkpoint::Files files;
  std::vector<tasks::TextScore> texts;
};

// Prints the summary and the progress to standard error; prints no result.
TrainOutcome train_classifier(const TrainCommand& command);

// One training of many: without a folder of its own and without a word, on data that is loaded already.
struct StudyTraining {
  tasks::TextData* data = nullptr;  // loaded with the data options of the command
  bool read_test = true;
  double max_seconds = 0;  // 0: no limit but the command's own, which is the one that the model keeps
  std::function<void(const train::Progress&)> progress;
  const tasks::TextClassifier* start = nullptr;  // a model of the same words and labels whose parameters it begins with
  tasks::MaskingOptions masking;
  bool own_length = true;  // as many epochs as choose_length says
  double temperature = 1;  // where there is no validation part to fit it on
};

// The same way as train_classifier goes, so that the same settings and seed give the same model. Watches no interrupts;
// where one has come the outcome says so.
TrainOutcome train_in_study(const TrainCommand& command, const StudyTraining& study);

// The bytes that the model of this command will take, trained or not.
int64_t model_bytes(const TrainCommand& command, const tasks::TextData& data);

// The number of epochs (train/length.h), unless an option gives it.
void choose_length(TrainCommand& command, const data::EncodedTexts& training);

}  // namespace fovea::cli
