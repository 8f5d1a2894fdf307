// Elementwise work on rows of a table: Adam's step, a factor, sums of gradients. Compiled once per instruction set.
#include <stddef.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/simd/rows-inl.h"
#include "kernels/simd/rows.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void adam_step(const simd::RowStep& step, const float* gradient, int64_t width, float* row, float* first_moments,
               float* second_moments) {
  const Floats d;
  const Vector beta1 = hn::Set(d, step.beta1), beta2 = hn::Set(d, step.beta2), epsilon = hn::Set(d, step.epsilon);
  const Vector rest1 = hn::Set(d, 1 - step.beta1), rest2 = hn::Set(d, 1 - step.beta2);
  const Vector scale = hn::Set(d, step.gradient_scale), decay = hn::Set(d, step.decay);
  const Vector rate = hn::Set(d, step.rate), root_scale = hn::Set(d, step.root_scale);
  const size_t E = static_cast<size_t>(width), L = hn::Lanes(d);
  for (size_t e = 0; e < E; e += L) {
    const size_t count = HWY_MIN(L, E - e);
    const Vector g = hn::Mul(scale, load_first(d, gradient + e, count));
    // m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²
    const Vector m = hn::MulAdd(rest1, g, hn::Mul(beta1, load_first(d, first_moments + e, count)));
    const Vector s = hn::MulAdd(hn::Mul(rest2, g), g, hn::Mul(beta2, load_first(d, second_moments + e, count)));
    // w ← δ w − η/(1 − β₁ᵏ) · m / (√s / √(1 − β₂ᵏ) + ε)
    const Vector divisor = hn::MulAdd(hn::Sqrt(s), root_scale, epsilon);
    const Vector w = hn::Mul(decay, load_first(d, row + e, count));
    store_first(m, d, first_moments + e, count);
    store_first(s, d, second_moments + e, count);
    store_first(hn::Sub(w, hn::Div(hn::Mul(rate, m), divisor)), d, row + e, count);
  }
}

void scale_elements(float factor, int64_t width, float* row) {
  const Floats d;
  const size_t E = static_cast<size_t>(width), L = hn::Lanes(d);
  for (size_t e = 0; e < E; e += L) {
    const size_t count = HWY_MIN(L, E - e);
    store_first(hn::Mul(hn::Set(d, factor), load_first(d, row + e, count)), d, row + e, count);
  }
}

void sum_table_rows(const SumRowsArguments<float>& in, int64_t begin, int64_t end) {
  const Floats d;
  const size_t E = static_cast<size_t>(in.width), L = hn::Lanes(d);
  for (int64_t u = begin; u < end; ++u) {
    float* value = in.values + static_cast<size_t>(u) * E;
    for (int64_t k = in.starts[u]; k < in.starts[u + 1]; ++k) {
      const size_t at = static_cast<size_t>(in.order[k]) * E;
      for (size_t e = 0; e < E; e += L) {
        const size_t count = HWY_MIN(L, E - e);
        const Vector g = load_first(d, in.gradients + at + e, count);
        const Vector sum = k == in.starts[u] ? hn::Zero(d) : load_first(d, value + e, count);
        const Vector factor = in.multipliers ? load_first(d, in.multipliers + at + e, count) : hn::Set(d, 1.0f);
        store_first(hn::MulAdd(g, factor, sum), d, value + e, count);
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels {
HWY_EXPORT(adam_step);
HWY_EXPORT(scale_elements);
HWY_EXPORT(sum_table_rows);

void simd::row_adam_step(const RowStep& step, const float* gradient, int64_t width, float* row, float* first_moments,
                         float* second_moments) {
  HWY_DYNAMIC_DISPATCH(adam_step)(step, gradient, width, row, first_moments, second_moments);
}

void simd::scale_row(float factor, int64_t width, float* row) {
  HWY_DYNAMIC_DISPATCH(scale_elements)(factor, width, row);
}

void simd::sum_rows(const SumRowsArguments<float>& arguments, int64_t begin, int64_t end) {
  HWY_DYNAMIC_DISPATCH(sum_table_rows)(arguments, begin, end);
}

}  // namespace fovea::kernels
#endif  // HWY_ONCE
