#include "ops/attend.h"

#include <cmath>

#include <ATen/Parallel.h>

#include "base/errors.h"
#include "kernels/reference/attention.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;

struct Form {
  Score score;
  Normaliser normaliser;
};

const Score kScores[] = {Score::kAdditive, Score::kDot, Score::kScaledDot, Score::kGeneral};
const Normaliser kNormalisers[] = {Normaliser::kSoftmax, Normaliser::kSparsemax, Normaliser::kEntmax15};

std::vector<Form> all_forms() {
  std::vector<Form> forms;
  for (const Score score : kScores) {
    for (const Normaliser normaliser : kNormalisers) forms.push_back({score, normaliser});
  }
  return forms;
}

std::string form_name(const testing::TestParamInfo<Form>& info) {
  const char *scores[] = {"Additive", "Dot", "ScaledDot", "General"},
             *normalisers[] = {"Softmax", "Sparsemax", "Entmax15"};
  return std::string(scores[static_cast<int>(info.param.score)]) + normalisers[static_cast<int>(info.param.normaliser)];
}

// Rows and queries of each sequence; no queries given: one for each sequence.
struct Lengths {
  std::vector<int64_t> rows, queries;
};

AttendInput make_input(const Form& form, const Lengths& lengths, int64_t memory_size, int64_t score_size) {
  const bool projected = form.score == Score::kAdditive || form.score == Score::kGeneral;
  AttendInput in;
  in.score = form.score;
  in.normaliser = form.normaliser;
  in.memory_offsets = offsets_of(lengths.rows);
  if (!lengths.queries.empty()) in.query_offsets = offsets_of(lengths.queries);
  const at::Tensor last = in.query_offsets.defined() ? in.query_offsets : at::arange(in.memory_offsets.numel());
  in.memory = awkward({in.memory_offsets[-1].item<int64_t>(), memory_size}, 1.1, 1);
  in.query = awkward({last[-1].item<int64_t>(), projected ? score_size : memory_size}, 0.8, 2);
  if (projected) in.memory_projection = awkward({score_size, memory_size}, 0.6, 3);
  if (form.score == Score::kAdditive) in.score_vector = awkward({score_size}, 1.4, 4);
  return in;
}

// Beyond one head over all rows with keys made on the way.
struct Extra {
  int64_t heads = 1;
  bool keys = false, causal = false, ranges = false;
};

const Extra kExtras[] = {{1, true}, {3, false}, {3, true, true}, {1, false, false, true}, {2, true, false, true}};

std::string name_of(const Extra& extra) {
  return std::to_string(extra.heads) + " heads" + (extra.keys ? ", own keys" : "") + (extra.causal ? ", causal" : "") +
         (extra.ranges ? ", ranges" : "");
}

// Widths are those of a head.
AttendInput make_input(const Form& form, const Lengths& lengths, int64_t memory_size, int64_t score_size,
                       const Extra& extra) {
  AttendInput in = make_input(form, lengths, memory_size * extra.heads, score_size * extra.heads);
  in.heads = extra.heads;
  in.causal = extra.causal;
  if (extra.keys) {
    in.memory_projection = at::Tensor();
    in.query = awkward({in.query.size(0), score_size * extra.heads}, 0.8, 2);
    in.keys = awkward({in.memory.size(0), score_size * extra.heads}, 0.9, 5);
  }
  if (extra.ranges) {
    if (!in.query_offsets.defined()) in.query_offsets = at::arange(in.memory_offsets.numel());
    in.visible = causal_ranges(in.query_offsets, in.memory_offsets, 3);
    int64_t* range = in.visible.mutable_data_ptr<int64_t>();
    for (int64_t q = 0; q < in.visible.size(0); q += 4) range[2 * q] = range[2 * q + 1];  // these see nothing
  }
  return in;
}

std::vector<at::Tensor*> tensors_in(AttendInput& in) {
  std::vector<at::Tensor*> all = {&in.memory, &in.query};
  for (at::Tensor* tensor : {&in.keys, &in.memory_projection, &in.score_vector}) {
    if (tensor->defined()) all.push_back(tensor);
  }
  return all;
}

AttendInput in_float(AttendInput in) {
  for (at::Tensor* tensor : tensors_in(in)) *tensor = tensor->to(at::kFloat);
  return in;
}

