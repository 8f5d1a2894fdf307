#include "kernels/softmax_loss.h"

#include "base/errors.h"
#include "kernels/simd/softmax_loss.h"

namespace fovea::kernels {

void softmax_loss(const SoftmaxLossArguments& arguments, int64_t begin, int64_t end, bool gradients) {
  FOVEA_CHECK(arguments.classes > 0 && 0 <= begin && begin <= end, "classes", arguments.classes, "rows", begin, end);
  for (int64_t row = begin; row < end; ++row) {
    const int64_t answer = arguments.answers[row];
    FOVEA_CHECK(0 <= answer && answer < arguments.classes, "answer", answer, "of classes", arguments.classes);
  }
  simd::softmax_loss(arguments, begin, end, gradients);
}

}  // namespace fovea::kernels
