#include "ops/lookup.h"

#include <ATen/Parallel.h>

#include "base/errors.h"
#include "ops/row_adam.h"
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

// Two lookups of one table, as libtorch adds their gradients: rows one behind the other, then each once, summed in
// order.
TEST(Lookup, GradientsOfSeveralLookupsAreCoalesced) {
  const at::Tensor ids = (at::arange(900, at::kLong) * 7919).remainder(131), more = at::tensor({3, 130, 3}, at::kLong);
  const at::Tensor mix = awkward({903, 5}, 1.0, 3).to(at::kFloat);
  at::Tensor first;
  for (const int threads : {1, 3}) {
    at::set_num_threads(threads);
    const at::Tensor one = lookup_gradient(mix.slice(0, 0, 900), ids, 140);
    const at::Tensor other = lookup_gradient(mix.slice(0, 900), more, 140);
    const at::Tensor both = at::_sparse_coo_tensor_unsafe(at::cat({one._indices(), other._indices()}, 1),
                                                          at::cat({one._values(), other._values()}), {140, 5});
    ASSERT_EQ(both._indices().size(1), 131 + 2) << "as libtorch leaves it where it does not merge them itself";
    EXPECT_THROW(check_rows(both), InternalError);
    const at::Tensor gradient = coalesced(both);
    check_rows(gradient);
    EXPECT_TRUE(at::equal(gradient._indices()[0], at::arange(131, at::kLong)));
    const at::Tensor dense = at::zeros({140, 5}).index_add(0, at::cat({ids, more}), mix);
    EXPECT_TRUE(at::allclose(gradient._values(), dense.slice(0, 0, 131), 1e-5, 1e-5));
    EXPECT_TRUE(coalesced(gradient).is_same(gradient)) << "nothing to do";
    if (!first.defined()) first = gradient._values();
    EXPECT_TRUE(at::equal(first, gradient._values())) << threads;
  }
  at::set_num_threads(1);
}

TEST(Lookup, RowsThatRepeatAreNotUpdated) {
  const at::Tensor table = awkward({5, 2}, 1.0, 1).to(at::kFloat);
  const RowAdamTable all = {table, at::zeros_like(table), at::zeros_like(table), at::zeros({5}, at::kLong),
                            at::zeros({5}, at::kDouble)};
  const at::Tensor before = table.clone();
  for (const std::vector<int64_t>& rows : {std::vector<int64_t>{2, 2}, {3, 1}, {4, 5}}) {
    const at::Tensor indices = at::tensor(rows, at::kLong).unsqueeze(0);
    EXPECT_THROW(row_adam(all, at::_sparse_coo_tensor_unsafe(indices, at::ones({2, 2}), {5, 2}), {.rate = 0.1}),
                 InternalError);
  }
  EXPECT_TRUE(at::equal(table, before));
}

TEST(Lookup, AnIdOutsideTheTableIsRefused) {
  EXPECT_THROW(lookup(awkward({3, 2}, 1.0), at::tensor({0, 3}, at::kLong)), InternalError);
  EXPECT_THROW(lookup(awkward({3, 2}, 1.0), at::tensor({-1}, at::kLong)), InternalError);
}

}  // namespace
}  // namespace fovea::ops
