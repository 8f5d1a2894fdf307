// Gradients against central differences, in double, and tensors bit for bit.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "ops/aten.h"

namespace fovea::test {

// Makes the numbers of a module others of `type`, in place: those who hold its tensors see it.
template <typename Module>
void convert(Module& module, at::ScalarType type) {
  const at::NoGradGuard guard;
  for (const auto& item : module.named_parameters()) item.value().set_data(item.value().to(type));
  for (const auto& item : module.named_buffers()) item.value().set_data(item.value().to(type));
}

// Checks d loss / d input of every element of every input; `loss` maps the inputs (double, requiring gradients) to a
// scalar.
inline void expect_gradients(std::vector<at::Tensor> inputs,
                             const std::function<at::Tensor(const std::vector<at::Tensor>&)>& loss,
                             double tolerance = 1e-6) {
  constexpr double kStep = 1e-5;  // near the cube root of double's precision, where the two errors meet
  for (at::Tensor& input : inputs) input = input.detach().clone().set_requires_grad(true);
  loss(inputs).backward();
  for (size_t which = 0; which < inputs.size(); ++which) {
    at::Tensor& input = inputs[which];
    const at::Tensor gradient = input.grad().defined() ? input.grad() : at::zeros_like(input);
    double* data = input.mutable_data_ptr<double>();
    for (int64_t i = 0; i < input.numel(); ++i) {
      const double kept = data[i];
      data[i] = kept + kStep;
      const double above = loss(inputs).item<double>();
      data[i] = kept - kStep;
      const double below = loss(inputs).item<double>();
      data[i] = kept;
      const double numeric = (above - below) / (2 * kStep);
      const double analytic = gradient.reshape({-1})[i].item<double>();
      ASSERT_NEAR(analytic, numeric, tolerance * std::max(1.0, std::abs(numeric)))
          << "input " << which << ", element " << i;
    }
  }
}

inline void expect_same_bits(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::equal(a[i], b[i])) << "number " << i;
}

// Distinct, awkward numbers in a fixed order: no two equal, both signs, magnitude up to `scale`.
inline at::Tensor awkward(at::IntArrayRef shape, double scale, int64_t salt = 0) {
  at::Tensor values = at::empty(shape, at::kDouble);
  double* data = values.mutable_data_ptr<double>();
  for (int64_t i = 0; i < values.numel(); ++i)
    data[i] = scale * std::sin(1.7 * static_cast<double>(i + 1) + 0.37 * static_cast<double>(salt * salt + 1));
  return values;
}

inline at::Tensor offsets_of(const std::vector<int64_t>& lengths) {
  std::vector<int64_t> offsets = {0};
  for (const int64_t length : lengths) offsets.push_back(offsets.back() + length);
  return at::tensor(offsets, at::kLong);
}

}  // namespace fovea::test
