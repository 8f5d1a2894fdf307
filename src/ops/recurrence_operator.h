// fovea::recurrence and the two operators that its autograd records: arguments spelled out, and calls through
// libtorch's dispatcher.
#pragma once

#include <optional>

#include "ops/recurrence_fused.h"

namespace fovea::ops {

// `weights` holds four tensors for each direction, in the order of RecurrenceWeights, which is torch.nn.LSTM's.
RecurrenceInput recurrence_input(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights, Cell cell,
                                 const std::optional<at::Tensor>& initial_hidden,
                                 const std::optional<at::Tensor>& initial_cell);
std::vector<at::Tensor> flat_weights(const RecurrenceInput& input);

// Below autograd, through the dispatcher; meaning as in ops/recurrence_fused.h. The backward pass leaves what was kept
// as it is.
at::Tensor call_recurrence(const RecurrenceInput& input);
RecurrencePass call_recurrence_forward(const RecurrenceInput& input);
RecurrenceDown call_recurrence_backward(const RecurrenceInput& input, const RecurrencePass& made,
                                        const at::Tensor& d_output, bool wants_values);

}  // namespace fovea::ops
