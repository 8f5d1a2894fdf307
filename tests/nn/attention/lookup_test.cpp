#include "nn/attention/lookup.h"

#include <cmath>

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::nn {
namespace {

using test::awkward;
using test::offsets_of;

at::Tensor single(at::IntArrayRef shape, int64_t salt) {
  return awkward(shape, 0.9, salt).to(at::kFloat);
}

Lookup make(const LookupOptions& options, uint64_t seed = 3, const std::string& path = "decoder.lookup") {
  return Lookup(options, Stream(seed) / path);
}

// What the module computes, written with libtorch's functions for one sequence of all queries and rows.
at::Tensor by_hand(const Lookup& lookup, const LookupOptions& o, const at::Tensor& query, const at::Tensor& rows) {
  const auto parameters = lookup->named_parameters();
  const at::Tensor q = at::mm(query, parameters["query"].t()), k = at::mm(rows, parameters["key"].t());
  const at::Tensor v = o.value_size > 0 ? at::mm(rows, parameters["value"].t()) : rows;
  std::vector<at::Tensor> heads;
  const int64_t A = o.attention_size / o.heads, D = v.size(1) / o.heads;
  for (int64_t h = 0; h < o.heads; ++h) {
    const at::Tensor qh = q.narrow(1, h * A, A), kh = k.narrow(1, h * A, A);
    at::Tensor s;
    if (o.score == ops::Score::kAdditive) {
      const at::Tensor bias = parameters["query_bias"].narrow(0, h * A, A);
      s = at::matmul(at::tanh(kh.unsqueeze(0) + (qh + bias).unsqueeze(1)),
                     parameters["score_vector"].narrow(0, h * A, A));
    } else {
      s = at::mm(qh, kh.t());
      if (o.score == ops::Score::kScaledDot) s = s / std::sqrt(static_cast<double>(A));
    }
    heads.push_back(at::mm(s.softmax(1), v.narrow(1, h * D, D)));
  }
  return at::cat(heads, 1);
}

TEST(Lookup, IsAttentionOfProjectedQueriesOverProjectedRows) {
  const at::Tensor query = single({9, 5}, 1), rows = single({13, 6}, 2);
  for (const ops::Score score : {ops::Score::kAdditive, ops::Score::kScaledDot, ops::Score::kDot}) {
    for (const auto& [heads, value] : {std::pair<int64_t, int64_t>{1, 0}, {2, 0}, {4, 12}}) {
      const LookupOptions options{
          .score = score, .query_size = 5, .memory_size = 6, .attention_size = 8, .heads = heads, .value_size = value};
      Lookup lookup = make(options);
      if (score == ops::Score::kAdditive) {
        const at::NoGradGuard guard;
        lookup->named_parameters()["query_bias"].copy_(single({8}, 7));
      }
      const ops::Memory memory = lookup->ready(rows, offsets_of({13}));
      const ops::AttendOutput out = lookup->forward(query, offsets_of({9}), memory);
      ASSERT_EQ(out.context.size(1), lookup->context_size());
      EXPECT_TRUE(at::allclose(out.context, by_hand(lookup, options, query, rows), 1e-4, 1e-5));
      EXPECT_TRUE(at::allclose(out.weights.view({heads, 9, 13}).sum(2), at::ones({heads, 9}), 1e-5, 1e-5));
    }
  }
}

TEST(Lookup, EveryParameterLearnsThroughKeysThatStepsShare) {
  for (const ops::Score score : {ops::Score::kAdditive, ops::Score::kScaledDot}) {
    Lookup lookup =
        make({.score = score, .query_size = 5, .memory_size = 6, .attention_size = 8, .heads = 2, .value_size = 4});
    const at::Tensor rows = single({7, 6}, 2).set_requires_grad(true);
    const ops::Memory memory = lookup->ready(rows, offsets_of({4, 0, 3}));
    at::Tensor loss = at::zeros({});
    for (int64_t step = 0; step < 3; ++step) {
      loss = loss + lookup->forward(single({3, 5}, 10 + step), {}, memory).context.square().sum();
    }
    loss.backward();
    EXPECT_GT(rows.grad().norm().item<double>(), 0);
    for (const auto& parameter : lookup->named_parameters()) {
      ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
      EXPECT_GT(parameter.value().grad().norm().item<double>(), 0) << parameter.key();
    }
  }
}

TEST(Lookup, StepsThatSeeWhatIsThereAreOneCallWithRanges) {
  Lookup lookup = make({.query_size = 5, .memory_size = 6, .attention_size = 8, .heads = 2});
  const at::Tensor query = single({10, 5}, 1), rows = single({10, 6}, 2), offsets = offsets_of({10});
  const ops::AttendOutput whole =
      lookup->forward(query, offsets, lookup->ready(rows, offsets), ops::causal_ranges(offsets, offsets));
  for (int64_t step = 0; step < 10; ++step) {
    const ops::Memory so_far = lookup->ready(rows.narrow(0, 0, step + 1), offsets_of({step + 1}));
    const at::Tensor context = lookup->forward(query.narrow(0, step, 1), {}, so_far).context;
    EXPECT_TRUE(at::allclose(whole.context[step], context[0], 1e-5, 1e-6)) << step;
  }
}

TEST(Lookup, RowsOfWeightsAreThoseThatWereHandedOut) {
  Lookup lookup = make({.query_size = 5, .memory_size = 6, .attention_size = 8, .heads = 2});
  const at::Tensor query = single({10, 5}, 1), queries = offsets_of({4, 6});
  const ops::Memory memory = lookup->ready(single({12, 6}, 2), offsets_of({5, 7}));
  const at::Tensor weights = lookup->forward(query, queries, memory).weights;
  const ops::RowWeights rows = lookup->weights_of_rows(at::tensor({7, 2}, at::kLong), query, queries, memory);
  const at::Tensor first = weights.narrow(0, 0, 40).view({2, 4, 5}), second = weights.narrow(0, 40, 84).view({2, 6, 7});
  EXPECT_TRUE(at::equal(rows.weights, at::cat({second.select(1, 3).flatten(), first.select(1, 2).flatten()})));
}

TEST(Lookup, StartsDifferWithTheSeedAndWithThePath) {
  const LookupOptions options{.query_size = 5, .memory_size = 6, .attention_size = 8};
  const auto key = [&](uint64_t seed, const std::string& path) {
    return make(options, seed, path)->named_parameters()["key"].detach().clone();
  };
  EXPECT_TRUE(at::equal(key(3, "a"), key(3, "a")));
  EXPECT_FALSE(at::equal(key(3, "a"), key(4, "a")));
  EXPECT_FALSE(at::equal(key(3, "a"), key(3, "b")));
}

TEST(Lookup, RefusesHeadsThatDoNotDivide) {
  EXPECT_THROW(make({.query_size = 5, .memory_size = 8, .attention_size = 6, .heads = 4}), InternalError);
  EXPECT_THROW(make({.query_size = 5, .memory_size = 6}), InternalError);
}

}  // namespace
}  // namespace fovea::nn
