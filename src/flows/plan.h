// What a training is asked to do: plain values that know neither a command line nor a terminal. Defaults come from the
// option structs of the rooms.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/options/described.h"
#include "tasks/kind.h"
#include "train/options.h"

namespace fovea::flows {

struct TrainPlan {
  TrainPlan();  // of texts
  explicit TrainPlan(const tasks::Kind& of);

  const tasks::Kind* kind;
  tasks::AnySettings settings;  // of the kind: data, network, loss
  std::string preset = "fast";
  train::TrainOptions train;
  bool refit = false;      // at the end learn anew from all rows, those of validation too
  int64_t refit_rows = 0;  // but not where training and validation have more; 0: always
  bool quantize = false;   // write matrices as 8-bit numbers
  std::string init;        // a model to go on from; "" = none
  std::string out;         // folder of the model
  bool force = false, resume = false;
  bool profile = false;  // measure where the time goes
  int64_t threads = 0;   // of a resumed training: as many as it began with; 0: as they are
  // Names of the options that were set, which the data may not decide. settle() adds the fields that were set since the
  // plan was made or settled before; one set to its default counts where mark_given() names it.
  options::Given given;
  std::vector<options::Value> settled;  // of the fields, when settle() had ended
};

// Every option that changes results, described: those that are saved with a model.
void visit(TrainPlan& plan, options::Visitor& visitor);

// Whether the option that fills `field`, which is one of the plan's, is among plan.given.
bool is_given(const TrainPlan& plan, const void* field);
// From now on it counts as given; whether it did not before.
bool mark_given(TrainPlan& plan, const void* field);

enum class Place { kFolder, kMemory };

// Ends the making of a plan: what follows from what was given is set, and what does not go together is refused. Throws
// UserError (kUsage). With kFolder plan.out must name one; with kMemory the preset best is without its refit. What
// network and labels must be together is not looked at beside --init, where only the model read tells (adopt_start),
// nor beside --resume.
void settle(TrainPlan& plan, Place place);

// With --init, when the model is read, which train() does: takes from it what is its own. Throws UserError (kUsage) for
// an option that says otherwise.
void adopt_start(TrainPlan& plan, const tasks::Start& start);

}  // namespace fovea::flows
