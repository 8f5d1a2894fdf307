// Matrices as rows of whole numbers from -127 to 127 with a factor each: a quarter of the bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "base/json.h"
#include "checkpoint/safetensors.h"
#include "nn/module.h"
#include "tasks/task.h"

namespace fovea::tasks {

// Small ones, biases and vectors stay as they are: they have few bytes, and errors in them reach every text.
bool is_quantizable(const at::Tensor& parameter);

// `name` [R, C] or [W, E, C] I8 and `name`.scale [R] or [W · E] F32: value = number × scale of its row. A scale has 16
// significant bits, so that products are exact and quantizing the result again gives the same.
std::vector<checkpoint::NamedArray> to_int8_arrays(const std::string& name, const at::Tensor& matrix);

// Every quantizable parameter becomes what its arrays say.
void round_to_int8(nn::Module& module);

// What writing the matrices as 8-bit numbers saved and cost.
struct Quantization {
  bool done = false;
  int64_t bytes_before = 0, bytes_after = 0;  // of the parameters
  std::map<std::string, double> validation_before, validation_after;
};

// Rounds the network of a task, whose parameters are the best ones. What is fitted by validation is fitted afterwards.
Quantization quantize(Task& task);
Json quantization_json(const Quantization& quantization);

// Copies the array `name` of `file` into `tensor`, from I8 with its scales or from F32. Throws as copy_array.
void copy_quantized(const checkpoint::ArrayFile& file, const std::string& name, at::Tensor& tensor,
                    const std::string& place);

// Parameters and buffers of a module as arrays by their full names, quantizable ones as I8 where that is wanted, and
// back into a module of the same shape. The latter throws as copy_array.
checkpoint::ArrayFile arrays_of(const nn::Module& module, bool quantized);
void fill_module(nn::Module& module, const checkpoint::ArrayFile& file, const std::string& place);

}  // namespace fovea::tasks
