#include "tasks/text/length.h"

#include <algorithm>

namespace fovea::tasks {
namespace {

constexpr int64_t kLeastSteps = 400, kMostSteps = 2'200, kLeastEpochs = 3;

int64_t times(int64_t amount, int64_t part) {
  return (amount + part - 1) / part;
}  // rounded up

}  // namespace

Length fitting_length(int64_t texts, int64_t tokens, const data::BatchOptions& batches, Length usual) {
  const int64_t steps =
      std::max({times(texts, batches.max_examples), times(tokens, batches.max_tokens), int64_t{1}});  // of an epoch
  Length length{std::clamp(usual.epochs, times(kLeastSteps, steps), std::max(times(kMostSteps, steps), kLeastEpochs)),
                usual.patience};
  if (length.epochs > usual.epochs) length.patience = std::max(length.patience, length.epochs / 4);
  return length;
}

}  // namespace fovea::tasks
