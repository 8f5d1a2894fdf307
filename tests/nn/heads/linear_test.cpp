#include "nn/heads/linear.h"

#include "support/gradients.h"

namespace fovea::nn {
namespace {

TEST(LinearHead, IsWeightTimesContextPlusBias) {
  LinearHead head(LinearHeadOptions{4, 3, 0.5}, 2);
  test::convert(*head, at::kDouble);
  const at::Tensor context = test::awkward({2, 4}, 1.0);
  const at::Tensor logits = head->forward(context, {});
  for (int64_t c = 0; c < 3; ++c) {
    const double expected = (head->weight()[c] * context[1]).sum().item<double>() + head->bias()[c].item<double>();
    EXPECT_NEAR(logits[1][c].item<double>(), expected, 1e-12);
  }
  EXPECT_FALSE(at::equal(logits, head->forward(context, {true, 1, 4})));
}

TEST(LinearHead, Gradient) {
  LinearHead head(LinearHeadOptions{4, 3, 0}, 2);
  test::convert(*head, at::kDouble);
  test::expect_gradients({test::awkward({2, 4}, 1.0)}, [&](const std::vector<at::Tensor>& in) {
    return (head->forward(in[0], {}) * test::awkward({2, 3}, 1.0, 4)).sum();
  });
}

}  // namespace
}  // namespace fovea::nn
