#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fovea::train {

double learning_rate_at(const TrainOptions& options, int64_t step, int64_t total) {
  const auto warmup = static_cast<int64_t>(std::llround(options.warmup * static_cast<double>(total)));
  if (step < warmup) return options.learning_rate * static_cast<double>(step + 1) / static_cast<double>(warmup);
  const double span = static_cast<double>(std::max<int64_t>(total - warmup, 1));
  const double progress = std::clamp(static_cast<double>(step - warmup) / span, 0.0, 1.0);
  switch (options.decay) {
    case Decay::kLinear:
      return options.learning_rate * (1 - progress);
    case Decay::kCosine:
      return options.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * progress));
    case Decay::kRoot: {
      const auto rise = static_cast<double>(std::max<int64_t>(warmup, 1));
      return options.learning_rate * std::sqrt(rise / (rise + static_cast<double>(step - warmup)));
    }
    case Decay::kNone:
      break;
  }
  return options.learning_rate;
}

}  // namespace fovea::train
