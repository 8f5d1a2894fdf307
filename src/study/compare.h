// The trainings of a comparison, each variant with each seed; knows no model and prints nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metrics/sums.h"
#include "study/choice.h"
#include "study/run.h"
#include "study/run_store.h"
#include "study/variants.h"

namespace fovea::study {

// What an input is called, what its size is counted in, and one of those: "text", "texts", "words", "word".
struct InputNouns {
  std::string one, several, size, part = "part";
};

struct ComparePlan {
  std::vector<Settings> variants;  // the first is what the others are compared with
  std::vector<uint64_t> seeds;
  std::vector<metrics::Measure> measures;  // that the trainings are judged by; the first decides
  InputNouns nouns;
  Goal goal = Goal::kAccuracy;  // what the chosen one is chosen for, on the validation part
};

// Told to the door before each training and after it.
struct CompareProgress {
  size_t done = 0, total = 0;  // trainings, those found in the folder included
  const Settings* settings = nullptr;
  uint64_t seed = 0;
  double seconds_left = 0;  // 0 before the first training has ended
};

struct CompareHooks {
  // Hash of all that decides the outcome.
  std::function<std::string(const Settings&, uint64_t seed)> key;
  // Nothing where it was interrupted. A UserError is that training's failure; the others go on.
  std::function<std::optional<Run>(const Settings&, uint64_t seed)> train;
  std::function<void(const CompareProgress&)> found;  // once, before all: how many are in the folder already
  std::function<void(const CompareProgress&)> begins;
  std::function<void(const CompareProgress&, const Run&)> ended;
};

struct CompareRuns {
  std::vector<std::vector<std::optional<Run>>> runs;  // [variant][seed]; nothing where it was not come to
  size_t reused = 0, trained = 0;
  bool interrupted = false;
};

// Seed by seed, all variants with each, so that what is there after an interruption can be compared.
CompareRuns train_all(const ComparePlan& plan, const RunStore& store, const CompareHooks& hooks);

}  // namespace fovea::study
