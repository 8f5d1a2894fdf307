// The outcome of `fovea tune` for people, 80 columns, and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "draw/terminal.h"
#include "study/compare.h"
#include "study/tune.h"

namespace fovea::report {

// The chosen model on the test part: the measure that decides with its interval, the others, and all of it as JSON.
struct TunedTest {
  struct Score {
    metrics::Measure measure;
    double value = 0;
  };
  std::vector<Score> scores;  // the first is that of the interval
  metrics::Interval interval;
  int64_t n = 0;
  Json json;
};

struct TuningFacts {
  std::string data;   // names of the files
  double budget = 0;  // seconds
  int64_t max_bytes = 0;
  metrics::Measure measure;  // that settings are chosen by
  study::Goal goal = study::Goal::kAccuracy;
  metrics::Measure usual;  // the first of the task: told of each training whatever is chosen by
  study::InputNouns nouns;
  std::string folder, settings_file, model;  // the last two "" where no training was finished
  std::optional<TunedTest> test;             // where there is a test part and the search has ended
};

std::string tuning_text(const study::TuneResult& result, const TuningFacts& facts, const draw::Style& style);
Json tuning_json(const study::TuneResult& result, const TuningFacts& facts);

}  // namespace fovea::report