void set_query_offsets(AttendInput& in) {
  if (!in.query_offsets.defined()) in.query_offsets = at::arange(in.memory_offsets.numel());
}

// All results by the plain loops, projections by libtorch.
AttendOutput by_reference(AttendInput in) {
  set_query_offsets(in);
  const at::Tensor offsets = weight_offsets(in.query_offsets, in.memory_offsets);
  const bool additive = in.score == Score::kAdditive;
  const at::Tensor keys = in.keys.defined()                ? in.keys
                          : in.memory_projection.defined() ? at::mm(in.memory, in.memory_projection.t())
                                                           : in.memory;
  const at::Tensor visible = in.causal ? causal_ranges(in.query_offsets, in.memory_offsets) : in.visible;
  const int64_t width = in.memory.size(1), weights = in.heads * offsets[-1].item<int64_t>();
  AttendOutput out{at::empty({in.query.size(0), width}, at::kDouble), at::empty({weights}, at::kDouble),
                   at::empty({weights}, at::kDouble), at::empty({in.query.size(0), in.heads}, at::kDouble)};
  kernels::AttendInput<double> input;
  input.score = additive ? kernels::Score::kAdditive : kernels::Score::kDot;
  input.normaliser = in.normaliser;
  if (in.score == Score::kScaledDot) input.scale = 1 / std::sqrt(static_cast<double>(keys.size(1) / in.heads));
  input.memory_width = width;
  input.score_width = keys.size(1);
  input.heads = in.heads;
  input.query_offsets = in.query_offsets.const_data_ptr<int64_t>();
  input.memory_offsets = in.memory_offsets.const_data_ptr<int64_t>();
  input.weight_offsets = offsets.const_data_ptr<int64_t>();
  input.visible = visible.defined() ? visible.const_data_ptr<int64_t>() : nullptr;
  input.query = in.query.const_data_ptr<double>();
  input.keys = keys.const_data_ptr<double>();
  input.score_vector = additive ? in.score_vector.const_data_ptr<double>() : nullptr;
  input.memory = in.memory.const_data_ptr<double>();
  kernels::AttendOutput<double> output;
  output.scores = out.scores.mutable_data_ptr<double>();
  output.weights = out.weights.mutable_data_ptr<double>();
  output.row_constants = out.row_constants.mutable_data_ptr<double>();
  output.context = out.context.mutable_data_ptr<double>();
  kernels::reference::attend(input, output, 0, offsets.numel() - 1);
  return out;
}

void expect_close(const AttendOutput& got, const AttendOutput& wanted, double tolerance) {
  const auto close = [&](const at::Tensor& a, const at::Tensor& b) {
    return a.sizes() == b.sizes() && at::allclose(a.to(at::kDouble), b, tolerance, tolerance);
  };
  EXPECT_TRUE(close(got.scores, wanted.scores));
  EXPECT_TRUE(close(got.weights, wanted.weights));
  EXPECT_TRUE(close(got.context, wanted.context));
  EXPECT_TRUE(close(got.row_constants, wanted.row_constants));
}

const Lengths kOne{{4, 0, 1, 11, 2}, {}}, kSeveral{{4, 0, 1, 11, 2, 3}, {3, 2, 1, 7, 0, 2}};

class Attend : public testing::TestWithParam<Form> {};

TEST_P(Attend, EveryFormAgreesWithTheReference) {
  for (const Lengths& lengths : {kOne, kSeveral, Lengths{{37}, {29}}, Lengths{{0, 1}, {1, 1}}}) {
    for (const int64_t width : {1, 7, 33}) {
      AttendInput in = make_input(GetParam(), lengths, width, width + 2);
      const AttendOutput wanted = by_reference(in);
      expect_close(attend(in), wanted, 1e-12);
      const int64_t calls = fused_attend_calls();
      expect_close(attend(in_float(in)), wanted, 2e-5);
      EXPECT_EQ(fused_attend_calls(), calls + 1) << "the kernels did not run";
      set_query_offsets(in);
      expect_close(attend_composite(in), wanted, 1e-12);
      EXPECT_EQ(fused_attend_calls(), calls + 1) << "the composite form ran the kernels";
    }
  }
}

