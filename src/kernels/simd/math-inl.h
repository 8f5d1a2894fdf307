// tanh, σ and exp of float vectors for kernels written with Highway, to a few units in the last place: the gate
// functions of recurrences and the exponential of a softmax. Included once per instruction set (see foreach_target.h).
// Not for double, and not correctly rounded: the libraries' own functions are, and cost five times as much.
#if defined(FOVEA_KERNELS_SIMD_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_MATH_INL_H_
#undef FOVEA_KERNELS_SIMD_MATH_INL_H_
#else
#define FOVEA_KERNELS_SIMD_MATH_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// tanh(x) within 4e-7 relative (about 5 units in the last place at worst); odd, never beyond ±1, exactly ±0 at ±0; NaN
// stays NaN. Beyond |x| = 9, where tanh rounds to ±1, x counts as ±9.
//   tanh(x) ≈ x·P(x²)/Q(x²), deg P = 6, deg Q = 3, fitted to the least relative error over [0, 9]: 7e-9 before
//   rounding.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Tanh(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  const V limit = hn::Set(d, 9.0f);
  const V u = hn::Max(hn::Neg(limit), hn::Min(x, limit));
  const V y = hn::Mul(u, u);
  V p = hn::MulAdd(hn::Set(d, -8.488275797745556e-14f), y, hn::Set(d, 5.2777977415585795e-11f));
  p = hn::MulAdd(p, y, hn::Set(d, -2.0224960158865064e-08f));
  p = hn::MulAdd(p, y, hn::Set(d, 1.115425528143375e-05f));
  p = hn::MulAdd(p, y, hn::Set(d, 0.003103952096078183f));
  p = hn::MulAdd(p, y, hn::Set(d, 0.13084006774746357f));
  p = hn::MulAdd(p, y, one);
  V q = hn::MulAdd(hn::Set(d, 0.0002546138614607035f), y, hn::Set(d, 0.024495163084132476f));
  q = hn::MulAdd(q, y, hn::Set(d, 0.46417333897026564f));
  q = hn::MulAdd(q, y, one);
  const V ratio = hn::Div(hn::Mul(u, p), q);
  const V bounded = hn::Max(hn::Neg(one), hn::Min(ratio, one));
  return hn::IfThenElse(hn::IsNaN(x), x, bounded);  // Min and Max of a NaN differ between instruction sets
}

// σ(x) = 1/(1 + e⁻ˣ) = ½ + ½·tanh(x/2), within 1.3e-7 absolute; in [0, 1]; NaN stays NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Sigmoid(D d, V x) {
  const V half = hn::Set(d, 0.5f);
  return hn::MulAdd(half, Tanh(d, hn::Mul(half, x)), half);
}

// eˣ within 2.5e-7 relative where the result is a normal number; 0 below x = −87.33 (no denormals), infinity
// above 88.72; exactly 1 at ±0; NaN stays NaN.
//   eˣ = 2ⁿ·eʳ, n = round(x / ln 2), r = x − n·ln 2 in two parts, |r| ≤ 0.347; eʳ by its series to r⁶.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp(D d, V x) {
  const hn::RebindToSigned<D> di;
  const V lowest = hn::Set(d, -87.3365402f), highest = hn::Set(d, 88.7228317f);
  const V u = hn::Max(lowest, hn::Min(x, highest));
  const auto n = hn::NearestInt(hn::Mul(u, hn::Set(d, 1.44269504f)));
  const V nf = hn::ConvertTo(d, n);
  V r = hn::NegMulAdd(nf, hn::Set(d, 0.693145752f), u);  // ln 2 to 15 bits: its product with n is exact
  r = hn::NegMulAdd(nf, hn::Set(d, 1.42860677e-6f), r);  // the rest of ln 2
  V p = hn::MulAdd(hn::Set(d, 1.0f / 720), r, hn::Set(d, 1.0f / 120));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 24));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 6));
  p = hn::MulAdd(p, r, hn::Set(d, 0.5f));
  const V tail = hn::MulAdd(hn::Mul(r, r), p, r);  // eʳ − 1
  const V e_r = hn::Add(tail, hn::Set(d, 1.0f));
  // 2ⁿ in two factors, since 2¹²⁸ is no float: n = 1 + (n − 1) where n > 0.
  const auto one = hn::Set(di, 1);
  const auto half_step = hn::And(hn::VecFromMask(di, hn::Gt(n, hn::Zero(di))), one);
  const auto exponent = hn::Add(hn::Sub(n, half_step), hn::Set(di, 127));
  const V scale = hn::BitCast(d, hn::ShiftLeft<23>(exponent));
  const V rest = hn::ConvertTo(d, hn::Add(half_step, one));  // 1 or 2
  V result = hn::Mul(hn::Mul(e_r, scale), rest);
  result = hn::IfThenZeroElse(hn::Lt(x, lowest), result);
  result = hn::IfThenElse(hn::Gt(x, highest), hn::BitCast(d, hn::Set(di, 0x7F800000)), result);
  return hn::IfThenElse(hn::IsNaN(x), x, result);
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
