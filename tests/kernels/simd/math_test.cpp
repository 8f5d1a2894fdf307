// Compiled once per instruction set, like the kernels that use math-inl.h.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/math_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/simd/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {

// out[i] = f(in[i]); both arrays are padded to a multiple of 64 floats.
void tanh_all(const float* in, float* out, size_t size) {
  const hn::ScalableTag<float> d;
  for (size_t i = 0; i < size; i += hn::Lanes(d)) hn::StoreU(Tanh(d, hn::LoadU(d, in + i)), d, out + i);
}
void sigmoid_all(const float* in, float* out, size_t size) {
  const hn::ScalableTag<float> d;
  for (size_t i = 0; i < size; i += hn::Lanes(d)) hn::StoreU(Sigmoid(d, hn::LoadU(d, in + i)), d, out + i);
}
void exp_all(const float* in, float* out, size_t size) {
  const hn::ScalableTag<float> d;
  for (size_t i = 0; i < size; i += hn::Lanes(d)) hn::StoreU(Exp(d, hn::LoadU(d, in + i)), d, out + i);
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/dispatch.h"

namespace fovea::kernels {
namespace {

HWY_EXPORT(tanh_all);
HWY_EXPORT(sigmoid_all);
HWY_EXPORT(exp_all);

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

// Evenly spaced, then every power of two times ±1.37, then what breaks approximations.
std::vector<float> grid(float low, float high, int steps) {
  std::vector<float> x;
  for (int k = 0; k <= steps; ++k) {
    x.push_back(low + (high - low) * static_cast<float>(k) / static_cast<float>(steps));
  }
  for (int exponent = -126; exponent < 127; ++exponent) {
    for (const float sign : {1.37f, -1.37f}) x.push_back(std::ldexp(sign, exponent));
  }
  for (const float value : {0.0f, -0.0f, 1e4f, -1e4f, 3e38f, -3e38f, 9.0f, -9.0f, 88.72283f, 88.7229f, -87.33654f,
                            -87.337f, kInfinity, -kInfinity, kNan}) {
    x.push_back(value);
  }
  while (x.size() % 64) x.push_back(0);
  return x;
}

template <typename Check>
void for_each_set(const std::vector<float>& x, void (*run)(const float*, float*, size_t), Check check) {
  for_each_instruction_set([&](const std::string& name) {
    SCOPED_TRACE(name);
    std::vector<float> y(x.size(), kNan);
    run(x.data(), y.data(), x.size());
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(x[i])) {
        ASSERT_TRUE(std::isnan(y[i]));
      } else {
        ASSERT_NO_FATAL_FAILURE(check(x[i], y[i]));
      }
    }
  });
}

TEST(SimdMath, TanhIsCloseRelativelyAndBounded) {
  const auto run = [](const float* x, float* y, size_t n) { HWY_DYNAMIC_DISPATCH(tanh_all)(x, y, n); };
  for_each_set(grid(-10, 10, 200000), run, [](float x, float y) {
    const double expected = std::tanh(static_cast<double>(x));
    ASSERT_LE(std::fabs(y - expected), 4e-7 * std::fabs(expected)) << x;
    ASSERT_LE(std::fabs(y), 1.0f) << x;
    ASSERT_EQ(std::signbit(y), std::signbit(x)) << x;
  });
}

TEST(SimdMath, SigmoidIsCloseAndBounded) {
  const auto run = [](const float* x, float* y, size_t n) { HWY_DYNAMIC_DISPATCH(sigmoid_all)(x, y, n); };
  for_each_set(grid(-20, 20, 200000), run, [](float x, float y) {
    ASSERT_LE(std::fabs(y - 1 / (1 + std::exp(-static_cast<double>(x)))), 2.5e-7) << x;
    ASSERT_TRUE(y >= 0 && y <= 1) << x;
  });
}

TEST(SimdMath, ExpIsCloseRelativelyAndHasNoDenormals) {
  const auto run = [](const float* x, float* y, size_t n) { HWY_DYNAMIC_DISPATCH(exp_all)(x, y, n); };
  for_each_set(grid(-90, 90, 200000), run, [](float x, float y) {
    if (x < -87.3365402f) {
      ASSERT_EQ(y, 0) << x;
    } else if (x > 88.7228317f) {
      ASSERT_EQ(y, kInfinity) << x;
    } else {
      const double expected = std::exp(static_cast<double>(x));
      ASSERT_LE(std::fabs(y - expected), 2.5e-7 * expected) << x;
    }
    if (x == 0) {
      ASSERT_EQ(y, 1);
    }
  });
}

}  // namespace
}  // namespace fovea::kernels
#endif  // HWY_ONCE
