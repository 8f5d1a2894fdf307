// A search for settings on the validation part within a budget of time, and the model that they give. Prints nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/json.h"
#include "flows/variants.h"
#include "study/tune.h"
#include "tasks/kind.h"
#include "train/events.h"

namespace fovea::flows {

struct TunePlan {
  double budget = 600;    // seconds
  int64_t max_bytes = 0;  // of the model; 0: no limit
  study::Goal goal = study::Goal::kAccuracy;
  std::string out;     // folder of the trials, of best.toml and of the model
  bool force = false;  // remove trials, model and settings there
};

struct TuneEvents {
  // All is planned, the data are read.
  std::function<void(const std::string& names, const tasks::Data&)> begins;
  std::function<void(const study::Trial&, const train::Progress&, double seconds_left)> progress;
  std::function<void(const study::Trial&, const std::string& part, double share)>
      audit_progress;  // share below 0: not known
  std::function<void(const study::Trial&, double seconds_left)> ended;
  std::function<void(const std::string& stage)> left_out;  // no time was left for it
  std::function<void()> closing;                           // the search has ended: what follows delivers the best
  std::function<void(const std::string&)> warned;
  std::function<bool()> should_stop;
};

struct TuneOutcome {
  study::TuneResult result;
  std::string data;          // the names of its files
  metrics::Measure measure;  // that the search went by
  study::Goal goal = study::Goal::kAccuracy;
  std::string settings_file, model;         // "" where there is none
  std::unique_ptr<tasks::TestResult> test;  // of the model; null where the test part was not read
};

// Throws UserError (kUsage) for whatever is wrong with the plan, before anything is tried or removed.
TuneOutcome tune(const Variants& variants, const TunePlan& plan, const TuneEvents& events);

}  // namespace fovea::flows
