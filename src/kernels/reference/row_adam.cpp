// The rule of kernels/row_adam.h line by line; sums token by token.
#include "kernels/reference/row_adam.h"

#include <cmath>

#include "base/errors.h"

namespace fovea::kernels::reference {
namespace {

void decay(const RowAdamArguments<double>& arguments, int64_t row) {
  const double factor = std::exp(arguments.decay_sum - arguments.decays[row]);
  for (int64_t e = 0; e < arguments.width; ++e) arguments.table[row * arguments.width + e] *= factor;
  arguments.decays[row] = arguments.decay_sum;
}

}  // namespace

void row_adam(const RowAdamArguments<double>& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(arguments.width >= 0 && 0 <= begin && begin <= end, "width", arguments.width, "rows", begin, end);
  const double beta1 = arguments.beta1, beta2 = arguments.beta2;
  for (int64_t u = begin; u < end; ++u) {
    const int64_t row = arguments.rows[u];
    decay(arguments, row);
    const double k = static_cast<double>(++arguments.counts[row]);
    for (int64_t e = 0; e < arguments.width; ++e) {
      const int64_t at = row * arguments.width + e;
      const double g = arguments.gradient_scale * arguments.gradients[u * arguments.width + e];
      double& m = arguments.first_moments[at];
      double& s = arguments.second_moments[at];
      m = beta1 * m + (1 - beta1) * g;
      s = beta2 * s + (1 - beta2) * g * g;
      const double m_hat = m / (1 - std::pow(beta1, k)), s_hat = s / (1 - std::pow(beta2, k));
      arguments.table[at] -= arguments.rate * m_hat / (std::sqrt(s_hat) + arguments.epsilon);
    }
  }
}

void settle_rows(const RowAdamArguments<double>& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(arguments.width >= 0 && 0 <= begin && begin <= end, "width", arguments.width, "rows", begin, end);
  for (int64_t row = begin; row < end; ++row) decay(arguments, row);
}

void sum_rows(const SumRowsArguments<double>& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(arguments.width >= 0 && 0 <= begin && begin <= end, "width", arguments.width, "rows", begin, end);
  for (int64_t u = begin; u < end; ++u) {
    for (int64_t e = 0; e < arguments.width; ++e) {
      double sum = 0;
      for (int64_t k = arguments.starts[u]; k < arguments.starts[u + 1]; ++k) {
        const int64_t at = arguments.order[k] * arguments.width + e;
        sum += arguments.gradients[at] * (arguments.multipliers ? arguments.multipliers[at] : 1);
      }
      arguments.values[u * arguments.width + e] = sum;
    }
  }
}

}  // namespace fovea::kernels::reference
