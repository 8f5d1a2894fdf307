// The additive score v · tanh(k + q) of a tile of keys against a tile of queries, and its gradient. The cost of
// attention is here: one tanh per key, query and feature. Since
//   tanh(k + q) = 1 − 1/x,   x = ½ + ½ e^2k · e^2q
// a tile of 64 queries by 8 keys needs exponentials of its 72 rows only, and per element one product and one
// reciprocal. Included once per instruction set.
#if defined(FOVEA_KERNELS_SIMD_ADDITIVE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_ADDITIVE_INL_H_
#undef FOVEA_KERNELS_SIMD_ADDITIVE_INL_H_
#else
#define FOVEA_KERNELS_SIMD_ADDITIVE_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/simd/math-inl.h"
#include "kernels/simd/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Exponentials are taken of numbers held to ±kHeldAt, so that their product stays below 2¹²⁵ and its reciprocal a
// normal number. Holding one side changes nothing as long as the other is within ±kProductLimit: the sum is then
// beyond 9.5, where tanh rounds to ±1 anyway. Where both sides reach further, the tile takes the tanh of each sum
// instead.
constexpr float kHeldAt = 21.5f;
constexpr float kProductLimit = 12.0f;

// The two ways to tanh(k + q).
struct FromExponentials {  // the keys' rows hold ½ e^2k, the queries' e^2q
  static HWY_INLINE Vector tanh(Floats d, Vector k, Vector q) {
    const Vector one = hn::Set(d, 1.0f), x = hn::MulAdd(k, q, hn::Set(d, 0.5f));
    // On x86 the estimate of 1/x (12 or 14 bits) and one step of Newton, e(2 − x e), cost less than the divider; the
    // estimates of others have 8 bits.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
    const Vector estimate = hn::ApproximateReciprocal(x);
    return hn::NegMulAdd(estimate, hn::NegMulAdd(x, estimate, hn::Set(d, 2.0f)), one);
#else
    return hn::Sub(one, hn::Div(one, x));
#endif
  }
};
struct FromSums {  // they hold k and q
  static HWY_INLINE Vector tanh(Floats d, Vector k, Vector q) { return Tanh(d, hn::Add(k, q)); }
};

// Rows are padded to whole vectors: `width` is a multiple of Lanes(d), and v is 0 in the padding.

// out[j * step] = Σ_a v_a tanh(one_a + many_ja), for four rows of `many`; keys and queries may stand on either side.
template <class Form>
HWY_INLINE void tanh_sums_4(Floats d, const float* HWY_RESTRICT one, Rows many, const float* HWY_RESTRICT v,
                            size_t width, float* HWY_RESTRICT out, size_t step) {
  const float *m0 = many.data, *m1 = m0 + many.stride, *m2 = m1 + many.stride, *m3 = m2 + many.stride;
  Vector s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
  for (size_t a = 0, L = hn::Lanes(d); a < width; a += L) {
    const Vector x = hn::LoadU(d, one + a), va = hn::LoadU(d, v + a);
    s0 = hn::MulAdd(va, Form::tanh(d, x, hn::LoadU(d, m0 + a)), s0);
    s1 = hn::MulAdd(va, Form::tanh(d, x, hn::LoadU(d, m1 + a)), s1);
    s2 = hn::MulAdd(va, Form::tanh(d, x, hn::LoadU(d, m2 + a)), s2);
    s3 = hn::MulAdd(va, Form::tanh(d, x, hn::LoadU(d, m3 + a)), s3);
  }
  sums_of_4(d, s0, s1, s2, s3, 1, out, step);
}

template <class Form>
HWY_INLINE float tanh_sum(Floats d, const float* HWY_RESTRICT one, const float* HWY_RESTRICT other,
                          const float* HWY_RESTRICT v, size_t width) {
  Vector sum = hn::Zero(d);
  for (size_t a = 0, L = hn::Lanes(d); a < width; a += L) {
    sum = hn::MulAdd(hn::LoadU(d, v + a), Form::tanh(d, hn::LoadU(d, one + a), hn::LoadU(d, other + a)), sum);
  }
  return sum_of(d, sum);
}

// scores[q * step + i] = Σ_a v_a tanh(k_i + q_q)
template <class Form>
HWY_NOINLINE void additive_scores(Floats d, Rows queries, size_t query_count, Rows keys, size_t key_count,
                                  const float* HWY_RESTRICT v, size_t width, float* HWY_RESTRICT scores, size_t step) {
  size_t q = 0;
  for (; q + 4 <= query_count; q += 4) {
    for (size_t i = 0; i < key_count; ++i) {
      tanh_sums_4<Form>(d, keys.data + i * keys.stride, {queries.data + q * queries.stride, queries.stride}, v, width,
                        scores + q * step + i, step);
    }
  }
  for (; q < query_count; ++q) {
    const float* query = queries.data + q * queries.stride;
    size_t i = 0;
    for (; i + 4 <= key_count; i += 4) {
      tanh_sums_4<Form>(d, query, {keys.data + i * keys.stride, keys.stride}, v, width, scores + q * step + i, 1);
    }
    for (; i < key_count; ++i) {
      scores[q * step + i] = tanh_sum<Form>(d, query, keys.data + i * keys.stride, v, width);
    }
  }
}

