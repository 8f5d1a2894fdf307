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

}  // namespace fovea::tasks
