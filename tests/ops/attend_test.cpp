#include "ops/attend.h"

#include <ATen/Parallel.h>

#include "base/errors.h"
#include "kernels/reference/attention.h"
#include "ops/attend_fused.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;

AttendInput make_input(Score score, const std::vector<int64_t>& lengths, int64_t memory_size, int64_t score_size) {
  const auto sequences = static_cast<int64_t>(lengths.size());
  AttendInput in;
  in.score = score;
  in.memory_offsets = offsets_of(lengths);
  in.query_offsets = at::arange(sequences + 1, at::kLong);
  in.memory = awkward({in.memory_offsets[-1].item<int64_t>(), memory_size}, 1.1, 1);
  in.query = awkward({sequences, score == Score::kAdditive ? score_size : memory_size}, 0.8, 2);
  if (score == Score::kAdditive) {
    in.memory_projection = awkward({score_size, memory_size}, 0.6, 3);
    in.score_vector = awkward({score_size}, 1.4, 4);
  }
  return in;
}

class Attend : public testing::TestWithParam<Score> {};

TEST_P(Attend, AgreesWithTheReference) {
  const AttendInput in = make_input(GetParam(), {4, 0, 1, 11, 2}, 7, 5);
  const AttendOutput out = attend(in);
  const int64_t rows = in.memory.size(0), sequences = 5;
  const bool additive = GetParam() == Score::kAdditive;
  const at::Tensor keys = additive ? at::mm(in.memory, in.memory_projection.t()) : in.memory;
  at::Tensor scores = at::empty({rows}, at::kDouble), weights = at::empty({rows}, at::kDouble),
             context = at::empty({sequences, 7}, at::kDouble);
  kernels::AttendInput<double> input;
  input.score = additive ? kernels::Score::kAdditive : kernels::Score::kDot;
  input.memory_width = 7;
  input.score_width = in.query.size(1);
  input.query_offsets = in.query_offsets.const_data_ptr<int64_t>();
  input.memory_offsets = input.weight_offsets = in.memory_offsets.const_data_ptr<int64_t>();  // one query each
  input.query = in.query.const_data_ptr<double>();
  input.keys = keys.const_data_ptr<double>();
  input.score_vector = additive ? in.score_vector.const_data_ptr<double>() : nullptr;
  input.memory = in.memory.const_data_ptr<double>();
  kernels::AttendOutput<double> output;
  output.scores = scores.mutable_data_ptr<double>();
  output.weights = weights.mutable_data_ptr<double>();
  output.context = context.mutable_data_ptr<double>();
  kernels::reference::attend(input, output, 0, sequences);
  EXPECT_TRUE(at::allclose(out.scores, scores, 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(out.weights, weights, 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(out.context, context, 1e-12, 1e-12));
}

TEST_P(Attend, WeightsSumToOneAndGiveTheContext) {
  const AttendInput in = make_input(GetParam(), {6, 1, 3}, 4, 9);
  const AttendOutput out = attend(in);
  const std::vector<int64_t> bounds = {0, 6, 7, 10};
  for (int64_t b = 0; b < 3; ++b) {
    const at::Tensor weights = out.weights.slice(0, bounds[b], bounds[b + 1]);
    EXPECT_NEAR(weights.sum().item<double>(), 1.0, 1e-12);
    const at::Tensor recomputed = at::mv(in.memory.slice(0, bounds[b], bounds[b + 1]).t(), weights);
    EXPECT_TRUE(at::allclose(out.context[b], recomputed, 1e-12, 1e-12));
  }
}

TEST_P(Attend, PermutingTheMemoryPermutesTheWeights) {
  AttendInput in = make_input(GetParam(), {5}, 4, 3);
  const AttendOutput before = attend(in);
  const at::Tensor order = at::tensor({3, 0, 4, 1, 2}, at::kLong);
  in.memory = in.memory.index_select(0, order);
  const AttendOutput after = attend(in);
  EXPECT_TRUE(at::allclose(after.weights, before.weights.index_select(0, order), 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(after.context, before.context, 1e-12, 1e-12));
}

TEST_P(Attend, EmptyMemoriesGiveNoWeightsAndContextZero) {
  const AttendOutput out = attend(make_input(GetParam(), {0, 2, 0}, 4, 3));
  EXPECT_EQ(out.weights.numel(), 2);
  EXPECT_EQ(out.context[0].abs().sum().item<double>(), 0.0);
  EXPECT_EQ(out.context[2].abs().sum().item<double>(), 0.0);
  EXPECT_GT(out.context[1].abs().sum().item<double>(), 0.0);
  EXPECT_EQ(attend(make_input(GetParam(), {0, 0}, 4, 3)).weights.numel(), 0);
}

TEST_P(Attend, OneWordGetsAllTheWeight) {
  EXPECT_DOUBLE_EQ(attend(make_input(GetParam(), {1}, 4, 3)).weights[0].item<double>(), 1.0);
}

TEST_P(Attend, Gradients) {
  const AttendInput in = make_input(GetParam(), {3, 0, 1, 2}, 3, 2);
  const at::Tensor mix = awkward({4, 3}, 1.0, 8), weight_mix = awkward({6}, 1.0, 6);
  std::vector<at::Tensor> inputs = {in.memory, in.query};
  if (GetParam() == Score::kAdditive) inputs.insert(inputs.end(), {in.memory_projection, in.score_vector});
  test::expect_gradients(inputs, [&](const std::vector<at::Tensor>& v) {
    AttendInput at = in;
    at.memory = v[0];
    at.query = v[1];
    if (v.size() == 4) {
      at.memory_projection = v[2];
      at.score_vector = v[3];
    }
    const AttendOutput out = attend(at);
    return (out.context * mix).sum() + (out.weights * weight_mix).sum();
  });
}

std::vector<at::Tensor*> tensors_in(AttendInput& in) {
  std::vector<at::Tensor*> all = {&in.memory, &in.query};
  if (in.score == Score::kAdditive) all.insert(all.end(), {&in.memory_projection, &in.score_vector});
  return all;
}

// In float the kernels answer, in double the composite form, whose gradients stand against differences above.
TEST_P(Attend, FusedAgreesWithTheCompositeFormForwardAndBackward) {
  for (const int64_t width : {1, 7, 33}) {
    AttendInput in = make_input(GetParam(), {6, 0, 1, 23, 2}, width, width + 2);
    AttendInput single = in;
    for (at::Tensor* tensor : tensors_in(single)) *tensor = tensor->to(at::kFloat);
    ASSERT_TRUE(takes_fused_attend(single));
    const at::Tensor mix = awkward({5, width}, 1.0, 8), weight_mix = awkward({32}, 1.0, 6);
    const auto loss = [&](AttendInput& of) {
      for (at::Tensor* tensor : tensors_in(of)) tensor->set_requires_grad(true);
      const AttendOutput out = attend(of);
      const at::ScalarType type = of.memory.scalar_type();
      ((out.context * mix.to(type)).sum() + (out.weights * weight_mix.to(type)).sum() + out.scores.sin().sum())
          .backward();
      return out;
    };
    const AttendOutput wanted = loss(in), got = loss(single);
    EXPECT_TRUE(at::allclose(got.weights.to(at::kDouble), wanted.weights, 1e-4, 1e-5)) << width;
    EXPECT_TRUE(at::allclose(got.context.to(at::kDouble), wanted.context, 1e-4, 1e-5)) << width;
    EXPECT_TRUE(at::allclose(got.scores.to(at::kDouble), wanted.scores, 1e-4, 1e-5)) << width;
    const auto expected = tensors_in(in), actual = tensors_in(single);
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_TRUE(at::allclose(actual[i]->grad().to(at::kDouble), expected[i]->grad(), 1e-3, 1e-4))
          << width << ", " << i;
    }
  }
}

TEST_P(Attend, SameBitsForAnyNumberOfThreads) {
  AttendInput in = make_input(GetParam(), {6, 0, 1, 23, 2, 9, 14, 3, 3, 30}, 12, 9);
  for (at::Tensor* tensor : tensors_in(in)) *tensor = tensor->to(at::kFloat);
  std::vector<at::Tensor> first;
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    AttendInput now = in;
    for (at::Tensor* tensor : tensors_in(now)) *tensor = tensor->clone().set_requires_grad(true);
    attend(now).context.square().sum().backward();
    std::vector<at::Tensor> gradients;
    for (const at::Tensor* tensor : tensors_in(now)) gradients.push_back(tensor->grad());
    if (first.empty()) first = gradients;
    for (size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(at::equal(first[i], gradients[i])) << threads << ", " << i;
  }
  at::set_num_threads(1);
}

TEST_P(Attend, SeveralQueriesPerSequenceAreRefusedInWords) {
  AttendInput in = make_input(GetParam(), {3, 2}, 4, 3);
  in.query_offsets = at::tensor({0, 2, 3}, at::kLong);
  try {
    attend(in);
    FAIL() << "accepted";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("not supported yet"), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Scores, Attend, testing::Values(Score::kAdditive, Score::kDot),
                         [](const auto& info) { return info.param == Score::kAdditive ? "Additive" : "Dot"; });

}  // namespace
}  // namespace fovea::ops
