// Made-up finished trainings.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "metrics/measures.h"
#include "study/compare.h"
#include "study/run.h"

namespace fovea::study {

inline const std::vector<metrics::Measure> kMadeMeasures = {metrics::kAccuracy, metrics::kMacroF1, metrics::kLoss};
inline const InputNouns kMadeNouns = {"text", "texts", "words"};

// A plan of such runs.
inline ComparePlan made_plan(std::vector<Settings> variants, std::vector<uint64_t> seeds) {
  return {std::move(variants), std::move(seeds), kMadeMeasures, kMadeNouns};
}

// A finished training with nothing of a test part.
inline Run made_run_without_test(double seconds = 2) {
  Run run;
  run.model = "BiLSTM 8+8";
  run.validation = {{"accuracy", 0.75}, {"loss", 0.5}};
  run.stopped = "max-epochs";
  run.steps = 12;
  run.epochs = 3;
  run.seconds = seconds;
  run.parameters = 1234;
  run.bytes = 56789;
  return run;
}

// `right`: a mark for each test text, "1" where it was right; the sizes are 1, 2, 3, …
inline Run made_run(const std::string& right, double seconds = 2) {
  Run run = made_run_without_test(seconds);
  Scored accuracy{"accuracy", {.rows = right.size()}}, loss{"loss", {.rows = right.size(), .parts = 2}};
  for (const char mark : right) {
    accuracy.sums.values.push_back(mark == '1' ? 1 : 0);
    loss.sums.values.insert(loss.sums.values.end(), {mark == '1' ? 0.125 : 1.5, 1});
    run.sizes.push_back(std::ssize(accuracy.sums.values));
  }
  run.scores = {accuracy, {"macro_f1", {.rows = 1, .parts = 6, .values = {4, 1, 3, 4, 3, 1}}}, loss};
  return run;
}

// Of a transcription, or a translation: what each input added to one measure.
inline Run made_run_of(const metrics::Measure& measure, std::vector<double> values, double seconds = 2) {
  Run run = made_run_without_test(seconds);
  const size_t rows = values.size() / measure.parts;
  run.scores = {{measure.name, {.rows = rows, .parts = measure.parts, .values = std::move(values)}}};
  for (size_t i = 0; i < rows; ++i) run.sizes.push_back(static_cast<int64_t>(i) + 1);
  return run;
}

}  // namespace fovea::study