TEST_P(Attend, HeadsKeysAndRangesAgreeWithTheReference) {
  for (const Extra& extra : kExtras) {
    SCOPED_TRACE(name_of(extra));
    for (const Lengths& lengths : {kOne, kSeveral, Lengths{{37}, {29}}, Lengths{{0, 1}, {1, 1}}}) {
      for (const int64_t width : {1, 7, 33}) {
        AttendInput in = make_input(GetParam(), lengths, width, width + 2, extra);
        const AttendOutput wanted = by_reference(in);
        expect_close(attend(in), wanted, 1e-12);
        const int64_t calls = fused_attend_calls();
        // A general score is a sum over both widths, three times as wide as above.
        expect_close(attend(in_float(in)), wanted, GetParam().score == Score::kGeneral ? 3e-4 : 2e-5);
        EXPECT_EQ(fused_attend_calls(), calls + 1) << "the kernels did not run";
        set_query_offsets(in);
        expect_close(attend_composite(in), wanted, 1e-12);
      }
    }
  }
}

// One sequence of more queries than a part has, and long rows.
TEST_P(Attend, ManyQueriesAgreeWithTheReference) {
  for (const Extra& extra : {Extra{1, true, true}, Extra{2, true, false, true}}) {
    SCOPED_TRACE(name_of(extra));
    AttendInput in = make_input(GetParam(), {{300}, {301}}, 5, 6, extra);
    AttendInput single = in_float(in);
    expect_close(attend(single), by_reference(in), 2e-5);
    single.most_weights = 0;
    for (AttendInput* input : {&in, &single}) {
      for (at::Tensor* tensor : tensors_in(*input)) tensor->set_requires_grad(true);
      (attend(*input).context * awkward({301, 5 * extra.heads}, 1.0, 8).to(input->memory.scalar_type()))
          .sum()
          .backward();
    }
    const auto expected = tensors_in(in), actual = tensors_in(single);
    for (size_t i = 0; i < expected.size(); ++i) {
      const at::Tensor wanted = expected[i]->grad(), got = actual[i]->grad().to(at::kDouble);
      const double scale = std::max(1.0, wanted.abs().max().item<double>());
      EXPECT_LT((got - wanted).abs().max().item<double>(), 1e-4 * scale) << "tensor " << i;
    }
  }
}

TEST_P(Attend, MoreWeightsThanWantedAreNotHandedOutAndChangeNothingElse) {
  for (const Extra& extra : {Extra{}, Extra{3, true, true}, Extra{2, false, false, true}}) {
    SCOPED_TRACE(name_of(extra));
    for (const bool single : {false, true}) {
      const AttendInput made = make_input(GetParam(), {{6, 0, 1, 23}, {4, 1, 2, 90}}, 5, 6, extra);
      AttendInput kept = single ? in_float(made) : made, dropped = single ? in_float(made) : made;
      kept.most_weights = extra.heads * (6 * 4 + 1 * 2 + 23 * 90);
      dropped.most_weights = kept.most_weights - 1;
      std::vector<AttendOutput> outputs;
      for (AttendInput* in : {&kept, &dropped}) {
        for (at::Tensor* tensor : tensors_in(*in)) *tensor = tensor->detach().clone().set_requires_grad(true);
        outputs.push_back(attend(*in));
        outputs.back().context.square().sum().backward();
      }
      ASSERT_TRUE(outputs[0].weights.defined() && outputs[0].scores.defined());
      ASSERT_FALSE(outputs[1].weights.defined() || outputs[1].scores.defined());
      EXPECT_TRUE(at::equal(outputs[0].context, outputs[1].context));
      EXPECT_TRUE(at::equal(outputs[0].row_constants, outputs[1].row_constants));
      const auto expected = tensors_in(kept), actual = tensors_in(dropped);
      for (size_t i = 0; i < expected.size(); ++i) {
        EXPECT_TRUE(at::equal(expected[i]->grad(), actual[i]->grad())) << "tensor " << i;
      }
      // Rows on request, in any order, are those of the call that hands them out.
      const at::Tensor asked = at::tensor({96, 3, 20, 0, 4, 95, 6}, at::kLong);
      const RowWeights rows = weights_of_rows(dropped, asked);
      EXPECT_TRUE(at::equal(rows.offsets, at::tensor({0, 23, 29, 52, 58, 58, 81, 82}, at::kLong)));
      const auto row = [&](int64_t first, int64_t queries, int64_t n, int64_t number) {
        return outputs[0]
            .weights.detach()
            .narrow(0, extra.heads * first, extra.heads * queries * n)
            .view({extra.heads, queries, n})
            .select(1, number)
            .flatten();
      };
      EXPECT_TRUE(at::equal(rows.weights, at::cat({row(26, 90, 23, 89), row(0, 4, 6, 3), row(26, 90, 23, 13),
                                                   row(0, 4, 6, 0), row(26, 90, 23, 88), row(24, 2, 1, 1)})));
    }
  }
}

