// A comparison: variants of a training, each with the same data, budget and seeds, and what differs between them.
// Prints nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/verdict.h"
#include "flows/variants.h"
#include "study/compare.h"
#include "study/comparison.h"
#include "tasks/kind.h"
#include "train/events.h"

namespace fovea::flows {

struct ComparePlan {
  std::vector<std::string> vary;      // "attention=additive,mean"
  int64_t seeds = 5;                  // trainings of each variant
  std::optional<audit::Depth> audit;  // none: models are not audited on the test part
  study::Goal goal = study::Goal::kAccuracy;
  std::string out;     // folder of finished trainings, which are not trained again
  bool force = false;  // forget those
};

struct CompareEvents {
  std::function<void(const study::ComparePlan&, const tasks::Data&)> begins;  // all is planned, the data are read
  std::function<void(const study::CompareProgress&)> found;  // how many trainings are in the folder already
  std::function<void(const study::CompareProgress&)> begins_training;
  std::function<void(const train::Progress&)> progress;
  std::function<void(const std::string& part, double share)> audit_progress;  // share below 0: not known
  std::function<void(const study::CompareProgress&, const study::Run&)> ended_training;
  std::function<void(const std::string&)> warned;
  std::function<bool()> should_stop;
};

// Throws UserError (kUsage) for whatever is wrong with the plan, before the first training. A training that fails is a
// failure of its variant; the others go on.
study::Comparison compare(const Variants& variants, const ComparePlan& plan, const CompareEvents& events);

}  // namespace fovea::flows
