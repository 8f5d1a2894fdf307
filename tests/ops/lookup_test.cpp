#include "ops/lookup.h"

#include <ATen/Parallel.h>

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;

const at::Tensor kIds = at::tensor({4, 0, 4, 7, 4, 2, 0}, at::kLong);

class LookupOf : public testing::TestWithParam<at::ScalarType> {};

TEST_P(LookupOf, LooksRowsUpAndSumsTheirGradients) {
  const at::Tensor table = awkward({9, 5}, 1.0, 1).to(GetParam()).set_requires_grad(true);
  const at::Tensor mix = awkward({7, 5}, 1.0, 2).to(GetParam());
  const at::Tensor values = lookup(table, kIds);
  EXPECT_TRUE(at::equal(values, table.index_select(0, kIds)));
  (values * mix).sum().backward();
  const at::Tensor gradient = table.grad();
  ASSERT_TRUE(gradient.is_sparse());
  EXPECT_TRUE(at::equal(gradient._indices()[0], at::tensor({0, 2, 4, 7}, at::kLong)));
  const at::Tensor dense = at::zeros({9, 5}, mix.options()).index_add(0, kIds, mix);
  EXPECT_TRUE(at::allclose(gradient._values(), dense.index_select(0, gradient._indices()[0]), 1e-6, 1e-6));
}

TEST_P(LookupOf, NoWordsAreNoGradient) {
  const at::Tensor table = awkward({3, 2}, 1.0, 1).to(GetParam()).set_requires_grad(true);
  lookup(table, at::empty({0}, at::kLong)).sum().backward();
  EXPECT_EQ(table.grad()._values().size(0), 0);
}

INSTANTIATE_TEST_SUITE_P(Types, LookupOf, testing::Values(at::kFloat, at::kDouble),
                         [](const auto& info) { return std::string(at::toString(info.param)); });

TEST(Lookup, SameBitsForAnyNumberOfThreads) {
  const at::Tensor ids = (at::arange(3000, at::kLong) * 7919).remainder(431);
  const at::Tensor mix = awkward({3000, 13}, 1.0, 3).to(at::kFloat);
  at::Tensor first;
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    const at::Tensor table = awkward({500, 13}, 1.0, 4).to(at::kFloat).set_requires_grad(true);
    (lookup(table, ids) * mix).sum().backward();
    if (!first.defined()) first = table.grad()._values();
    EXPECT_TRUE(at::equal(first, table.grad()._values())) << threads;
  }
  at::set_num_threads(1);
}

TEST(Lookup, AnIdOutsideTheTableIsRefused) {
  EXPECT_THROW(lookup(awkward({3, 2}, 1.0), at::tensor({0, 3}, at::kLong)), InternalError);
  EXPECT_THROW(lookup(awkward({3, 2}, 1.0), at::tensor({-1}, at::kLong)), InternalError);
}

}  // namespace
}  // namespace fovea::ops
