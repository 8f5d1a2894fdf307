// The search for settings: stage by stage, each by successive halving (Jamieson & Talwalkar 2016) on the validation
// part, within a budget of time. Knows no model and prints nothing; what it does follows from the plan, the seed and
// the seconds that trainings took, so that a search that was stopped goes on as it would have.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "metrics/sums.h"
#include "study/choice.h"
#include "study/run.h"
#include "study/space.h"
#include "study/variants.h"

namespace fovea::study {

struct TunePlan {
  std::vector<Stage> space;
  Settings start;            // what the search begins with, beside what the command line has set
  int64_t epochs = 6;        // of a full training
  double seconds = 600;      // budget
  uint64_t seed = 1;         // of the search, and of the trainings
  metrics::Measure measure;  // that settings are chosen by, on the validation part
  Goal goal = Goal::kAccuracy;
};

// One training of the search, or the refusal of one.
struct Trial {
  std::string stage;  // "start", the name of a stage, "again" (a leader with another seed) or "last"
  Settings settings;
  Settings change;  // what of them is other than in the settings to beat
  int64_t epochs = 0;
  uint64_t seed = 1;
  std::string key;
  std::string failure;                       // "" where it has a score
  double score = 0;                          // of the measure of the plan
  std::map<std::string, double> validation;  // all measures by name
  // By trust: R, on the validation part; why there is none, "" where there is one or it was not asked for.
  std::optional<double> recovered;
  std::string no_trust;
  bool no_weights = false;
  // From which score on R is asked for; none: always. One that is worse than the best of its length by more than the
  // margin cannot be chosen, whatever its R.
  std::optional<double> audited_from;
  double seconds = 0, audit_seconds = 0;
  int64_t bytes = 0;
  bool reused = false;  // found in the folder
};

// Whether a finished training of `trial` has to be audited.
bool wants_audit(const TunePlan& plan, const Trial& trial, const Run& run);

// Whether the search has ended a training at its limit of seconds: such a one says nothing of its settings, and is made
// anew where there is more time.
bool cut_short(const Run& run, double limit);

struct TuneHooks {
  // What of `settings` can be trained together; those of `sure` go first.
  std::function<Settings(const Settings& settings, const Settings& sure)> applicable;
  // Why they cannot be trained at all (too large a model), "" where they can.
  std::function<std::string(const Settings&)> refusal;
  std::function<std::string(const Settings&, uint64_t seed, int64_t epochs)> key;
  std::function<std::optional<Run>(const std::string& key)> find;
  // Trains, audits where wants_audit(), and keeps the result under its key with all the time since the one before: the
  // search knows no other clock, so that it does the same once more with what is found. Nothing where it was
  // interrupted. A training that would take more than `limit` seconds ends there and says so by Run::stopped
  // "max-minutes".
  std::function<std::optional<Run>(const Trial& trial, double limit)> train;
  std::function<void(const Trial&, double seconds_spent)> begins, ended;
  std::function<void(const std::string& stage)> left_out;  // no time was left for it
  // After a full training: the best so far, and the keys of the models that may still be wanted, this one's among them
  // or not.
  std::function<void(const Trial& best, const std::vector<std::string>& wanted)> full;
};

struct TuneResult {
  std::vector<Trial> trials;
  // Of the trials, a full training; a short one where no full one was finished, nothing where not even that was.
  std::optional<size_t> best;
  double best_mean = 0;                  // its score over all seeds that it was trained with
  std::optional<double> best_recovered;  // by trust: its R, likewise
  double highest_mean = 0;               // by trust: the best score of those that it was chosen among
  size_t best_seeds = 0;
  double seconds = 0;
  bool interrupted = false;
};

TuneResult tune(const TunePlan& plan, const TuneHooks& hooks);

}  // namespace fovea::study
