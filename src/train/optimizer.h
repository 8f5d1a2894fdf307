// AdamW (Loshchilov & Hutter 2019), Adam and SGD with their whole state in plain sight, so that it can be saved and
// restored bit for bit: dense parameters by libtorch, tables with sparse gradients row by row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "train/options.h"

namespace fovea::train {

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::kAdamW;
  double weight_decay = 0.01;  // of parameters of two or more dimensions. Adam has it in the gradient, as it was
                               // published; the others apart from it
  double row_rate = 1;         // rows of tables move at the rate times this
  double momentum = 0.9;       // of SGD; 0: none
};

// A parameter is a table of rows once its first gradient was a sparse one (ops/lookup.h): then a row is updated only in
// the steps in which it occurs, its moments stand still in the others, and bias correction counts the row's own steps
// (kernels/row_adam.h has the rule of AdamW). Dense Adam gives a word that occurs once some thirty times that step,
// spread over those that follow. A row that occurs in every step gets what a dense parameter gets. Weight decay apart
// from the gradient reaches a row for the steps that it missed too, that of Adam only in its own steps.
//
// A table may be looked up several times in a step. One that is tied to an output matrix has a dense gradient and is a
// dense parameter; should it once be looked up alone, the rows that do not occur have a gradient of 0, and should a
// table of rows once have a dense gradient, all its rows occur.
class Optimizer {
 public:
  Optimizer(std::vector<at::Tensor> parameters, const OptimizerOptions& options);

  void zero_gradients();

  // This parameter's rate is that of the others times `factor`.
  void scale_rate(const at::Tensor& parameter, double factor);

  // Brings the gradients that backward() left into the form that all below and the mean of the parameters
  // (train/state.h) read: of tables sparse, the rows rising without repeats and none that is frozen; of all else dense.
  // Called by clip() and step(); a second call changes nothing.
  void prepare();

  // Scales all gradients so that their norm together is at most `limit` (0: never) and returns the norm before.
  double clip(double limit);

  // One step at `rate`; parameters without a gradient stay as they are.
  void step(double rate);

  // The rows of `mask` [V] bool stay as they are: they have no part in gradients, their norm and weight decay.
  void freeze(const at::Tensor& parameter, const at::Tensor& mask);

  // Applies to every row of the tables the weight decay of the steps since it last occurred: before they are read as a
  // whole. O(V·E).
  void settle();

  // The moments, in the order of the parameters; restore by copying into them. SGD has the first alone, its momentum;
  // the second are undefined.
  std::vector<at::Tensor>& first_moments() { return first_; }
  std::vector<at::Tensor>& second_moments() { return second_; }
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

  // What a table has besides, undefined for dense parameters: steps of each row [V] int64, and the decay_sum that each
  // row has seen [V] double.
  struct Rows {
    at::Tensor counts, decays;
  };
  std::vector<Rows>& rows() { return rows_; }
  void make_rows(size_t parameter);  // the parameter is a table from now on
  // Σ log(1 − its rate · weight decay) over the steps, of each parameter as a table; 0 for Adam, which has the decay in
  // the gradient.
  std::vector<double>& decay_sums() { return decay_sums_; }
  // Whether a parameter has had a step as a dense one.
  std::vector<bool>& dense() { return dense_; }

 private:
  at::Tensor as_rows(size_t parameter) const;
  bool is_adam() const { return options_.kind != OptimizerKind::kSgd; }
  void step_dense(bool decayed, double factor, double rate);
  void step_sgd(size_t parameter, double rate);
  void step_table(size_t parameter, double rate);
  void step_sgd_rows(size_t parameter, double rate);

  std::vector<at::Tensor> parameters_, first_, second_;
  std::vector<Rows> rows_;
  std::vector<at::Tensor> frozen_;  // [V] bool, undefined where nothing is
  std::vector<double> factors_, decay_sums_;
  std::vector<bool> dense_;
  OptimizerOptions options_;
  int64_t steps_ = 0;
};

}  // namespace fovea::train
