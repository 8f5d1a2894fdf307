// One row of scores to attention weights, and the gradient back: softmax, sparsemax, 1.5-entmax, in place. The two
// thresholds are found by Newton's method from the left, where it climbs to the root of a convex falling function
// without overshooting: no sort, no bisection, no scratch. Included once per instruction set.
#if defined(FOVEA_KERNELS_SIMD_NORMALISE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_NORMALISE_INL_H_
#undef FOVEA_KERNELS_SIMD_NORMALISE_INL_H_
#else
#define FOVEA_KERNELS_SIMD_NORMALISE_INL_H_
#endif

#include <hwy/highway.h>
#include <math.h>

#include "kernels/attention.h"
#include "kernels/simd/math-inl.h"
#include "kernels/simd/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls step(vector, mask of its lanes that are there, index, count of them) for every vector of the row.
template <typename Step>
HWY_INLINE void for_each_vector(Floats d, const float* row, size_t size, Step step) {
  const size_t L = hn::Lanes(d);
  size_t i = 0;
  for (; i + L <= size; i += L) step(hn::LoadU(d, row + i), hn::FirstN(d, L), i, L);  // constants to the compiler
  if (i < size) step(load_first(d, row + i, size - i), hn::FirstN(d, size - i), i, size - i);
}

