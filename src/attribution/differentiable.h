// A subject with gradients: what a kind of model implements so that it can be asked by every gradient method.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include "attribution/subject.h"

namespace fovea::attribution {

// kFixed: the weights that attention makes count as constants.
enum class Attention { kMoves, kFixed };

// Several inputs read together, N parts in all. A model of several members has several networks, which are asked at
// once: a vector of tensors below has one of each.
class DifferentiablePass {
 public:
  virtual ~DifferentiablePass() = default;

  // [B+1] int64 on the CPU: input b owns the rows offsets[b] … offsets[b+1]-1 of what has N of them.
  virtual const at::Tensor& offsets() const = 0;

  // [N, features]: what each network reads of each part. Constants.
  virtual const std::vector<at::Tensor>& inputs() const = 0;

  // The logits [B, C] of other such inputs, in double and divided by the temperature; differentiable in the inputs.
  // Where a kind of attention chooses parts without weights of them, kFixed is as kMoves.
  virtual at::Tensor logits_from(std::span<const at::Tensor> inputs, Attention attention) = 0;

  // [K, N]: what each of K looks gives to each part, as the networks make it of inputs(). Constants, and new ones, so
  // that the caller may let them require a gradient.
  virtual std::vector<at::Tensor> weights() = 0;

  // The logits [B, C] of inputs() under other such weights, as above; differentiable in the weights.
  virtual at::Tensor logits_under(std::span<const at::Tensor> weights) = 0;

  // What each part adds to the logits, [N, C] in double and divided by the temperature, where it is not what its
  // weights times their gradients add, since what is weighed there is made of several parts. Undefined elsewhere.
  virtual at::Tensor added() { return {}; }
};

class Differentiable : public Subject {
 public:
  // Throws UserError (kUsage) where attention has no weights of parts that could be others.
  virtual void require_weights() const = 0;

  // inputs: their numbers, each of an input that has parts; one may occur several times.
  virtual std::unique_ptr<DifferentiablePass> pass(std::span<const int64_t> inputs) = 0;
};

// The numbers of a tensor of any type, row by row.
inline std::vector<double> numbers_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().to(at::kDouble).contiguous();
  const double* data = dense.const_data_ptr<double>();
  return std::vector<double>(data, data + dense.numel());
}

}  // namespace fovea::attribution
