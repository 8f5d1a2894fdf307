// The operators as libtorch's dispatcher hands them out. What torch itself checks of them is asked by
// tests/ops/operators_check.py, where there is a Python with torch.
#include <functional>
#include <string>

#include <gmock/gmock.h>

#include "ops/attend_operator.h"
#include "ops/dispatch.h"
#include "ops/lookup.h"
#include "ops/recurrence_operator.h"
#include "ops/row_adam.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;
using Given = std::optional<at::Tensor>;
using Count = std::optional<c10::SymInt>;

at::Tensor single(at::IntArrayRef shape, int64_t salt) {
  return awkward(shape, 0.9, salt).to(at::kFloat).set_requires_grad(true);
}

RecurrenceInput both_directions(Cell cell, int64_t input, int64_t hidden) {
  const int64_t rows = gate_count(cell) * hidden;
  RecurrenceInput in;
  in.cell = cell;
  in.offsets = offsets_of({4, 0, 1, 6});
  in.values = single({11, input}, 1);
  for (int64_t d = 0; d < 2; ++d) {
    in.directions.push_back({single({rows, input}, 2 + 9 * d), single({rows, hidden}, 3 + 9 * d),
                             single({rows}, 4 + 9 * d), single({rows}, 5 + 9 * d), nullptr});
  }
  in.initial_hidden = single({2, 4, hidden}, 7);
  return in;
}

AttendInput several_queries(Score score) {
  const bool projected = score == Score::kAdditive || score == Score::kGeneral;
  AttendInput in;
  in.score = score;
  in.normaliser = Normaliser::kEntmax15;
  in.memory_offsets = offsets_of({4, 0, 1, 6});
  in.query_offsets = offsets_of({2, 1, 3, 5});
  in.memory = single({11, 7}, 1);
  in.query = single({11, projected ? 5 : 7}, 2);
  if (projected) in.memory_projection = single({5, 7}, 3);
  if (score == Score::kAdditive) in.score_vector = single({5}, 4);
  return in;
}

at::Tensor call(const RecurrenceInput& in, const char* cell) {
  using Signature =
      at::Tensor(const at::Tensor&, const at::Tensor&, at::TensorList, std::string_view, const Given&, const Given&);
  return operator_named<Signature>("fovea::recurrence")
      .call(in.values, in.offsets, flat_weights(in), cell, in.initial_hidden, std::nullopt);
}

AttendOutput call(const AttendInput& in, const char* score) {
  using Signature = std::tuple<at::Tensor, at::Tensor, at::Tensor>(
      const at::Tensor&, const at::Tensor&, const at::Tensor&, const Given&, std::string_view, std::string_view,
      const Given&, const Given&, bool, int64_t, Count, const Given&, const Given&, bool);
  const auto [context, weights, scores] =
      operator_named<Signature>("fovea::attend")
          .call(in.query, in.memory, in.memory_offsets, in.query_offsets, score, "entmax15",
                if_defined(in.memory_projection), if_defined(in.score_vector), in.causal, in.heads, std::nullopt,
                if_defined(in.keys), if_defined(in.visible), true);
  return {context, weights, scores, {}};
}

TEST(Operator, RecurrenceIsTheSameThroughTheDispatcher) {
  const RecurrenceInput in = both_directions(Cell::kGru, 5, 3);
  const at::Tensor direct = recurrence(in).states, dispatched = call(in, "gru");
  EXPECT_TRUE(at::equal(direct, dispatched));
  EXPECT_TRUE(dispatched.requires_grad());
  direct.square().sum().backward();
  const at::Tensor wanted = in.values.grad().clone();
  in.values.mutable_grad() = at::Tensor();
  dispatched.square().sum().backward();
  EXPECT_TRUE(at::equal(in.values.grad(), wanted));
}