// One side of a tile in the backward pass: its rows and, row by row, Σ g (1 − tanh²), to which the tile adds.
struct Side {
  Rows rows;
  float* sums;  // same stride as the rows
};

// What one element adds, g the gradient of its score s = v · tanh(k + q):
//   d_v += g tanh,   d_k = d_q += v · g (1 − tanh²);   the factor v is put in where the sums leave the tile
template <class Form>
HWY_INLINE void add_element(Floats d, Vector g, Vector x, Vector y, Vector& x_sum, Vector& y_sum, Vector& v_sum) {
  const Vector t = Form::tanh(d, x, y);
  const Vector g_t = hn::Mul(g, t);
  const Vector slope = hn::NegMulAdd(g_t, t, g);
  v_sum = hn::Add(v_sum, g_t);
  x_sum = hn::Add(x_sum, slope);
  y_sum = hn::Add(y_sum, slope);
}

// Four rows of `many` from its row `first` against all rows of `ones`; g(j, i) of g belongs to many[first + j],
// ones[i]. Their sums stay in registers while one vector of features passes over `ones`.
template <class Form>
HWY_INLINE void additive_gradient_4(Floats d, Side many, Side ones, size_t one_count, Steps g, size_t width,
                                    float* HWY_RESTRICT v_sums) {
  const size_t stride = many.rows.stride;
  for (size_t a = 0, L = hn::Lanes(d); a < width; a += L) {
    const float* m = many.rows.data + a;
    const Vector x0 = hn::LoadU(d, m), x1 = hn::LoadU(d, m + stride);
    const Vector x2 = hn::LoadU(d, m + 2 * stride), x3 = hn::LoadU(d, m + 3 * stride);
    float* sums = many.sums + a;
    Vector s0 = hn::LoadU(d, sums), s1 = hn::LoadU(d, sums + stride);
    Vector s2 = hn::LoadU(d, sums + 2 * stride), s3 = hn::LoadU(d, sums + 3 * stride);
    Vector v_sum = hn::LoadU(d, v_sums + a);
    for (size_t i = 0; i < one_count; ++i) {
      const Vector y = hn::LoadU(d, ones.rows.data + i * ones.rows.stride + a);
      float* y_sums = ones.sums + i * ones.rows.stride + a;
      const float* gi = g.data + i * g.column_step;
      Vector y_sum = hn::LoadU(d, y_sums);
      add_element<Form>(d, hn::Set(d, gi[0]), x0, y, s0, y_sum, v_sum);
      add_element<Form>(d, hn::Set(d, gi[g.row_step]), x1, y, s1, y_sum, v_sum);
      add_element<Form>(d, hn::Set(d, gi[2 * g.row_step]), x2, y, s2, y_sum, v_sum);
      add_element<Form>(d, hn::Set(d, gi[3 * g.row_step]), x3, y, s3, y_sum, v_sum);
      hn::StoreU(y_sum, d, y_sums);
    }
    hn::StoreU(s0, d, sums), hn::StoreU(s1, d, sums + stride);
    hn::StoreU(s2, d, sums + 2 * stride), hn::StoreU(s3, d, sums + 3 * stride);
    hn::StoreU(v_sum, d, v_sums + a);
  }
}

template <class Form>
HWY_INLINE void additive_gradient_1(Floats d, Side one, Side other, float g, size_t width, float* HWY_RESTRICT v_sums) {
  for (size_t a = 0, L = hn::Lanes(d); a < width; a += L) {
    Vector x_sum = hn::LoadU(d, one.sums + a), y_sum = hn::LoadU(d, other.sums + a), v_sum = hn::LoadU(d, v_sums + a);
    add_element<Form>(d, hn::Set(d, g), hn::LoadU(d, one.rows.data + a), hn::LoadU(d, other.rows.data + a), x_sum,
                      y_sum, v_sum);
    hn::StoreU(x_sum, d, one.sums + a), hn::StoreU(y_sum, d, other.sums + a), hn::StoreU(v_sum, d, v_sums + a);
  }
}

HWY_INLINE Side side_at(Side side, size_t row) {
  return {{side.rows.data + row * side.rows.stride, side.rows.stride}, side.sums + row * side.rows.stride};
}

