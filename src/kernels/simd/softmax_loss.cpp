// Softmax, its loss and its gradient in place (kernels/softmax_loss.h). Compiled once per instruction set.
#include <math.h>
#include <stddef.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/softmax_loss.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/errors.h"
#include "kernels/simd/normalise-inl.h"
#include "kernels/softmax_loss.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void softmax_loss_rows(const SoftmaxLossArguments& in, int64_t begin, int64_t end, bool gradients) {
  const Floats d;
  const size_t V = static_cast<size_t>(in.classes);
  const double spread = in.smoothing / static_cast<double>(in.classes);
  for (int64_t r = begin; r < end; ++r) {
    float* row = in.scores + static_cast<size_t>(r) * V;
    const float largest = largest_of(d, row, V), right = row[in.answers[r]];
    // Both sums are of differences from the largest, so that none of them cancels.
    Vector sum = hn::Zero(d), below = sum;
    for_each_vector(d, row, V, [&](auto v, auto there, size_t i, size_t count) {
      const Vector away = hn::Sub(v, hn::Set(d, largest));
      const Vector e = hn::IfThenElseZero(there, Exp(d, away));
      sum = hn::Add(sum, e);
      below = hn::Add(below, hn::IfThenElseZero(there, away));
      if (gradients) store_first(e, d, row + i, count);
    });
    const float total = sum_of(d, sum);
    // −Σ_v target_v (s_v − c), c = largest + log total
    in.losses[r] = log(static_cast<double>(total)) - (1 - in.smoothing) * (static_cast<double>(right) - largest) -
                   spread * static_cast<double>(sum_of(d, below));
    if (!gradients) continue;
    const Vector factor = hn::Set(d, in.scale / total), even = hn::Set(d, in.scale * static_cast<float>(spread));
    for_each_vector(d, row, V, [&](auto e, auto, size_t i, size_t count) {
      store_first(hn::MulSub(e, factor, even), d, row + i, count);
    });
    row[in.answers[r]] -= in.scale * static_cast<float>(1 - in.smoothing);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels {
HWY_EXPORT(softmax_loss_rows);

void softmax_loss(const SoftmaxLossArguments& arguments, int64_t begin, int64_t end, bool gradients) {
  FOVEA_CHECK(arguments.classes > 0 && 0 <= begin && begin <= end, "classes", arguments.classes, "rows", begin, end);
  for (int64_t row = begin; row < end; ++row) {
    const int64_t answer = arguments.answers[row];
    FOVEA_CHECK(0 <= answer && answer < arguments.classes, "answer", answer, "of classes", arguments.classes);
  }
  HWY_DYNAMIC_DISPATCH(softmax_loss_rows)(arguments, begin, end, gradients);
}

}  // namespace fovea::kernels
#endif  // HWY_ONCE
