#include "ops/segments.h"

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;

TEST(Segments, SoftmaxSumsToOneAndSkipsEmptySequences) {
  const at::Tensor offsets = offsets_of({0, 3, 1, 0, 7, 0});
  const at::Tensor weights = segment_softmax(awkward({11}, 30.0), offsets);
  for (const auto& [begin, end] : std::vector<std::pair<int64_t, int64_t>>{{0, 3}, {3, 4}, {4, 11}}) {
    EXPECT_NEAR(weights.slice(0, begin, end).sum().item<double>(), 1.0, 1e-12);
  }
  EXPECT_DOUBLE_EQ(weights[3].item<double>(), 1.0);
}

TEST(Segments, SoftmaxAgreesWithLibtorchOnOneSequence) {
  const at::Tensor scores = awkward({9}, 5.0);
  EXPECT_TRUE(at::allclose(segment_softmax(scores, offsets_of({9})), scores.softmax(0), 1e-14, 1e-14));
}

TEST(Segments, SoftmaxOfHugeScoresStaysFinite) {
  const at::Tensor scores = at::tensor({1e300, -1e300, 1e300}, at::kDouble);
  const at::Tensor weights = segment_softmax(scores, offsets_of({3}));
  EXPECT_TRUE(at::equal(weights, at::tensor({0.5, 0.0, 0.5}, at::kDouble)));
}

TEST(Segments, WeightedSumGradient) {
  const at::Tensor offsets = offsets_of({2, 0, 3}), mix = awkward({3, 4}, 1.0, 5);
  test::expect_gradients({awkward({5}, 1.0, 1), awkward({5, 4}, 2.0, 2)}, [&](const std::vector<at::Tensor>& in) {
    return (segment_weighted_sum(segment_softmax(in[0], offsets), in[1], offsets) * mix).sum();
  });
}

TEST(Segments, ArgmaxTakesTheFirstOfEquals) {
  const at::Tensor values = at::tensor({1.0, 5.0, 3.0, 5.0, 3.0, -7.0}, at::kDouble).view({3, 2});
  const at::Tensor rows = segment_argmax(values, offsets_of({3, 0}));
  EXPECT_TRUE(at::equal(rows, at::tensor({1, 0, -1, -1}, at::kLong).view({2, 2}))) << rows;
}

TEST(Segments, SelectionGradientGoesToTheRowsTaken) {
  const at::Tensor offsets = offsets_of({3, 0, 2}), mix = awkward({3, 4}, 1.0, 3);
  const at::Tensor values = awkward({5, 4}, 1.0, 7);
  const at::Tensor rows = segment_argmax(values, offsets);
  test::expect_gradients(
      {values}, [&](const std::vector<at::Tensor>& in) { return (select_per_feature(in[0], rows) * mix).sum(); });
}

TEST(Segments, SelectionShareCountsFeatures) {
  const at::Tensor rows = at::tensor({0, 2, 2, 2, -1, -1, -1, -1}, at::kLong).view({2, 4});
  EXPECT_TRUE(at::equal(selection_share(rows, 3, at::kDouble), at::tensor({0.25, 0.0, 0.75}, at::kDouble)));
}

TEST(Segments, WrongOffsetsAreRefused) {
  EXPECT_THROW(check_offsets(at::tensor({0, 4}, at::kLong), 5), InternalError);
  EXPECT_THROW(check_offsets(at::tensor({0, 3, 2, 5}, at::kLong), 5), InternalError);
  EXPECT_THROW(check_offsets(at::tensor({1, 5}, at::kLong), 5), InternalError);
  EXPECT_THROW(check_offsets(at::tensor({0.0, 5.0}, at::kDouble), 5), InternalError);
}

}  // namespace
}  // namespace fovea::ops