TEST_P(Attend, RowsOfTheCompositeFormAreItsOwn) {
  AttendInput in = make_input(GetParam(), {{6, 0, 4}, {4, 1, 2}}, 5, 6, {2, false, true});
  const RowWeights got = weights_of_rows_composite(in, at::tensor({5, 4, 1}, at::kLong));
  const RowWeights wanted = weights_of_rows(in, at::tensor({5, 4, 1}, at::kLong));
  EXPECT_TRUE(at::equal(got.offsets, wanted.offsets));
  EXPECT_TRUE(at::allclose(got.weights, wanted.weights, 1e-12, 1e-12));
}

TEST_P(Attend, KeysMadeReadyAreThoseOfTheCall) {
  if (GetParam().score != Score::kAdditive && GetParam().score != Score::kGeneral) GTEST_SKIP() << "has no projection";
  AttendInput in = make_input(GetParam(), kSeveral, 7, 5);
  AttendInput with_keys = in;
  const at::Tensor rows = in.memory.to(at::kFloat).set_requires_grad(true);
  const at::Tensor projection = in.memory_projection.to(at::kFloat).set_requires_grad(true);
  const Memory memory = ready(rows, in.memory_offsets, projection);
  with_keys = in_float(with_keys);
  with_keys.memory = memory.rows;
  with_keys.keys = memory.keys;
  with_keys.memory_projection = at::Tensor();
  // Two calls share the keys, as the steps of a decoder do.
  const at::Tensor twice = attend(with_keys).context + attend(with_keys).context;
  twice.square().sum().backward();
  for (at::Tensor* tensor : tensors_in(in)) tensor->set_requires_grad(true);
  const at::Tensor wanted = 2 * attend(in).context;
  wanted.square().sum().backward();
  EXPECT_TRUE(at::allclose(twice.to(at::kDouble), wanted, 1e-4, 1e-4));
  const auto near = [](const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kDouble) - b).abs().max().item<double>() < 1e-4 * std::max(1.0, b.abs().max().item<double>());
  };
  EXPECT_TRUE(near(rows.grad(), in.memory.grad()));
  EXPECT_TRUE(near(projection.grad(), in.memory_projection.grad()));
}

TEST_P(Attend, WeightsOfAQuerySumToOne) {
  const AttendInput in = make_input(GetParam(), kSeveral, 5, 3);
  for (const at::Tensor& weights : {attend(in).weights, attend(in_float(in)).weights.to(at::kDouble)}) {
    ASSERT_EQ(weights.numel(), 3 * 4 + 1 * 1 + 7 * 11 + 2 * 3);
    EXPECT_GE(weights.min().item<double>(), 0.0);
    const double tolerance = 1e-6;
    EXPECT_NEAR((weights.slice(0, 0, 12).view({3, 4}).sum(1) - 1).abs().max().item<double>(), 0, tolerance);
    EXPECT_NEAR(weights[12].item<double>(), 1.0, tolerance);
    EXPECT_NEAR((weights.slice(0, 13, 90).view({7, 11}).sum(1) - 1).abs().max().item<double>(), 0, tolerance);
    EXPECT_NEAR((weights.slice(0, 90, 96).view({2, 3}).sum(1) - 1).abs().max().item<double>(), 0, tolerance);
  }
}

