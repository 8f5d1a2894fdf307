// Tensors as the named arrays of a checkpoint, and back.
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

#include "checkpoint/safetensors.h"

namespace fovea::tasks {

// A copy of `tensor` (float32, float64 or int64).
checkpoint::NamedArray to_array(const std::string& name, const at::Tensor& tensor);

// Copies the array `name` of `file` into `tensor`, in place. Throws UserError (kBadData) beginning with `place` when it
// is missing or has another shape or type.
void copy_array(const checkpoint::ArrayFile& file, const std::string& name, at::Tensor& tensor,
                const std::string& place);

}  // namespace fovea::tasks