// A whole tile; g(q, i) = g[q * step + i].
template <class Form>
HWY_NOINLINE void additive_gradients(Floats d, Side queries, size_t query_count, Side keys, size_t key_count,
                                     const float* HWY_RESTRICT g, size_t step, size_t width,
                                     float* HWY_RESTRICT v_sums) {
  size_t q = 0;
  for (; q + 4 <= query_count; q += 4) {
    additive_gradient_4<Form>(d, side_at(queries, q), keys, key_count, {g + q * step, step, 1}, width, v_sums);
  }
  const size_t left = query_count - q;
  size_t i = 0;
  for (; left > 0 && i + 4 <= key_count; i += 4) {
    additive_gradient_4<Form>(d, side_at(keys, i), side_at(queries, q), left, {g + q * step + i, 1, step}, width,
                              v_sums);
  }
  for (; q < query_count; ++q) {
    for (size_t k = i; k < key_count; ++k) {
      additive_gradient_1<Form>(d, side_at(queries, q), side_at(keys, k), g[q * step + k], width, v_sums);
    }
  }
}

// Copies rows [count, columns] into rows padded with zeros to `width` floats.
HWY_INLINE void copy_padded(Floats d, Rows rows, size_t count, size_t columns, size_t width, float* HWY_RESTRICT out) {
  for (size_t r = 0; r < count; ++r) {
    for (size_t a = 0, L = hn::Lanes(d); a < width; a += L) {
      hn::StoreU(load_first(d, rows.data + r * rows.stride + a, HWY_MIN(L, columns - a)), d, out + r * width + a);
    }
  }
}

// out = factor · e^2x of padded rows, NaN where x is; returns the largest |x|. In place is allowed.
HWY_INLINE float double_exponentials(Floats d, const float* in, size_t size, float factor, float* out) {
  const Vector held = hn::Set(d, kHeldAt), two = hn::Set(d, 2.0f);
  Vector largest = hn::Zero(d);
  for (size_t a = 0, L = hn::Lanes(d); a < size; a += L) {
    const Vector x = hn::LoadU(d, in + a);
    largest = hn::Max(largest, hn::Abs(x));
    const Vector inside = hn::Max(hn::Neg(held), hn::Min(x, held));
    const Vector exponential = hn::Mul(hn::Set(d, factor), Exp(d, hn::Mul(two, inside)));
    hn::StoreU(hn::IfThenElse(hn::IsNaN(x), x, exponential), d, out + a);  // Min and Max may lose a NaN
  }
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

// How many rows of each side a tile has. At A = 256 the keys of a tile, their sums and four queries are 24 KB, which
// the first cache holds; the other queries come from the second. Measured with 50 queries by 50 rows, A = 256, on Zen
// 4: 64 queries take a tenth less time than 32, which need the exponentials of the keys twice; 16 keys as much as 8.
constexpr size_t kQueryTile = 64;
constexpr size_t kKeyTile = 8;

// Rows ready for additive_scores or additive_gradients.
struct KeyTile {
  Rows rows;
  bool exponentials;  // they hold ½ e^2k, else k
};

// The queries of a tile in both forms, and how far they reach.
struct QueryTile {
  Rows plain, exponentials;  // the second only where `with_exponentials`
  bool with_exponentials;
  float reach;
};

// An exponential saves its cost once it serves two elements; fewer queries or rows take the tanh of each sum.
HWY_INLINE bool exponentials_pay(size_t queries, size_t keys) {
  return queries * keys >= 2 * (queries + keys);
}

// Rows of whole vectors that lie end to end as they are, others copied to `scratch` and padded.
HWY_INLINE Rows whole_rows(Floats d, Rows rows, size_t count, size_t columns, size_t width,
                           float* HWY_RESTRICT scratch) {
  if (columns == width && rows.stride == width) return rows;
  copy_padded(d, rows, count, columns, width, scratch);
  return {scratch, width};
}

// `scratch` has room for 2 · kQueryTile rows of `width`.
HWY_INLINE QueryTile query_tile(Floats d, Rows queries, size_t count, size_t columns, size_t width,
                                bool with_exponentials, float* HWY_RESTRICT scratch) {
  const Rows plain = whole_rows(d, queries, count, columns, width, scratch);
  if (!with_exponentials) return {plain, plain, false, 0};
  float* exponentials = scratch + kQueryTile * width;
  const float reach = double_exponentials(d, plain.data, count * width, 1, exponentials);
  return {plain, {exponentials, width}, true, reach};
}

// The keys of a tile in the form that suits these queries; `scratch` has room for 2 · kKeyTile rows.
HWY_INLINE KeyTile key_tile(Floats d, const QueryTile& queries, Rows keys, size_t count, size_t columns, size_t width,
                            float* HWY_RESTRICT scratch) {
  float* exponentials = scratch + kKeyTile * width;
  const Rows plain = whole_rows(d, keys, count, columns, width, scratch);
  if (!queries.with_exponentials) return {plain, false};
  const float reach = double_exponentials(d, plain.data, count * width, 0.5f, exponentials);
  if (HWY_MIN(queries.reach, reach) > kProductLimit) return {plain, false};
  return {{exponentials, width}, true};
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
