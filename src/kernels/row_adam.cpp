// The door of the lazy Adam: works out what is one number per row (decay, bias correction), in double, and hands the
// elements on to kernels/simd/.
#include "kernels/row_adam.h"

#include <cmath>

#include "base/errors.h"
#include "kernels/simd/rows.h"

namespace fovea::kernels {
namespace {

// δ of a row, which is up to date afterwards.
double take_decay(const RowAdamArguments<float>& arguments, int64_t row) {
  const double behind = arguments.decay_sum - arguments.decays[row];
  arguments.decays[row] = arguments.decay_sum;
  return behind == 0 ? 1 : std::exp(behind);
}

}  // namespace

void row_adam(const RowAdamArguments<float>& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(arguments.width >= 0 && 0 <= begin && begin <= end, "width", arguments.width, "rows", begin, end);
  const double log_beta1 = std::log(static_cast<double>(arguments.beta1));
  const double log_beta2 = std::log(static_cast<double>(arguments.beta2));
  simd::RowStep step = {arguments.beta1, arguments.beta2, arguments.epsilon, arguments.gradient_scale, 1, 0, 1};
  for (int64_t u = begin; u < end; ++u) {
    const int64_t row = arguments.rows[u], at = row * arguments.width;
    const double k = static_cast<double>(++arguments.counts[row]);
    step.decay = static_cast<float>(take_decay(arguments, row));
    step.rate = static_cast<float>(arguments.rate / -std::expm1(k * log_beta1));  // 1 − β₁ᵏ = −expm1(k log β₁)
    step.root_scale = static_cast<float>(1 / std::sqrt(-std::expm1(k * log_beta2)));
    simd::row_adam_step(step, arguments.gradients + u * arguments.width, arguments.width, arguments.table + at,
                        arguments.first_moments + at, arguments.second_moments + at);
  }
}

void settle_rows(const RowAdamArguments<float>& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(arguments.width >= 0 && 0 <= begin && begin <= end, "width", arguments.width, "rows", begin, end);
  for (int64_t row = begin; row < end; ++row) {
    const double decay = take_decay(arguments, row);
    if (decay == 1) continue;
    simd::scale_row(static_cast<float>(decay), arguments.width, arguments.table + row * arguments.width);
  }
}

}  // namespace fovea::kernels
