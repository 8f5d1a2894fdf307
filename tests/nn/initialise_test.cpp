#include "nn/initialise.h"

#include <gtest/gtest.h>

#include "ops/aten.h"

namespace fovea::nn {
namespace {

TEST(Initialise, UniformFillsTheRangeAndDependsOnSeedAndName) {
  at::Tensor a = at::empty({97, 53}), b = at::empty({97, 53});
  fill_uniform(a, 0.25, 3, "a");
  EXPECT_LE(a.abs().max().item<float>(), 0.25f);
  EXPECT_GT(a.abs().max().item<float>(), 0.249f);
  EXPECT_NEAR(a.mean().item<float>(), 0.0f, 0.01f);
  fill_uniform(b, 0.25, 3, "a");
  EXPECT_TRUE(at::equal(a, b));
  fill_uniform(b, 0.25, 3, "b");
  EXPECT_FALSE(at::equal(a, b));
  fill_uniform(b, 0.25, 4, "a");
  EXPECT_FALSE(at::equal(a, b));
}

// A parameter's stream is its full name, wherever the name is cut into modules.
TEST(Initialise, AStreamIsNamedByTheWholePath) {
  const auto drawn = [](const Stream& stream, std::string_view name) {
    at::Tensor values = at::zeros({20});
    fill_uniform(values, 1, stream, name);
    return values;
  };
  const Stream root = 3;
  EXPECT_TRUE(at::equal(drawn(root / "decoder" / "attention", "query"), drawn(root / "decoder.attention", "query")));
  EXPECT_TRUE(at::equal(drawn(root, "decoder.attention.query"), drawn(root / "decoder" / "attention", "query")));
  EXPECT_FALSE(at::equal(drawn(root / "encoder", "query"), drawn(root / "decoder", "query")));
  EXPECT_FALSE(at::equal(drawn(root / "encoder", "query"), drawn(root, "query")));
  EXPECT_TRUE(at::equal(drawn(std::nullopt, "query"), at::zeros({20}))) << "without a seed nothing is filled";
  EXPECT_FALSE(Stream(std::nullopt) / "encoder");
}

TEST(Initialise, GlorotBound) {
  at::Tensor a = at::empty({100, 50});
  fill_glorot(a, 3, "a");
  EXPECT_NEAR(a.abs().max().item<double>(), 0.2, 0.001);  // sqrt(6 / 150)
}

TEST(Initialise, OrthogonalBlocksHaveOrthonormalRows) {
  at::Tensor a = at::empty({3 * 7, 7}, at::kDouble);
  fill_orthogonal_blocks(a, 3, 3, "a");
  for (int64_t block = 0; block < 3; ++block) {
    const at::Tensor rows = a.slice(0, block * 7, block * 7 + 7);
    EXPECT_TRUE(at::allclose(at::mm(rows, rows.t()), at::eye(7, at::kDouble), 1e-10, 1e-10));
  }
  EXPECT_FALSE(at::allclose(a.slice(0, 0, 7), a.slice(0, 7, 14)));
}

}  // namespace
}  // namespace fovea::nn
