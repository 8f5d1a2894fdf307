// Matrices as rows of whole numbers from -127 to 127 with a factor each: a quarter of the bytes.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "checkpoint/safetensors.h"
#include "nn/module.h"

namespace fovea::tasks {

// Small ones, biases and vectors stay as they are: they have few bytes, and errors in them reach every text.
bool is_quantizable(const at::Tensor& parameter);

// `name` [R, C] or [W, E, C] I8 and `name`.scale [R] or [W · E] F32: value = number × scale of its row. A scale has 16
// significant bits, so that products are exact and quantizing the result again gives the same.
std::vector<checkpoint::NamedArray> to_int8_arrays(const std::string& name, const at::Tensor& matrix);

// Every quantizable parameter becomes what its arrays say.
void round_to_int8(nn::Module& module);

// Copies the array `name` of `file` into `tensor`, from I8 with its scales or from F32. Throws as copy_array.
void copy_quantized(const checkpoint::ArrayFile& file, const std::string& name, at::Tensor& tensor,
                    const std::string& place);

}  // namespace fovea::tasks
