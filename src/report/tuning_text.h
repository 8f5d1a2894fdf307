// The outcome of `fovea tune` for people, 80 columns, and as JSON.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "report/terminal.h"
#include "study/tune.h"
#include "tasks/answer.h"

namespace fovea::report {

struct TuningFacts {
  std::string data;  // names of the files
  double budget = 0;  // seconds
  int64_t max_bytes = 0;
  std::string metric;
  std::string folder, settings_file, model;  // the last two "" where no training was finished
  std::optional<tasks::TestResult> test;     // of the chosen model, where there is a test part and the search has ended
};

std::string tuning_text(const study::TuneResult& result, const TuningFacts& facts, const Style& style);
Json tuning_json(const study::TuneResult& result, const TuningFacts& facts);

}  // namespace fovea::report
