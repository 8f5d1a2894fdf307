// fovea::recurrence, fovea::recurrence_with_last and the two operators that their autograd records: arguments spelled
// out, and calls through libtorch's dispatcher.
#pragma once

#include <optional>

#include "ops/recurrence_fused.h"

namespace fovea::ops {

// `weights` holds four tensors for each direction, in the order of RecurrenceWeights, which is torch.nn.LSTM's.
RecurrenceInput recurrence_input(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights, Cell cell,
                                 const std::optional<at::Tensor>& initial_hidden,
                                 const std::optional<at::Tensor>& initial_cell);
std::vector<at::Tensor> flat_weights(const RecurrenceInput& input);

// Its tensors as a list, two or, of an LSTM, three of them; and back.
std::vector<at::Tensor> flat_output(const RecurrenceOutput& output);
RecurrenceOutput structured_output(at::TensorList flat);

// Below autograd, through the dispatcher; meaning as in ops/recurrence_fused.h. The backward pass leaves what was kept
// as it is.
RecurrenceOutput call_recurrence(const RecurrenceInput& input);
RecurrencePass call_recurrence_forward(const RecurrenceInput& input);
RecurrenceDown call_recurrence_backward(const RecurrenceInput& input, const RecurrencePass& made,
                                        const RecurrenceOutput& upper, bool wants_values);

}  // namespace fovea::ops
