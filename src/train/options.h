// How a model is trained. Fields that change results stand first, limits after them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/options/visitor.h"
#include "data/batches/plan.h"

namespace fovea::train {

enum class OptimizerKind { kAdamW, kAdam, kSgd };

const char* optimizer_name(OptimizerKind kind);  // "adamw", "adam", "sgd"

// kRoot: with the inverse square root of the steps (Vaswani et al. 2017), so that a training may end anywhere.
enum class Decay { kLinear, kCosine, kRoot, kNone };

const char* decay_name(Decay decay);  // "linear", "cosine", "root", "none"

struct TrainOptions {
  uint64_t seed = 1;
  data::BatchOptions batches;
  int64_t max_epochs = 6;  // at most; the schedule of the learning rate ends here
  OptimizerKind optimizer = OptimizerKind::kAdamW;
  double momentum = 0.9;         // of SGD
  double learning_rate = 0.002;  // the highest; default_rate() has what suits other optimisers
  double embedding_rate = 1;     // rate of the word vectors, in learning rates
  double weight_decay = 0.01;    // of matrices, not of biases or vectors; decoupled (Loshchilov & Hutter 2019)
  double warmup = 0.05;          // share of all steps over which the rate rises from 0
  Decay decay = Decay::kLinear;  // from the highest rate to 0 over the rest, or as said above
  double clip_norm = 1.0;        // gradients are scaled to this norm, at most; 0: never
  double average = 0.99;  // evaluated and kept is the running mean of the parameters over about 1 / (1 - average) steps
                          // (Polyak & Juditsky 1992); 0: the parameters themselves
  int64_t patience = 3;   // evaluations without a better score before it stops; 0: never stops early
  int64_t evaluations_per_epoch = 1;  // 0, for training without a validation part: the last parameters are kept
  std::string metric = "accuracy";    // what the best model is best at, on validation: one of the task's metrics

  int64_t max_steps = 0;   // 0: no limit
  double max_minutes = 0;  // 0: no limit; time of earlier parts of a resumed run counts

  double save_seconds = 60;  // how often a state is committed between evaluations; does not change results

  static double default_rate(OptimizerKind optimizer);

  Json to_json() const;
  static TrainOptions from_json(const Json& json);  // throws UserError (kBadData)
};

// metrics: the names of what a model of the task can be best at.
void visit(TrainOptions& options, options::Visitor& visitor,
           const std::vector<std::string>& metrics = {"accuracy", "macro_f1", "loss"});

}  // namespace fovea::train