AttendInput heads_with_keys(Score score) {
  AttendInput in = several_queries(Score::kDot);
  in.score = score;
  in.memory = single({11, 4}, 1), in.keys = single({11, 6}, 5), in.query = single({11, 6}, 2);
  if (score == Score::kAdditive) in.score_vector = single({6}, 4);
  in.heads = 2;
  in.visible = causal_ranges(in.query_offsets, in.memory_offsets);
  return in;
}

TEST(Operator, LastStatesAreTheSameThroughTheDispatcher) {
  for (const Cell cell : {Cell::kLstm, Cell::kGru}) {
    RecurrenceInput in = both_directions(cell, 5, 3);
    if (cell == Cell::kLstm) in.initial_cell = single({2, 4, 3}, 8);
    using Signature = std::vector<at::Tensor>(const at::Tensor&, const at::Tensor&, at::TensorList, std::string_view,
                                              const Given&, const Given&);
    const auto call_of = [&](const at::Tensor& values) {
      return operator_named<Signature>("fovea::recurrence_with_last")
          .call(values, in.offsets, flat_weights(in), cell == Cell::kLstm ? "lstm" : "gru", in.initial_hidden,
                if_defined(in.initial_cell));
    };
    const std::vector<at::Tensor> direct = flat_output(recurrence(in)), dispatched = call_of(in.values);
    const std::vector<at::Tensor> shapes = call_of(in.values.to(at::kMeta));
    ASSERT_EQ(dispatched.size(), cell == Cell::kLstm ? 3U : 2U);
    ASSERT_EQ(shapes.size(), direct.size());
    for (size_t i = 0; i < direct.size(); ++i) {
      EXPECT_TRUE(at::equal(direct[i], dispatched[i])) << i;
      EXPECT_TRUE(dispatched[i].requires_grad()) << i;
      EXPECT_EQ(shapes[i].sizes(), direct[i].sizes()) << i;
    }
  }
}

TEST(Operator, AttendIsTheSameThroughTheDispatcher) {
  const AttendInput two = heads_with_keys(Score::kScaledDot);
  EXPECT_TRUE(at::equal(attend(two).context, call(two, "scaled_dot").context));
  EXPECT_TRUE(at::equal(attend(two).weights, call(two, "scaled_dot").weights));
  const AttendInput in = several_queries(Score::kGeneral);
  const AttendOutput direct = attend(in), dispatched = call(in, "general");
  EXPECT_TRUE(at::equal(direct.context, dispatched.context));
  EXPECT_TRUE(at::equal(direct.weights, dispatched.weights));
  EXPECT_TRUE(at::equal(direct.scores, dispatched.scores));
  EXPECT_TRUE(dispatched.context.requires_grad());
}

TEST(Operator, RecordedPassesOfTheRecurrenceAreTheDirectOnesAndWriteToNothingKept) {
  const at::NoGradGuard guard;
  for (const Cell cell : {Cell::kLstm, Cell::kGru, Cell::kGruResetBefore, Cell::kElmanTanh}) {
    SCOPED_TRACE(static_cast<int>(cell));
    const RecurrenceInput in = both_directions(cell, 5, 3);
    RecurrenceOutput upper = {awkward({11, 6}, 1.0, 8).to(at::kFloat), awkward({2, 4, 3}, 1.0, 9).to(at::kFloat), {}};
    if (cell == Cell::kLstm) upper.cell = awkward({2, 4, 3}, 1.0, 10).to(at::kFloat);
    RecurrencePass direct = recurrence_forward(in);
    const RecurrencePass recorded = call_recurrence_forward(in);
    EXPECT_TRUE(at::equal(direct.output.states, recorded.output.states));
    EXPECT_TRUE(at::equal(direct.output.hidden, recorded.output.hidden));
    ASSERT_EQ(recorded.output.cell.defined(), cell == Cell::kLstm);
    EXPECT_TRUE(cell != Cell::kLstm || at::equal(direct.output.cell, recorded.output.cell));
    const RecurrenceDown wanted = recurrence_backward(in, direct, upper, true);
    for (const int time : {1, 2}) {
      const RecurrenceDown got = call_recurrence_backward(in, recorded, upper, true);
      EXPECT_TRUE(at::equal(got.values, wanted.values)) << "time " << time;
      EXPECT_TRUE(at::equal(got.initial_hidden, wanted.initial_hidden));
      ASSERT_EQ(got.weights.size(), wanted.weights.size());
      for (size_t i = 0; i < got.weights.size(); ++i) EXPECT_TRUE(at::equal(got.weights[i], wanted.weights[i])) << i;
    }
  }
}

