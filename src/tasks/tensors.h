// Tensors as the named arrays of a checkpoint, and back.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "checkpoint/safetensors.h"
#include "nn/module.h"

namespace fovea::tasks {

// A copy of `tensor` (float32, float64, int64, int32, int8, uint8 or bool, which is written as uint8).
checkpoint::NamedArray to_array(const std::string& name, const at::Tensor& tensor);
// The same without a copy: of a contiguous tensor on the CPU, which must stay as it is while the view is used.
checkpoint::ArrayView array_view(const std::string& name, const at::Tensor& tensor);

// All that a module keeps from one step to the next, by full name: its parameters, then its buffers.
std::vector<std::pair<std::string, at::Tensor>> tensors_of(const nn::Module& module);

// Copies the array `name` of `file` into `tensor`, in place. Throws UserError (kBadData) beginning with `place` when it
// is missing or has another shape or type.
void copy_array(const checkpoint::ArrayFile& file, const std::string& name, at::Tensor& tensor,
                const std::string& place);
void copy_array(const checkpoint::ArrayViews& file, const std::string& name, at::Tensor& tensor,
                const std::string& place);

}  // namespace fovea::tasks
