// Everything a run needs to go on as if it had never stopped, as the files of one committed generation or in memory.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/folder.h"
#include "train/optimizer.h"
#include "train/summary.h"

namespace fovea::nn {
class Module;
}

namespace fovea::train {

// Where a run is. Floating-point numbers are saved by their bits.
struct Position {
  int64_t step = 0;
  int64_t epoch = 0;    // from 0
  int64_t batch = 0;    // next batch of this epoch
  double loss_sum = 0;  // of this epoch's batches so far
  int64_t loss_count = 0;
  int64_t tokens = 0;                                            // all epochs
  double best_score = -std::numeric_limits<double>::infinity();  // higher is better
  double best_loss = std::numeric_limits<double>::infinity();    // decides between equal scores
  int64_t best_step = 0;
  double best_epoch = 0;
  std::map<std::string, double> best_validation;
  int64_t evaluations = 0;  // lines of metrics.jsonl
  int64_t evaluations_since_best = 0;
  int64_t evaluated_step = -1;  // step of the last evaluation
  bool finished_by_patience = false;
  // Σ loss / loss of guessing · share^age over the steps of late, and the sum of those shares.
  double recent_losses = 0;
  double recent_steps = 0;
  std::vector<Setback> setbacks;
  double seconds = 0;
};

// A state in memory: what its files would hold.
struct Snapshot {
  std::string position;
  std::map<std::string, at::Tensor> arrays;
};

class State {
 public:
  // The module's parameters and its buffers (the running statistics of a batch norm and such).
  State(nn::Module& module, Optimizer& optimizer);

  Position position;

  // Moves the running mean of the parameters and buffers towards them, by 1 - decay or faster in the first steps:
  // begin_average() before the optimizer's step, end_average() after it. Of a table only the rows that the step touches
  // are moved, with what they have missed while they stood still: gradients are read as Optimizer::prepare() leaves
  // them. Buffers of whole numbers have no mean: that of the last step stands for it.
  void begin_average();
  void end_average(double decay);
  // Brings every row of the tables up to date, in the mean and in the parameters; before they are read as a whole.
  void settle();
  // Exchanges the parameters and buffers of the module with their running mean; a second call undoes it.
  void swap_average();

  void keep_best();     // copies parameters and buffers
  void restore_best();  // puts the best ones into the module

  bool finite() const;  // parameters, buffers and their mean; O(their number)

  // The files of the state as it is when they are written. The arrays go there from where they are; nothing of them is
  // copied but what lies on another device.
  checkpoint::WrittenFiles files() const;
  void restore(const checkpoint::Files& files, const std::string& place);  // throws UserError (kBadData)

  Snapshot snapshot() const;
  void restore(const Snapshot& snapshot);

 private:
  // A parameter or a buffer.
  struct Kept {
    std::string name;
    at::Tensor now, average, best;
    at::Tensor seen;  // of a table, what of mean_sum_ each row of the mean has seen [V] double; else undefined
  };

  std::vector<std::pair<std::string, at::Tensor>> arrays() const;
  std::string position_text() const;
  void read_position(const std::string& text, const std::string& place);
  // Makes the arrays that `has` names besides those of every state, then fills each by `copy`.
  void read_arrays(const std::function<bool(const std::string& name)>& has,
                   const std::function<void(const std::string& name, at::Tensor& to)>& copy);

  std::vector<Kept> kept_;  // the optimizer's parameters in their order, then the buffers
  size_t parameters_ = 0;   // how many of them are parameters
  double mean_sum_ = 0;     // Σ log(share of the mean kept in a step)
  Optimizer& optimizer_;
};

}  // namespace fovea::train