TEST(Operator, RecordedPassesOfAttendAreTheDirectOnes) {
  const at::NoGradGuard guard;
  for (const Score score : {Score::kAdditive, Score::kDot, Score::kScaledDot, Score::kGeneral}) {
    const AttendInput in = several_queries(score);
    const Attended direct = attend_forward(in), recorded = call_attend_forward(in, 4 * 2 + 1 * 3 + 6 * 5);
    EXPECT_TRUE(at::equal(direct.context, recorded.context));
    const AttendUpper upper{awkward({11, 7}, 1.0, 8).to(at::kFloat), direct.weights, at::Tensor()};
    const AttendDown wanted = attend_backward(in, direct, upper), got = call_attend_backward(in, recorded, upper);
    EXPECT_TRUE(at::equal(got.query, wanted.query));
    EXPECT_TRUE(at::equal(got.memory, wanted.memory));
    ASSERT_EQ(got.projection.defined(), in.memory_projection.defined());
    ASSERT_EQ(got.score_vector.defined(), in.score_vector.defined());
    EXPECT_TRUE(!got.projection.defined() || at::equal(got.projection, wanted.projection));
    EXPECT_TRUE(!got.score_vector.defined() || at::equal(got.score_vector, wanted.score_vector));
  }
}

TEST(Operator, RecordedPassesOfHeadsWithKeysAreTheDirectOnesWithWeightsAndWithout) {
  const at::NoGradGuard guard;
  for (const Score score : {Score::kAdditive, Score::kScaledDot}) {
    for (const bool hand_out : {true, false}) {
      AttendInput in = heads_with_keys(score);
      in.most_weights = hand_out ? kAllWeights : -1;
      const Attended direct = attend_forward(in), recorded = call_attend_forward(in, 4 * 2 + 1 * 3 + 6 * 5);
      EXPECT_TRUE(at::equal(direct.context, recorded.context));
      EXPECT_TRUE(at::equal(direct.row_constants, recorded.row_constants));
      ASSERT_EQ(direct.weights.defined(), hand_out);
      ASSERT_EQ(recorded.weights.defined(), hand_out);
      const AttendUpper upper{awkward({11, 4}, 1.0, 8).to(at::kFloat), direct.weights, at::Tensor()};
      const AttendDown wanted = attend_backward(in, direct, upper), got = call_attend_backward(in, recorded, upper);
      EXPECT_TRUE(at::equal(got.query, wanted.query));
      EXPECT_TRUE(at::equal(got.keys, wanted.keys));
      EXPECT_TRUE(at::equal(got.memory, wanted.memory));
      EXPECT_FALSE(got.projection.defined());
      EXPECT_TRUE(!wanted.score_vector.defined() || at::equal(got.score_vector, wanted.score_vector));
    }
  }
}

