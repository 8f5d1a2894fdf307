#include "ops/dropout.h"

#include <ATen/Parallel.h>

#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;

TEST(Dropout, KeepsTheMeanAndDropsTheShareAskedFor) {
  const at::Tensor ones = at::ones({301, 997}, at::kDouble);
  const at::Tensor out = dropout(ones, 0.3, {7, Purpose::kTest, 2});
  EXPECT_NEAR(out.eq(0).to(at::kDouble).mean().item<double>(), 0.3, 0.005);
  EXPECT_NEAR(out.mean().item<double>(), 1.0, 0.01);
}

TEST(Dropout, IsAFunctionOfItsKeyOnly) {
  const at::Tensor ones = at::ones({33, 5}, at::kFloat);
  const at::Tensor first = dropout(ones, 0.5, {7, Purpose::kDropoutStates, 2});
  dropout(ones, 0.5, {8, Purpose::kDropoutStates, 2});
  EXPECT_TRUE(at::equal(first, dropout(ones, 0.5, {7, Purpose::kDropoutStates, 2})));
  EXPECT_FALSE(at::equal(first, dropout(ones, 0.5, {8, Purpose::kDropoutStates, 2})));
  EXPECT_FALSE(at::equal(first, dropout(ones, 0.5, {7, Purpose::kDropoutOutput, 2})));
  EXPECT_FALSE(at::equal(first, dropout(ones, 0.5, {7, Purpose::kDropoutStates, 3})));
}

TEST(Dropout, NeighbouringElementsAreIndependent) {
  const at::Tensor out = dropout(at::ones({400000}, at::kFloat), 0.5, {3, Purpose::kTest, 0}).ne(0).to(at::kDouble);
  const at::Tensor both = out.slice(0, 0, -1) * out.slice(0, 1);
  EXPECT_NEAR(both.mean().item<double>(), 0.25, 0.005);
}

// The contract of ops/dropout.h, element by element: vectors, the last few and any number of threads.
TEST(Dropout, ElementsAreThoseOfTheContract) {
  const RandomKey key{9, Purpose::kDropoutStates, 4};
  const uint64_t base = stream_base(key), threshold = static_cast<uint64_t>(0.37 * 65536);
  for (const int64_t count : {1, 3, 4, 7, 267, 20011}) {
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
      const at::Tensor values = awkward({count}, 3.0, 2).to(type);
      const at::Tensor kept = at::empty({count}, at::kBool);
      for (int64_t i = 0; i < count; ++i) {
        const uint64_t bits = random_bits(base, static_cast<uint64_t>(i / 4)) >> (16 * (i % 4)) & 0xffff;
        kept.mutable_data_ptr<bool>()[i] = bits >= threshold;
      }
      const at::Tensor scale = at::scalar_tensor(1.0 / (1.0 - static_cast<double>(threshold) / 65536.0), at::kDouble);
      const at::Tensor wanted = values * (kept.to(type) * scale.to(type));
      for (const int threads : {1, 3}) {
        at::set_num_threads(threads);
        EXPECT_TRUE(at::equal(dropout(values, 0.37, key), wanted)) << count << ", threads " << threads;
      }
      at::set_num_threads(1);
    }
  }
}

TEST(Dropout, GradientIsTheMask) {
  const RandomKey key{5, Purpose::kTest, 1};
  test::expect_gradients({awkward({3, 7}, 1.0)}, [&](const std::vector<at::Tensor>& in) {
    return (dropout(in[0], 0.4, key) * awkward({3, 7}, 1.0, 4)).sum();
  });
}

}  // namespace
}  // namespace fovea::ops
