// What the training loop knows of a task: examples with a cost, a loss to lower, scores on the validation part.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "metrics/measures.h"
#include "nn/module.h"

namespace fovea {
class Profile;
}

namespace fovea::tasks {

// A training step, seen from the task.
struct Step {
  uint64_t number = 0;         // keys every random number drawn,
  uint64_t share = 0;          // and, where a step has several shares, which of them it is
  double done = 0;             // share of the planned steps that came before, 0 … 1
  Profile* profile = nullptr;  // where given, told the parts of the step in both passes (nn/timed_part.h)
};

// Examples of a step that are computed for themselves, on a thread of their own.
struct Share {
  std::vector<int64_t> examples;
  double weight = 1;  // of their mean loss in that of the step
};

// Rows of a table that training leaves as they are.
struct FrozenRows {
  at::Tensor parameter;  // [V, E], one of the module's
  at::Tensor mask;       // [V] bool
};

// The learning rate of the parameters whose full names begin with `prefix`, in rates of the others.
struct RateGroup {
  std::string prefix;
  double factor = 1;
};

class Task {
 public:
  virtual ~Task() = default;

  virtual nn::Module& module() = 0;

  // Cost of each training example, by which batches are filled and grouped, and what it is counted in: "tokens",
  // "frames", …
  virtual std::vector<int64_t> train_lengths() const = 0;
  virtual std::string cost_unit() const { return "tokens"; }

  // A step's examples, cut so that its loss is the sum of those of the shares, each times its weight; a function of the
  // examples alone. For networks of many small operators, which threads cannot well divide among them. By default one
  // share, and the operators inside have all threads.
  virtual std::vector<Share> shares(std::span<const int64_t> examples) const {
    return {{{examples.begin(), examples.end()}, 1}};
  }

  // Mean loss over the training examples named, with its graph. Of several shares called from several threads at once.
  virtual at::Tensor loss(std::span<const int64_t> examples, const Step& step) = 0;

  // What answering without looking would have cost in the step of the last loss(): a training whose loss stays far
  // above it goes astray.
  virtual double chance_loss() const { return std::numeric_limits<double>::infinity(); }

  // By what the limit of a step's gradients is multiplied: the norm of n networks that learn side by side is about √n
  // of one's.
  virtual double clip_scale() const { return 1; }

  virtual std::vector<FrozenRows> frozen_rows() { return {}; }

  // Groups of parameters that learn faster or slower; the first whose prefix fits counts.
  virtual std::vector<RateGroup> rate_groups() const { return {}; }

  // Share of the planned steps from which on an evaluation may be the best one. Before, the loss is still another than
  // the one that is meant in the end; a run that stops before has the best of those.
  virtual double chosen_from() const { return 0; }

  // The scores that validate() gives and the best epoch may be chosen by.
  virtual std::span<const metrics::Measure> measures() const = 0;

  // Those scores on the validation part, with the parameters as they are. Where there is a "loss" (nats), it decides
  // between epochs that are alike in the score that is asked for. Draws no random numbers. Empty where there is no
  // validation part.
  virtual std::map<std::string, double> validate() = 0;
};

}  // namespace fovea::tasks