TEST(Operator, ShapesAreKnownWithoutNumbers) {
  RecurrenceInput in = both_directions(Cell::kElmanTanh, 5, 3);
  in.values = in.values.to(at::kMeta);
  EXPECT_EQ(call(in, "elman_tanh").sizes(), at::IntArrayRef({11, 6}));
  AttendInput one = several_queries(Score::kDot);
  for (at::Tensor* tensor : {&one.query, &one.memory, &one.memory_offsets}) *tensor = tensor->to(at::kMeta);
  EXPECT_THROW(call(one, "dot"), c10::ValueError) << "W of several queries is in the offsets";
  one.query_offsets = at::Tensor();
  one.query = one.query.slice(0, 0, 4).narrow(1, 0, 6);
  one.memory = one.memory.narrow(1, 0, 6);
  using Signature = std::tuple<at::Tensor, at::Tensor, at::Tensor>(
      const at::Tensor&, const at::Tensor&, const at::Tensor&, const Given&, std::string_view, std::string_view,
      const Given&, const Given&, bool, int64_t, Count, const Given&, const Given&, bool);
  const auto out = operator_named<Signature>("fovea::attend")
                       .call(one.query, one.memory, one.memory_offsets, std::nullopt, "dot", "softmax", std::nullopt,
                             std::nullopt, false, 2, std::nullopt, std::nullopt, std::nullopt, true);
  EXPECT_EQ(std::get<0>(out).sizes(), at::IntArrayRef({4, 6}));
  EXPECT_EQ(std::get<1>(out).sizes(), at::IntArrayRef({2 * 11}));
}

std::string words_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Operator, SecondDerivativesAreRefusedInWords) {
  const auto twice = [](const at::Tensor& out) {
    return words_of([&] { out.square().sum().backward({}, std::nullopt, /*create_graph=*/true); });
  };
  EXPECT_THAT(twice(recurrence(both_directions(Cell::kLstm, 5, 3)).states), testing::HasSubstr("second derivatives"));
  EXPECT_THAT(twice(attend(several_queries(Score::kAdditive)).context), testing::HasSubstr("second derivatives"));
  EXPECT_THAT(twice(lookup(single({5, 3}, 1), at::tensor({4, 0}, at::kLong))),
              testing::HasSubstr("second derivatives"));
}

TEST(Operator, UnknownNamesAreRefusedWithTheKnownOnes) {
  EXPECT_THAT(words_of([] { call(both_directions(Cell::kLstm, 5, 3), "rnn"); }),
              testing::HasSubstr("no cell is called 'rnn'; there are lstm, gru"));
  EXPECT_THAT(words_of([] { call(several_queries(Score::kDot), "cosine"); }),
              testing::HasSubstr("no score is called 'cosine'; there are additive dot"));
}

TEST(Operator, RowAdamIsTheSameThroughTheDispatcherAndRefusesRepeatedRows) {
  using Signature = void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                         const at::Tensor&, const at::Tensor&, double, double, double, double, double);
  const auto step = operator_named<Signature>("fovea::row_adam");
  const auto make = [] {
    return RowAdamTable{awkward({9, 5}, 1.0, 1).to(at::kFloat), at::zeros({9, 5}), at::zeros({9, 5}),
                        at::zeros({9}, at::kLong), at::zeros({9}, at::kDouble)};
  };
  const at::Tensor rows = at::tensor({1, 7}, at::kLong), gradients = awkward({2, 5}, 1.0, 2).to(at::kFloat);
  const RowAdamTable wanted = make(), got = make();
  row_adam(wanted, at::_sparse_coo_tensor_unsafe(rows.unsqueeze(0), gradients, {9, 5}), {0.1, 0.8, 0.9, 1e-6, -0.2});
  step.call(got.table, got.first, got.second, got.counts, got.decays, rows, gradients, 0.1, 0.8, 0.9, 1e-6, -0.2);
  EXPECT_TRUE(at::equal(got.table, wanted.table));
  EXPECT_FALSE(at::equal(got.table, make().table));
  for (const at::Tensor& wrong : {at::tensor({7, 1}, at::kLong), at::tensor({1, 1}, at::kLong),
                                  at::tensor({1, 9}, at::kLong), at::tensor({-1, 1}, at::kLong)}) {
    EXPECT_THAT(words_of([&] {
                  step.call(got.table, got.first, got.second, got.counts, got.decays, wrong, gradients, 0.1, 0.8, 0.9,
                            1e-6, -0.2);
                }),
                testing::HasSubstr("rise without repeats"));
  }
}

}  // namespace
}  // namespace fovea::ops