HWY_INLINE float largest_of(Floats d, const float* row, size_t size) {
  const size_t L = hn::Lanes(d);
  Vector largest = hn::Set(d, row[0]);
  size_t i = 0;
  if (size >= 4 * L) {  // four at once, for each waits for the one before
    Vector second = largest, third = largest, fourth = largest;
    for (; i + 4 * L <= size; i += 4 * L) {
      largest = hn::Max(largest, hn::LoadU(d, row + i)), second = hn::Max(second, hn::LoadU(d, row + i + L));
      third = hn::Max(third, hn::LoadU(d, row + i + 2 * L)), fourth = hn::Max(fourth, hn::LoadU(d, row + i + 3 * L));
    }
    largest = hn::Max(hn::Max(largest, second), hn::Max(third, fourth));
  }
  for_each_vector(d, row + i, size - i, [&](auto v, auto there, size_t, size_t) {
    largest = hn::IfThenElse(there, hn::Max(largest, v), largest);
  });
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

// w = exp(s − largest) / Σ: no exp overflows, and the sum is at least 1. Returns log Σ exp(s).
HWY_INLINE float softmax(Floats d, float* row, size_t size) {
  const float largest = largest_of(d, row, size);
  Vector total = hn::Zero(d);
  for_each_vector(d, row, size, [&](auto v, auto there, size_t i, size_t count) {
    const Vector e = hn::IfThenElseZero(there, Exp(d, hn::Sub(v, hn::Set(d, largest))));
    total = hn::Add(total, e);
    store_first(e, d, row + i, count);
  });
  const float sum = sum_of(d, total);
  for_each_vector(d, row, size, [&](auto v, auto, size_t i, size_t count) {
    store_first(hn::Mul(v, hn::Set(d, 1 / sum)), d, row + i, count);
  });
  return largest + logf(sum);
}

// The weight of a score; of a score that is no number, that: Max may lose it.
HWY_INLINE Vector or_nan(Vector score, Vector weight) {
  return hn::IfThenElse(hn::IsNaN(score), score, weight);
}

// f(τ) = Σ max(z − τ, 0) − 1 with z = s − largest; Newton's step is τ' = (Σ_{z > τ} z − 1) / #{z > τ}. The support only
// shrinks, so the loop ends, at the exact root of the last support.
HWY_INLINE float sparsemax(Floats d, float* row, size_t size) {
  const float largest = largest_of(d, row, size);
  float threshold = -1;  // f(−1) ≥ 0, since the largest z alone gives 1
  for (;;) {
    Vector sum = hn::Zero(d), members = sum;
    for_each_vector(d, row, size, [&](auto v, auto there, size_t, size_t) {
      const Vector z = hn::Sub(v, hn::Set(d, largest));
      const auto in = hn::And(there, hn::Gt(z, hn::Set(d, threshold)));
      sum = hn::Add(sum, hn::IfThenElseZero(in, z));
      members = hn::Add(members, hn::IfThenElseZero(in, hn::Set(d, 1.0f)));
    });
    const float next = (sum_of(d, sum) - 1) / sum_of(d, members);
    if (!(next > threshold)) break;
    threshold = next;
  }
  for_each_vector(d, row, size, [&](auto v, auto, size_t i, size_t count) {
    const Vector z = hn::Sub(v, hn::Set(d, largest));
    store_first(or_nan(v, hn::Max(hn::Sub(z, hn::Set(d, threshold)), hn::Zero(d))), d, row + i, count);
  });
  return largest + threshold;
}

// Newton's steps double the right digits once the support is found and at worst halve the distance to the root before:
// 8 steps were the most seen for 10,000 equal scores. The bound is for scores that are no numbers.
constexpr int kEntmaxSteps = 50;

// f(τ) = Σ max(z − τ, 0)² − 1 with z = (s − largest)/2; τ' = τ + f(τ) / (2 Σ max(z − τ, 0)).
HWY_INLINE float entmax15(Floats d, float* row, size_t size) {
  const float largest = largest_of(d, row, size);
  const auto excess = [&](auto v, float threshold) {
    const Vector z = hn::Mul(hn::Sub(v, hn::Set(d, largest)), hn::Set(d, 0.5f));
    return hn::Max(hn::Sub(z, hn::Set(d, threshold)), hn::Zero(d));
  };
  float threshold = -1;
  for (int step = 0; step < kEntmaxSteps; ++step) {
    Vector sum = hn::Zero(d), squares = sum;
    for_each_vector(d, row, size, [&](auto v, auto there, size_t, size_t) {
      const Vector e = hn::IfThenElseZero(there, excess(v, threshold));
      sum = hn::Add(sum, e);
      squares = hn::MulAdd(e, e, squares);
    });
    const float next = threshold + (sum_of(d, squares) - 1) / (2 * sum_of(d, sum));
    if (!(next > threshold)) break;
    threshold = next;
  }
  for_each_vector(d, row, size, [&](auto v, auto, size_t i, size_t count) {
    const Vector e = excess(v, threshold);
    store_first(or_nan(v, hn::Mul(e, e)), d, row + i, count);
  });
  return 0.5f * largest + threshold;
}

// Scores [size] to weights in place, size > 0; returns the row constant.
HWY_INLINE float normalise(Floats d, Normaliser normaliser, float* row, size_t size) {
  if (normaliser == Normaliser::kSparsemax) return sparsemax(d, row, size);
  if (normaliser == Normaliser::kEntmax15) return entmax15(d, row, size);
  return softmax(d, row, size);
}

// d_s = diag(u) d_w − u (u · d_w) / Σu, in place of d_w, with u = w (softmax), [w > 0] (sparsemax), √w (1.5-entmax).
HWY_INLINE void normalise_backward(Floats d, Normaliser normaliser, const float* weights, size_t size, float* row) {
  const auto u_of = [&](size_t i, size_t count) {
    const Vector w = load_first(d, weights + i, count);
    if (normaliser == Normaliser::kSparsemax) return hn::IfThenElseZero(hn::Gt(w, hn::Zero(d)), hn::Set(d, 1.0f));
    return normaliser == Normaliser::kEntmax15 ? hn::Sqrt(w) : w;
  };
  Vector sum = hn::Zero(d), products = sum;
  for_each_vector(d, row, size, [&](auto d_w, auto, size_t i, size_t count) {
    const Vector u = u_of(i, count);
    sum = hn::Add(sum, u);
    products = hn::MulAdd(u, d_w, products);
  });
  const Vector mean = hn::Set(d, sum_of(d, products) / sum_of(d, sum));
  for_each_vector(d, row, size, [&](auto d_w, auto, size_t i, size_t count) {
    store_first(hn::Mul(u_of(i, count), hn::Sub(d_w, mean)), d, row + i, count);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
