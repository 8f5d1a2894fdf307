#include "nn/attention/heads.h"

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::nn {
namespace {

using test::awkward;
using test::offsets_of;

PoolingOptions three_heads(PoolingKind kind = PoolingKind::kAdditive) {
  PoolingOptions options{kind, 8, 5};  // 6 divided, 2 shared
  options.heads = 3;
  options.shared_size = 2;
  return options;
}

Pooling make_heads(const PoolingOptions& options) {
  Pooling pooling(options, 11);
  test::convert(*pooling, at::kDouble);
  return pooling;
}

TEST(Heads, HaveTheirPartAndWhatIsShared) {
  const at::Tensor memory = at::arange(16, at::kDouble).view({2, 8});
  EXPECT_TRUE(at::equal(head_part(memory, three_heads(), 1),
                        at::tensor({2., 3., 6., 7., 10., 11., 14., 15.}, at::kDouble).view({2, 4})));
  EXPECT_EQ(three_heads().context_size(), 12);
}

TEST(Heads, MustDivideTheFeatures) {
  PoolingOptions options = three_heads();
  options.memory_size = 9;
  EXPECT_THROW(head_width(options, options.memory_size), InternalError);
}

TEST(Heads, EachAttendsForItself) {
  for (const PoolingKind kind : {PoolingKind::kAdditive, PoolingKind::kScaledDot, PoolingKind::kFrozen}) {
    const at::Tensor memory = awkward({7, 8}, 1.3), offsets = offsets_of({4, 0, 3});
    Pooling pooling = make_heads(three_heads(kind));
    const Pooled before = pooling->forward(memory, offsets);
    EXPECT_TRUE(at::allclose(before.each.slice(1, 0, 4).sum(1), at::ones({3}, at::kDouble), 1e-12, 1e-12));
    EXPECT_TRUE(at::allclose(before.weights, before.each.mean(0), 1e-12, 1e-12));
    memory.slice(1, 2, 4).add_(0.5 * memory.slice(1, 0, 2));  // the part of the second head
    const Pooled after = pooling->forward(memory, offsets);
    EXPECT_TRUE(at::equal(before.each[0], after.each[0]));
    EXPECT_FALSE(at::allclose(before.each[1], after.each[1]));
    EXPECT_TRUE(at::equal(before.context.slice(1, 8, 12), after.context.slice(1, 8, 12)));
  }
}

TEST(Heads, GradientOfTheMemory) {
  const at::Tensor offsets = offsets_of({3, 0, 2}), mix = awkward({3, 12}, 1.0, 3);
  Pooling pooling = make_heads(three_heads());
  test::expect_gradients({awkward({5, 8}, 1.0, 7)}, [&](const std::vector<at::Tensor>& in) {
    return (pooling->forward(in[0], offsets).context * mix).sum();
  });
}

}  // namespace
}  // namespace fovea::nn