TEST_P(Attend, TheContextRecomputedFromTheWeightsIsTheSameBitForBit) {
  const AttendInput in = in_float(make_input(GetParam(), {{13, 0, 30}, {5, 1, 9}}, 35, 6));
  const AttendOutput out = attend(in);
  const auto recompute = [&](int64_t first_weight, int64_t queries, int64_t first_row, int64_t rows) {
    at::Tensor context = at::empty({queries, 35});
    kernels::weighted_sum(out.weights.const_data_ptr<float>() + first_weight,
                          in.memory.const_data_ptr<float>() + first_row * 35, queries, rows, 35,
                          context.mutable_data_ptr<float>());
    return context;
  };
  EXPECT_TRUE(at::equal(out.context.slice(0, 0, 5), recompute(0, 5, 0, 13)));
  EXPECT_TRUE(at::equal(out.context.slice(0, 6, 15), recompute(65, 9, 13, 30)));
  EXPECT_TRUE(at::equal(out.context.slice(0, 8, 9), recompute(65 + 2 * 30, 1, 13, 30))) << "one query by itself";
}

TEST_P(Attend, PermutingTheMemoryPermutesTheWeights) {
  AttendInput in = make_input(GetParam(), {{5}, {2}}, 4, 3);
  const AttendOutput before = attend(in);
  const at::Tensor order = at::tensor({3, 0, 4, 1, 2}, at::kLong);
  in.memory = in.memory.index_select(0, order);
  const AttendOutput after = attend(in);
  EXPECT_TRUE(
      at::allclose(after.weights.view({2, 5}), before.weights.view({2, 5}).index_select(1, order), 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(after.context, before.context, 1e-12, 1e-12));
}

TEST_P(Attend, EmptyMemoriesGiveNoWeightsAndContextZero) {
  for (const bool single : {false, true}) {
    const auto made = [&](const Lengths& lengths) {
      const AttendInput in = make_input(GetParam(), lengths, 4, 3);
      return attend(single ? in_float(in) : in);
    };
    const AttendOutput out = made({{0, 2, 0}, {2, 1, 1}});
    EXPECT_EQ(out.weights.numel(), 2);
    EXPECT_EQ(out.context.slice(0, 0, 2).abs().sum().item<double>(), 0.0);
    EXPECT_EQ(out.context[3].abs().sum().item<double>(), 0.0);
    EXPECT_GT(out.context[2].abs().sum().item<double>(), 0.0);
    EXPECT_EQ(made({{0, 0}, {}}).weights.numel(), 0);
    EXPECT_EQ(made({{0, 0}, {}}).context.abs().sum().item<double>(), 0.0);
    EXPECT_EQ(made({{3, 1}, {0, 0}}).context.size(0), 0);
    EXPECT_DOUBLE_EQ(made({{1}, {}}).weights[0].item<double>(), 1.0);
  }
}

TEST_P(Attend, NothingToAttendToHasGradientsOfZero) {
  AttendInput in = in_float(make_input(GetParam(), {{0, 0}, {}}, 4, 3));
  for (at::Tensor* tensor : tensors_in(in)) tensor->set_requires_grad(true);
  attend(in).context.sum().backward();
  for (at::Tensor* tensor : tensors_in(in)) EXPECT_EQ(tensor->grad().abs().sum().item<double>(), 0.0);
}

TEST_P(Attend, HugeScoresStayFinite) {
  AttendInput in = make_input(GetParam(), {{6, 1, 9}, {2, 1, 3}}, 5, 3);
  (in.score == Score::kAdditive ? in.score_vector : in.query).mul_(1e18);
  for (AttendInput now : {in, in_float(in)}) {
    for (at::Tensor* tensor : tensors_in(now)) tensor->set_requires_grad(true);
    const AttendOutput out = attend(now);
    EXPECT_TRUE(out.weights.isfinite().all().item<bool>());
    EXPECT_TRUE(out.context.isfinite().all().item<bool>());
    EXPECT_NEAR(out.weights.sum().item<double>(), 6, 1e-5);
    out.context.square().sum().backward();
    for (at::Tensor* tensor : tensors_in(now)) EXPECT_FALSE(tensor->grad().isnan().any().item<bool>());
  }
}

// The same losses by central differences for the reference behind autograd and for the composite form.
TEST_P(Attend, Gradients) {
  for (const Lengths& lengths : {Lengths{{3, 0, 1, 2}, {}}, Lengths{{3, 0, 2}, {2, 1, 3}}}) {
    AttendInput in = make_input(GetParam(), lengths, 3, 2);
    set_query_offsets(in);
    const int64_t weights = attend(in).weights.numel();
    const at::Tensor mix = awkward({in.query.size(0), 3}, 1.0, 8), weight_mix = awkward({weights}, 1.0, 6);
    std::vector<at::Tensor> inputs;
    for (const at::Tensor* tensor : tensors_in(in)) inputs.push_back(*tensor);
    for (const bool composite : {false, true}) {
      test::expect_gradients(inputs, [&](const std::vector<at::Tensor>& v) {
        AttendInput at = in;
        const auto places = tensors_in(at);
        for (size_t i = 0; i < places.size(); ++i) *places[i] = v[i];
        const AttendOutput out = composite ? attend_composite(at) : attend(at);
        return (out.context * mix).sum() + (out.weights * weight_mix).sum() + out.scores.sin().sum();
      });
    }
  }
}

TEST_P(Attend, GradientsOfHeadsKeysAndRanges) {
  for (const Extra& extra : {Extra{2, true, true}, Extra{2, false, false, true}, Extra{1, true}}) {
    SCOPED_TRACE(name_of(extra));
    AttendInput in = make_input(GetParam(), {{3, 0, 2}, {2, 1, 3}}, 2, 2, extra);
    const at::Tensor mix = awkward({6, 2 * extra.heads}, 1.0, 8), weight_mix = awkward({12 * extra.heads}, 1.0, 6);
    std::vector<at::Tensor> inputs;
    for (const at::Tensor* tensor : tensors_in(in)) inputs.push_back(*tensor);
    for (const int form : {0, 1, 2}) {  // the reference with weights and without, the composite form
      test::expect_gradients(inputs, [&](const std::vector<at::Tensor>& v) {
        AttendInput now = in;
        const auto places = tensors_in(now);
        for (size_t i = 0; i < places.size(); ++i) *places[i] = v[i];
        if (form == 1) now.most_weights = 0;
        const AttendOutput out = form == 2 ? attend_composite(now) : attend(now);
        const at::Tensor loss = (out.context * mix).sum();
        return form == 1 ? loss : loss + (out.weights * weight_mix).sum() + out.scores.sin().sum();
      });
    }
  }
}

// In float the kernels answer, in double their reference, whose gradients stand against differences above.
TEST_P(Attend, GradientsOfTheKernelsAgreeWithTheReference) {
  for (const int64_t width : {1, 7, 33}) {
    AttendInput in = make_input(GetParam(), {{6, 0, 1, 23, 2}, {4, 1, 2, 19, 3}}, width, width + 2);
    AttendInput single = in_float(in);
    const at::Tensor mix = awkward({29, width}, 1.0, 8), weight_mix = awkward({469}, 1.0, 6);
    const auto differentiate = [&](AttendInput& of) {
      for (at::Tensor* tensor : tensors_in(of)) tensor->set_requires_grad(true);
      const AttendOutput out = attend(of);
      const at::ScalarType type = of.memory.scalar_type();
      ((out.context * mix.to(type)).sum() + (out.weights * weight_mix.to(type)).sum() + out.scores.sin().sum())
          .backward();
    };
    differentiate(in), differentiate(single);
    const auto expected = tensors_in(in), actual = tensors_in(single);
    for (size_t i = 0; i < expected.size(); ++i) {
      const at::Tensor wanted = expected[i]->grad(), got = actual[i]->grad().to(at::kDouble);
      const double scale = std::max(1.0, wanted.abs().max().item<double>());
      EXPECT_LT((got - wanted).abs().max().item<double>(), 1e-4 * scale) << width << ", tensor " << i;
    }
  }
}

void expect_same_bits_for_any_threads(const AttendInput& in) {
  std::vector<at::Tensor> first;
  for (const int threads : {1, 2, 3, 5}) {
    at::set_num_threads(threads);
    AttendInput now = in;
    for (at::Tensor* tensor : tensors_in(now)) *tensor = tensor->clone().set_requires_grad(true);
    const AttendOutput out = attend(now);
    out.context.square().sum().backward();
    std::vector<at::Tensor> results = {out.context, out.row_constants};
    if (out.weights.defined()) results.push_back(out.weights), results.push_back(out.scores);
    for (const at::Tensor* tensor : tensors_in(now)) results.push_back(tensor->grad());
    if (first.empty()) first = results;
    for (size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(at::equal(first[i], results[i])) << threads << ", " << i;
  }
  at::set_num_threads(1);
}

TEST_P(Attend, SameBitsForAnyNumberOfThreads) {
  const Lengths lengths = {{6, 0, 1, 23, 2, 9, 14, 3, 3, 30}, {40, 1, 0, 23, 9, 2, 61, 5, 1, 3}};
  expect_same_bits_for_any_threads(in_float(make_input(GetParam(), lengths, 37, 29)));
  for (const Extra& extra : kExtras) {
    SCOPED_TRACE(name_of(extra));
    expect_same_bits_for_any_threads(in_float(make_input(GetParam(), lengths, 11, 10, extra)));
    AttendInput one = in_float(make_input(GetParam(), {{230}, {521}}, 11, 10, extra));
    expect_same_bits_for_any_threads(one);
    one.most_weights = 0;
    expect_same_bits_for_any_threads(one);
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, Attend, testing::ValuesIn(all_forms()), form_name);

TEST(AttendTypes, OthersTakeTheCompositeForm) {
  for (const Form& form : all_forms()) {
    const AttendInput in = make_input(form, kSeveral, 5, 3);
    AttendInput brief = in;
    for (at::Tensor* tensor : tensors_in(brief)) *tensor = tensor->to(at::kBFloat16);
    ASSERT_FALSE(takes_fused_attend(brief));
    const AttendOutput out = attend(brief);
    EXPECT_EQ(out.context.scalar_type(), at::kBFloat16);
    EXPECT_TRUE(at::allclose(out.context.to(at::kDouble), attend(in).context, 0.05, 0.05));
  }
}

TEST(AttendShapes, CausalRangesEndAtTheQueryAndAWindowKeepsTheLast) {
  const at::Tensor queries = offsets_of({4, 0, 2}), rows = offsets_of({3, 2, 5});
  EXPECT_TRUE(at::equal(causal_ranges(queries, rows),
                        at::tensor({0, 1, 0, 2, 0, 3, 0, 3, 0, 1, 0, 2}, at::kLong).view({6, 2})));
  EXPECT_TRUE(at::equal(causal_ranges(queries, rows, 2),
                        at::tensor({0, 1, 0, 2, 1, 3, 2, 3, 0, 1, 0, 2}, at::kLong).view({6, 2})));
}

TEST(AttendShapes, AreChecked) {
  const Form additive{Score::kAdditive, Normaliser::kSoftmax}, dot{Score::kDot, Normaliser::kSoftmax};
  AttendInput in = make_input(additive, {{3, 2}, {2, 1}}, 4, 3);
  in.query_offsets = at::tensor({0, 2, 4}, at::kLong);
  EXPECT_THROW(attend(in), InternalError) << "more queries than rows of the query";
  in.query_offsets = at::Tensor();
  EXPECT_THROW(attend(in), InternalError) << "one query each, but three are given";
  in = make_input(dot, {{3, 2}, {2, 1}}, 4, 4);
  in.memory_projection = awkward({4, 4}, 1.0);
  EXPECT_THROW(attend(in), InternalError) << "a projection that nothing would read";
  in = make_input(additive, {{3, 2}, {2, 1}}, 4, 3);
  in.query = in.query.to(at::kFloat);
  EXPECT_THROW(attend(in), InternalError) << "two types";
  in = make_input(dot, {{3, 2}, {2, 1}}, 4, 4);
  in.heads = 3;
  EXPECT_THROW(attend(in), InternalError) << "four features for three heads";
  in.heads = 1;
  in.visible = at::tensor({0, 3, 0, 3, 0, 3}, at::kLong).view({3, 2});
  EXPECT_THROW(attend(in), InternalError) << "the last query has two rows";
  in.visible = at::tensor({0, 3, 2, 1, 0, 2}, at::kLong).view({3, 2});
  EXPECT_THROW(attend(in), InternalError) << "a range that ends before it begins";
  in.visible = at::tensor({0, 3, 0, 3}, at::kLong).view({2, 2});
  EXPECT_THROW(attend(in), InternalError) << "two ranges for three queries";
  in.visible = at::Tensor();
  EXPECT_THROW(weights_of_rows(in, at::tensor({3}, at::kLong)), InternalError) << "no such query";
  in = make_input(additive, {{3, 2}, {2, 1}}, 4, 3);
  in.keys = awkward({5, 3}, 1.0);
  EXPECT_THROW(attend(in), InternalError) << "keys and a projection that makes them";
}

}  // namespace
}  // namespace fovea::ops
