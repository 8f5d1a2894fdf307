#include "nn/attention/pooling.h"

#include "base/errors.h"
#include "nn/attention/controls.h"
#include "support/gradients.h"

namespace fovea::nn {
namespace {

using test::awkward;
using test::offsets_of;

Pooling make_pooling(PoolingKind kind, int64_t directions = 1) {
  const int64_t half = directions == 2 ? 3 : 6;
  Pooling pooling(PoolingOptions{kind, 6, 5, half, 6}, 11);
  test::convert(*pooling, at::kDouble);
  return pooling;
}

std::string kind_name(const testing::TestParamInfo<PoolingKind>& info) {
  const char* names[] = {"Additive", "Dot", "ScaledDot", "General", "Frozen", "Mean", "Max", "Last"};
  return names[static_cast<int>(info.param)];
}

class AllPooling : public testing::TestWithParam<PoolingKind> {};

TEST_P(AllPooling, WeightsSumToOneOverEveryTextThatHasWords) {
  const at::Tensor offsets = offsets_of({4, 0, 1, 6});
  const Pooled out = make_pooling(GetParam())->forward(awkward({11, 6}, 1.3), offsets);
  ASSERT_EQ(out.weights.numel(), 11);
  EXPECT_NEAR(out.weights.slice(0, 0, 4).sum().item<double>(), 1.0, 1e-12);
  EXPECT_NEAR(out.weights[4].item<double>(), 1.0, 1e-12);
  EXPECT_NEAR(out.weights.slice(0, 5, 11).sum().item<double>(), 1.0, 1e-12);
  EXPECT_EQ(out.context[1].abs().sum().item<double>(), 0.0);
}

TEST_P(AllPooling, TheContextCanBeRecomputedFromWhatIsHandedOut) {
  const at::Tensor memory = awkward({5, 6}, 1.3);
  const Pooled out = make_pooling(GetParam(), 2)->forward(memory, offsets_of({5}));
  at::Tensor context = at::mv(memory.t(), out.weights);
  if (out.selection.defined()) {
    context = at::zeros({6}, at::kDouble);
    for (int64_t d = 0; d < 6; ++d) context[d] = memory[out.selection[0][d].item<int64_t>()][d];
  }
  EXPECT_TRUE(at::allclose(out.context[0], context, 1e-12, 1e-12));
}

TEST_P(AllPooling, ItsOwnWeightsGiveItsContext) {
  const at::Tensor memory = awkward({9, 6}, 1.3), offsets = offsets_of({4, 0, 5});
  std::vector<std::pair<int64_t, int64_t>> forms = {{1, 1}};
  if (attends(GetParam())) forms = {{1, 1}, {3, 1}, {1, 2}};
  for (const auto& [rows, heads] : forms) {
    PoolingOptions options{GetParam(), 6, 5, 3, 6};
    options.rows = rows;
    options.heads = heads;
    options.shared_size = heads > 1 ? 2 : 0;
    Pooling pooling(options, 11);
    test::convert(*pooling, at::kDouble);
    const Pooled out = pooling->forward(memory, offsets);
    const at::Tensor weights = out.each.defined() ? out.each : out.weights.unsqueeze(0);
    if (!weighs_rows(GetParam())) {
      EXPECT_THROW(pooling->context_under(weights, memory, offsets), InternalError);
      continue;
    }
    EXPECT_TRUE(at::allclose(pooling->context_under(weights, memory, offsets), out.context, 1e-12, 1e-12));
    // The last text alone, under its own weights and under twice those.
    const at::Tensor last = weights.slice(1, 4, 9);
    const at::Tensor contexts = pooling->contexts_under(at::stack({last, 2 * last}), memory.slice(0, 4, 9));
    EXPECT_TRUE(at::allclose(contexts[0], out.context[2], 1e-12, 1e-12)) << rows << " " << heads;
    EXPECT_TRUE(at::allclose(contexts[1], 2 * out.context[2], 1e-12, 1e-12)) << rows << " " << heads;
  }
}

// Scores are made of the keys as they would be of a memory, and what they weigh is the memory.
TEST_P(AllPooling, KeysChooseTheWeightsOfAMemory) {
  if (!attends(GetParam())) GTEST_SKIP() << "nothing is scored";
  const at::Tensor memory = awkward({9, 6}, 1.3), keys = awkward({9, 4}, 0.9), offsets = offsets_of({4, 0, 5});
  for (const auto& [rows, heads] : {std::pair{1, 1}, std::pair{3, 1}, std::pair{1, 2}}) {
    PoolingOptions options{GetParam(), 4, 5};
    options.rows = rows;
    options.heads = heads;
    options.shared_size = heads > 1 ? 2 : 0;
    Pooling of_keys(options, 11);
    options.memory_size = 6;
    options.key_size = 4;
    Pooling pooling(options, 11);
    test::convert(*of_keys, at::kDouble);
    test::convert(*pooling, at::kDouble);
    const Pooled out = pooling->forward(memory, offsets, keys);
    EXPECT_TRUE(at::allclose(out.weights, of_keys->forward(keys, offsets).weights, 1e-12, 1e-12));
    const at::Tensor weights = out.each.defined() ? out.each : out.weights.unsqueeze(0);
    EXPECT_TRUE(at::allclose(pooling->context_under(weights, memory, offsets), out.context, 1e-12, 1e-12));
    EXPECT_THROW(pooling->forward(memory, offsets), InternalError);
  }
}

TEST_P(AllPooling, WhatTheRowsAddIsTheContext) {
  const at::Tensor memory = awkward({9, 6}, 1.3), offsets = offsets_of({4, 0, 5});
  std::vector<std::pair<int64_t, int64_t>> forms = {{1, 1}};
  if (attends(GetParam())) forms = {{1, 1}, {3, 1}, {1, 2}};
  for (const auto& [rows, heads] : forms) {
    PoolingOptions options{GetParam(), 6, 5, 3, 6};
    options.rows = rows;
    options.heads = heads;
    options.shared_size = heads > 1 ? 2 : 0;
    Pooling pooling(options, 11);
    test::convert(*pooling, at::kDouble);
    const Pooled out = pooling->forward(memory, offsets);
    const at::Tensor added = pooling->added(out, memory, offsets);
    ASSERT_EQ(added.sizes(), (std::vector<int64_t>{9, options.context_size()}));
    EXPECT_TRUE(at::allclose(added.slice(0, 0, 4).sum(0), out.context[0], 1e-12, 1e-12)) << rows << " " << heads;
    EXPECT_TRUE(at::allclose(added.slice(0, 4, 9).sum(0), out.context[2], 1e-12, 1e-12)) << rows << " " << heads;
  }
}

TEST_P(AllPooling, GradientOfTheMemory) {
  const at::Tensor offsets = offsets_of({3, 0, 2}), mix = awkward({3, 6}, 1.0, 3);
  Pooling pooling = make_pooling(GetParam());
  test::expect_gradients({awkward({5, 6}, 1.0, 7)}, [&](const std::vector<at::Tensor>& in) {
    return (pooling->forward(in[0], offsets).context * mix).sum();
  });
}

INSTANTIATE_TEST_SUITE_P(Kinds, AllPooling,
                         testing::Values(PoolingKind::kAdditive, PoolingKind::kDot, PoolingKind::kScaledDot,
                                         PoolingKind::kGeneral, PoolingKind::kFrozen, PoolingKind::kMean,
                                         PoolingKind::kMax, PoolingKind::kLast),
                         kind_name);

TEST(Pooling, PermutingTheWordsPermutesTheWeights) {
  const at::Tensor memory = awkward({5, 6}, 1.3), order = at::tensor({4, 2, 0, 1, 3}, at::kLong);
  for (const PoolingKind kind : {PoolingKind::kAdditive, PoolingKind::kDot, PoolingKind::kScaledDot,
                                 PoolingKind::kGeneral, PoolingKind::kFrozen, PoolingKind::kMean, PoolingKind::kMax}) {
    Pooling pooling = make_pooling(kind);
    const Pooled before = pooling->forward(memory, offsets_of({5}));
    const Pooled after = pooling->forward(memory.index_select(0, order), offsets_of({5}));
    EXPECT_TRUE(at::allclose(after.weights, before.weights.index_select(0, order), 1e-12, 1e-12));
    EXPECT_TRUE(at::allclose(after.context, before.context, 1e-12, 1e-12));
  }
}

TEST(Pooling, AFrozenScorerIsNotTrained) {
  Pooling pooling = make_pooling(PoolingKind::kFrozen);
  for (const auto& item : pooling->named_parameters()) EXPECT_FALSE(item.value().requires_grad()) << item.key();
  EXPECT_GT(pooling->named_parameters()["score_vector"].abs().sum().item<double>(), 0);
}

// Sparsemax and 1.5-entmax give exact zeros where scores lie far apart, and softmax never does.
TEST(Pooling, TheNormaliserAskedForIsUsed) {
  const at::Tensor memory = awkward({9, 6}, 4.0), offsets = offsets_of({9});
  for (const auto& [normaliser, zeros] :
       {std::pair{ops::Normaliser::kSoftmax, false}, std::pair{ops::Normaliser::kSparsemax, true},
        std::pair{ops::Normaliser::kEntmax15, true}}) {
    PoolingOptions options{PoolingKind::kDot, 6, 5};
    options.normaliser = normaliser;
    Pooling pooling(options, 11);
    test::convert(*pooling, at::kDouble);
    const Pooled out = pooling->forward(memory, offsets);
    EXPECT_EQ((out.weights == 0).any().item<bool>(), zeros) << static_cast<int>(normaliser);
    EXPECT_NEAR(out.weights.sum().item<double>(), 1.0, 1e-12);
  }
}

TEST(Pooling, UniformScoresEqualMean) {
  // An additive scorer whose scores are all equal is the mean, as the design says of `uniform`.
  Pooling pooling = make_pooling(PoolingKind::kAdditive);
  {
    const at::NoGradGuard guard;
    pooling->named_parameters()["score_vector"].zero_();
  }
  const at::Tensor memory = awkward({9, 6}, 1.3), offsets = offsets_of({4, 5});
  const Pooled attended = pooling->forward(memory, offsets), mean = pool_mean(memory, offsets);
  EXPECT_TRUE(at::equal(attended.weights, mean.weights));
  EXPECT_TRUE(at::equal(attended.context, mean.context));
}

TEST(Pooling, LastTakesEachDirectionWhereItEnds) {
  const at::Tensor memory = awkward({5, 6}, 1.3);
  const Pooled both = pool_last(memory, offsets_of({3, 2}), 3, 6);
  EXPECT_TRUE(at::equal(both.context[0].slice(0, 0, 3), memory[2].slice(0, 0, 3)));
  EXPECT_TRUE(at::equal(both.context[0].slice(0, 3, 6), memory[0].slice(0, 3, 6)));
  EXPECT_TRUE(at::equal(both.weights, at::tensor({0.5, 0.0, 0.5, 0.5, 0.5}, at::kDouble)));
  const Pooled one = pool_last(memory, offsets_of({3, 2}), 0, 0);
  EXPECT_TRUE(at::equal(one.context[1], memory[4]));
  EXPECT_TRUE(at::equal(one.weights, at::tensor({0.0, 0.0, 1.0, 0.0, 1.0}, at::kDouble)));
}

}  // namespace
}  // namespace fovea::nn
