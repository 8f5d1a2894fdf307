#include "tasks/quantize.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "tasks/tensors.h"

namespace fovea::tasks {
namespace {

constexpr int64_t kSmallestMatrix = 1024;  // numbers
constexpr float kLargestNumber = 127;
constexpr const char* kScaleSuffix = ".scale";

struct Int8Matrix {
  std::vector<int8_t> numbers;
  std::vector<float> scales;
};

// At least `value`, with the 16 highest bits of its significand: 127 times it is exact.
float rounded_up(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  return std::bit_cast<float>((bits + 0xFFU) & ~0xFFU);
}

// Of more than two axes all but the last are rows.
Int8Matrix quantized(const at::Tensor& matrix) {
  const at::Tensor dense = matrix.detach().contiguous().flatten(0, -2);
  const float* row = dense.const_data_ptr<float>();
  const int64_t width = dense.size(1);
  Int8Matrix out;
  for (int64_t r = 0; r < dense.size(0); ++r, row += width) {
    float largest = 0;
    for (int64_t c = 0; c < width; ++c) largest = std::max(largest, std::abs(row[c]));
    const float scale = rounded_up(largest / kLargestNumber);
    out.scales.push_back(scale);
    for (int64_t c = 0; c < width; ++c) {
      out.numbers.push_back(scale == 0 ? 0 : static_cast<int8_t>(std::lround(row[c] / scale)));
    }
  }
  return out;
}

void write_products(const Int8Matrix& matrix, at::Tensor& tensor) {
  float* out = tensor.mutable_data_ptr<float>();
  const auto width = static_cast<size_t>(tensor.size(-1));
  for (size_t i = 0; i < matrix.numbers.size(); ++i) {
    out[i] = static_cast<float>(matrix.numbers[i]) * matrix.scales[i / width];
  }
}

}  // namespace

bool is_quantizable(const at::Tensor& parameter) {
  return parameter.dim() >= 2 && parameter.numel() >= kSmallestMatrix && parameter.scalar_type() == at::kFloat;
}

std::vector<checkpoint::NamedArray> to_int8_arrays(const std::string& name, const at::Tensor& matrix) {
  const Int8Matrix parts = quantized(matrix);
  checkpoint::NamedArray numbers{name, checkpoint::ElementType::kInt8, matrix.sizes().vec(), {}};
  numbers.bytes.assign(reinterpret_cast<const char*>(parts.numbers.data()), parts.numbers.size());
  checkpoint::NamedArray scales{
      name + kScaleSuffix, checkpoint::ElementType::kFloat32, {matrix.numel() / matrix.size(-1)}, {}};
  scales.bytes.assign(reinterpret_cast<const char*>(parts.scales.data()), parts.scales.size() * sizeof(float));
  return {std::move(numbers), std::move(scales)};
}

void round_to_int8(nn::Module& module) {
  const at::NoGradGuard guard;
  for (at::Tensor& parameter : module.parameters()) {
    if (is_quantizable(parameter)) write_products(quantized(parameter), parameter);
  }
}

Quantization quantize(Task& task) {
  Quantization result;
  result.done = true;
  result.validation_before = task.validate();
  round_to_int8(task.module());
  result.validation_after = task.validate();
  for (const at::Tensor& parameter : task.module().parameters()) {
    const int64_t numbers = parameter.numel();
    result.bytes_before += 4 * numbers;
    result.bytes_after += is_quantizable(parameter) ? numbers + 4 * (numbers / parameter.size(-1)) : 4 * numbers;
  }
  return result;
}

Json quantization_json(const Quantization& quantization) {
  if (!quantization.done) return nullptr;
  Json before = Json::object(), after = Json::object();
  for (const auto& [name, value] : quantization.validation_before) before[name] = value;
  for (const auto& [name, value] : quantization.validation_after) after[name] = value;
  return {{"type", "int8"},
          {"bytes_float32", quantization.bytes_before},
          {"bytes", quantization.bytes_after},
          {"validation_float32", before},
          {"validation", after}};
}

void copy_quantized(const checkpoint::ArrayFile& file, const std::string& name, at::Tensor& tensor,
                    const std::string& place) {
  const checkpoint::NamedArray* numbers = file.find(name);
  if (!numbers || numbers->type != checkpoint::ElementType::kInt8) {
    copy_array(file, name, tensor, place);
    return;
  }
  const at::NoGradGuard guard;
  if (tensor.dim() < 2 || numbers->shape != tensor.sizes().vec()) {
    throw UserError(ExitCode::kBadData,
                    place + ": array '" + name + "' has another shape or type than config.json says");
  }
  at::Tensor scales = at::empty({tensor.numel() / std::max<int64_t>(tensor.size(-1), 1)});
  copy_array(file, name + kScaleSuffix, scales, place);
  Int8Matrix parts;
  parts.numbers.resize(numbers->bytes.size());
  std::memcpy(parts.numbers.data(), numbers->bytes.data(), numbers->bytes.size());
  parts.scales.assign(scales.const_data_ptr<float>(), scales.const_data_ptr<float>() + scales.numel());
  write_products(parts, tensor);
}

checkpoint::ArrayFile arrays_of(const nn::Module& module, bool quantized) {
  checkpoint::ArrayFile file;
  for (const auto& [name, tensor] : tensors_of(module)) {
    if (quantized && is_quantizable(tensor)) {
      for (checkpoint::NamedArray& array : to_int8_arrays(name, tensor)) file.arrays.push_back(std::move(array));
    } else {
      file.arrays.push_back(to_array(name, tensor));
    }
  }
  return file;
}

void fill_module(nn::Module& module, const checkpoint::ArrayFile& file, const std::string& place) {
  for (auto& [name, tensor] : tensors_of(module)) copy_quantized(file, name, tensor, place);
}

}  // namespace fovea::tasks
