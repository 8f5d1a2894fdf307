// The loops of kernels/decoding.h. Compiled once per instruction set.
#include <math.h>
#include <stddef.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/decoding.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/decoding.h"
#include "kernels/simd/normalise-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One head of one query: scores, weights, and the sum of the values.
HWY_INLINE void attend_head(const AttendSlotsArguments& in, const float* query, const int64_t* slots, size_t first,
                            size_t count, size_t head, float* weights, float* context) {
  const Floats d;
  const size_t w = static_cast<size_t>(in.width), row = static_cast<size_t>(in.heads) * w, L = hn::Lanes(d);
  const auto at = [&](size_t i) { return (slots ? static_cast<size_t>(slots[i]) : first + i) * row + head * w; };
  const auto product = [&](size_t i) {
    const float* key = in.keys + at(i);
    Vector sum = hn::Zero(d);
    size_t e = 0;
    for (; e + L <= w; e += L) sum = hn::MulAdd(hn::LoadU(d, query + e), hn::LoadU(d, key + e), sum);
    if (e < w) sum = hn::MulAdd(load_first(d, query + e, w - e), load_first(d, key + e, w - e), sum);
    return sum;
  };
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    sums_of_4(d, product(i), product(i + 1), product(i + 2), product(i + 3), in.scale, weights + i, 1);
  }
  for (; i < count; ++i) weights[i] = in.scale * sum_of(d, product(i));
  softmax(d, weights, count);
  for (size_t e = 0; e < w; e += L) {
    const size_t lanes = HWY_MIN(L, w - e);
    Vector sum = hn::Zero(d);
    for (size_t i = 0; i < count; ++i) {
      sum = hn::MulAdd(hn::Set(d, weights[i]), load_first(d, in.values + at(i) + e, lanes), sum);
    }
    store_first(sum, d, context + e, lanes);
  }
}

void attend_slot_rows(const AttendSlotsArguments& in, int64_t begin, int64_t end, float* scratch) {
  const size_t heads = static_cast<size_t>(in.heads), w = static_cast<size_t>(in.width);
  for (int64_t r = begin; r < end; ++r) {
    const size_t count = static_cast<size_t>(in.counts[r]);
    const int64_t* slots = in.slots ? in.slots + in.firsts[r] : nullptr;
    for (size_t h = 0; h < heads; ++h) {
      float* context = in.context + (static_cast<size_t>(r) * heads + h) * w;
      if (count == 0) {
        for (size_t e = 0; e < w; ++e) context[e] = 0;
        continue;
      }
      float* weights =
          in.weights ? in.weights + in.weight_firsts[r] + static_cast<int64_t>(h) * in.head_strides[r] : scratch;
      attend_head(in, in.query + r * in.query_stride + static_cast<int64_t>(h * w), slots,
                  static_cast<size_t>(in.firsts[r]), count, h, weights, context);
    }
  }
}

void layer_norm_rows(const LayerNormArguments& in, int64_t begin, int64_t end) {
  const Floats d;
  const size_t n = static_cast<size_t>(in.width);
  for (int64_t r = begin; r < end; ++r) {
    const float* x = in.in + static_cast<size_t>(r) * n;
    float* out = in.out + static_cast<size_t>(r) * n;
    Vector sum = hn::Zero(d);
    for_each_vector(d, x, n, [&](auto v, auto, size_t, size_t) { sum = hn::Add(sum, v); });
    const Vector mean = hn::Set(d, sum_of(d, sum) / static_cast<float>(n));
    Vector squares = hn::Zero(d);
    for_each_vector(d, x, n, [&](auto v, auto there, size_t, size_t) {
      const Vector away = hn::IfThenElseZero(there, hn::Sub(v, mean));
      squares = hn::MulAdd(away, away, squares);
    });
    const Vector factor = hn::Set(d, 1 / sqrtf(sum_of(d, squares) / static_cast<float>(n) + in.epsilon));
    for_each_vector(d, x, n, [&](auto v, auto, size_t i, size_t count) {
      const Vector scale = load_first(d, in.scale + i, count), shift = load_first(d, in.shift + i, count);
      store_first(hn::MulAdd(hn::Mul(hn::Sub(v, mean), factor), scale, shift), d, out + i, count);
    });
  }
}

void add_vector_to_rows(const float* y, int64_t width, float* x, int64_t begin, int64_t end) {
  const Floats d;
  const size_t n = static_cast<size_t>(width);
  for (int64_t r = begin; r < end; ++r) {
    float* row = x + static_cast<size_t>(r) * n;
    for_each_vector(d, row, n, [&](auto v, auto, size_t i, size_t count) {
      store_first(hn::Add(v, load_first(d, y + i, count)), d, row + i, count);
    });
  }
}

void cut_rows_below_zero(int64_t width, float* x, int64_t begin, int64_t end) {
  const Floats d;
  float* first = x + begin * width;
  for_each_vector(d, first, static_cast<size_t>((end - begin) * width), [&](auto v, auto, size_t i, size_t count) {
    store_first(hn::Max(v, hn::Zero(d)), d, first + i, count);
  });
}

void log_softmax_rows(int64_t width, float* x, int64_t begin, int64_t end) {
  const Floats d;
  const size_t n = static_cast<size_t>(width);
  for (int64_t r = begin; r < end; ++r) {
    float* row = x + static_cast<size_t>(r) * n;
    const float largest = largest_of(d, row, n);
    Vector sum = hn::Zero(d);
    for_each_vector(d, row, n, [&](auto v, auto there, size_t, size_t) {
      sum = hn::Add(sum, hn::IfThenElseZero(there, Exp(d, hn::Sub(v, hn::Set(d, largest)))));
    });
    const Vector log_sum = hn::Set(d, largest + logf(sum_of(d, sum)));
    for_each_vector(d, row, n,
                    [&](auto v, auto, size_t i, size_t count) { store_first(hn::Sub(v, log_sum), d, row + i, count); });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels {
HWY_EXPORT(attend_slot_rows);
HWY_EXPORT(layer_norm_rows);
HWY_EXPORT(add_vector_to_rows);
HWY_EXPORT(cut_rows_below_zero);
HWY_EXPORT(log_softmax_rows);

void attend_slots(const AttendSlotsArguments& arguments, int64_t begin, int64_t end, float* scratch) {
  HWY_DYNAMIC_DISPATCH(attend_slot_rows)(arguments, begin, end, scratch);
}

void layer_norm(const LayerNormArguments& arguments, int64_t begin, int64_t end) {
  HWY_DYNAMIC_DISPATCH(layer_norm_rows)(arguments, begin, end);
}

void add_to_rows(const float* y, int64_t width, float* x, int64_t begin, int64_t end) {
  HWY_DYNAMIC_DISPATCH(add_vector_to_rows)(y, width, x, begin, end);
}

void cut_below_zero(int64_t width, float* x, int64_t begin, int64_t end) {
  if (begin < end) HWY_DYNAMIC_DISPATCH(cut_rows_below_zero)(width, x, begin, end);
}

void log_softmax(int64_t width, float* x, int64_t begin, int64_t end) {
  HWY_DYNAMIC_DISPATCH(log_softmax_rows)(width, x, begin, end);
}

}  // namespace fovea::kernels
#endif  // HWY_ONCE
