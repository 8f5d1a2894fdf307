// AdamW (Loshchilov & Hutter 2019) with its whole state in plain sight, so that it can be saved and restored bit for
// bit: dense parameters by libtorch's fused CPU step, tables with sparse gradients by Fovea's lazy one.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea::train {

// A parameter is a table of rows once it has had a sparse gradient (ops/lookup.h): then a row is updated only in the
// steps in which it occurs, by the rule of kernels/row_adam.h, and bias correction counts the row's own steps. Dense
// Adam gives a word that occurs once some thirty times that step, spread over those that follow.
class AdamW {
 public:
  // Weight decay acts on parameters of two or more dimensions. Rows of tables move at the rate times `row_rate`.
  AdamW(std::vector<at::Tensor> parameters, double weight_decay, double row_rate = 1);

  void zero_gradients();

  // Scales all gradients so that their norm together is at most `limit` (0: never) and returns the norm before.
  double clip(double limit);

  // One step at `rate`; parameters without a gradient stay as they are.
  void step(double rate);

  // The rows of `mask` [V] bool stay as they are: they have no part in gradients, their norm and weight decay.
  void freeze(const at::Tensor& parameter, const at::Tensor& mask);

  // Applies to every row of the tables the weight decay of the steps since it last occurred: before they are read as a
  // whole. O(V·E).
  void settle();

  // The moments, in the order of the parameters; restore by copying into them.
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
  double decay_sum() const { return decay_sum_; }
  void set_decay_sum(double sum) { decay_sum_ = sum; }

 private:
  void drop_frozen();
  void step_dense(bool decayed, double rate);
  void step_table(size_t parameter, double rate);

  std::vector<at::Tensor> parameters_, first_, second_;
  std::vector<Rows> rows_;
  std::vector<at::Tensor> frozen_;  // [V] bool, undefined where nothing is
  double weight_decay_, row_rate_;
  double decay_sum_ = 0;  // Σ log(1 − rate · weight decay) over the steps
  int64_t steps_ = 0;
};

}  // namespace fovea::train
