#include "ops/recurrence.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include "base/errors.h"
#include "kernels/reference/recurrence.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;

struct Shape {
  Cell cell;
  int64_t directions;
  int64_t input, hidden;
};

std::string shape_name(const testing::TestParamInfo<Shape>& info) {
  const char* cells[] = {"Lstm", "Gru", "GruResetBefore", "ElmanTanh", "ElmanRelu"};
  return std::string(cells[static_cast<int>(info.param.cell)]) + (info.param.directions == 2 ? "Both" : "One") +
         std::to_string(info.param.input) + "x" + std::to_string(info.param.hidden);
}

RecurrenceInput make_input(const Shape& shape, const std::vector<int64_t>& lengths) {
  const int64_t rows = gate_count(shape.cell) * shape.hidden;
  RecurrenceInput in;
  in.cell = shape.cell;
  in.offsets = offsets_of(lengths);
  in.values = awkward({in.offsets[-1].item<int64_t>(), shape.input}, 1.3, 1);
  for (int64_t d = 0; d < shape.directions; ++d) {
    in.directions.push_back({awkward({rows, shape.input}, 0.7, 2 + 10 * d),
                             awkward({rows, shape.hidden}, 0.9, 3 + 10 * d), awkward({rows}, 0.4, 4 + 10 * d),
                             awkward({rows}, 0.3, 5 + 10 * d), nullptr});
  }
  return in;
}

// Every tensor of the input, for changes to all of them.
std::vector<at::Tensor*> tensors_of(RecurrenceInput& in) {
  std::vector<at::Tensor*> all = {&in.values};
  for (at::Tensor* state : {&in.initial_hidden, &in.initial_cell}) {
    if (state->defined()) all.push_back(state);
  }
  for (RecurrenceWeights& w : in.directions) {
    all.insert(all.end(), {&w.input_weight, &w.hidden_weight, &w.input_bias, &w.hidden_bias});
  }
  return all;
}

RecurrenceInput in_float(RecurrenceInput in) {
  for (at::Tensor* tensor : tensors_of(in)) *tensor = tensor->to(at::kFloat);
  return in;
}

void add_initial_states(RecurrenceInput& in) {
  const std::vector<int64_t> sizes = {static_cast<int64_t>(in.directions.size()), in.offsets.numel() - 1,
                                      in.directions[0].hidden_weight.size(1)};
  in.initial_hidden = awkward(sizes, 0.6, 21);
  if (in.cell == Cell::kLstm) in.initial_cell = awkward(sizes, 0.9, 22);
}

at::Tensor by_reference(const RecurrenceInput& in, int64_t direction) {
  const RecurrenceWeights& w = in.directions[static_cast<size_t>(direction)];
  at::Tensor out = at::empty({in.values.size(0), w.hidden_weight.size(1)}, at::kDouble);
  // LSTM and Elman have one bias in the reference: the sum of the two.
  const at::Tensor bias = in.cell == Cell::kGru ? w.input_bias : w.input_bias + w.hidden_bias;
  kernels::reference::RecurrenceArguments arguments;
  arguments.input_width = in.values.size(1);
  arguments.hidden_width = w.hidden_weight.size(1);
  arguments.reverse = direction == 1;
  arguments.offsets = in.offsets.const_data_ptr<int64_t>();
  arguments.input = in.values.const_data_ptr<double>();
  arguments.input_weights = w.input_weight.const_data_ptr<double>();
  arguments.hidden_weights = w.hidden_weight.const_data_ptr<double>();
  arguments.bias = bias.const_data_ptr<double>();
  arguments.hidden_bias = in.cell == Cell::kGru ? w.hidden_bias.const_data_ptr<double>() : nullptr;
  arguments.output = out.mutable_data_ptr<double>();
  const int64_t sequences = in.offsets.numel() - 1;
  switch (in.cell) {
    case Cell::kLstm:
      kernels::reference::lstm(arguments, 0, sequences);
      break;
    case Cell::kGru:
      kernels::reference::gru(arguments, 0, sequences);
      break;
    default:
      kernels::reference::elman(arguments, 0, sequences);
      break;
  }
  return out;
}

at::Tensor by_reference(const RecurrenceInput& in) {
  if (in.directions.size() == 1) return by_reference(in, 0);
  return at::cat({by_reference(in, 0), by_reference(in, 1)}, 1);
}

bool has_reference(Cell cell) {  // of this call's form; the others' are in tests/kernels
  return cell == Cell::kLstm || cell == Cell::kGru || cell == Cell::kElmanTanh;
}

// A number that every place of the output has its own part in.
at::Tensor mixed(const RecurrenceOutput& out) {
  at::Tensor sum = (out.states * awkward(out.states.sizes(), 1.0, 9).to(out.states.scalar_type())).sum();
  for (const at::Tensor& last : {out.hidden, out.cell}) {
    if (last.defined()) sum = sum + (last * awkward(last.sizes(), 1.0, 11).to(last.scalar_type())).sum();
  }
  return sum;
}

void expect_same_bits(const RecurrenceOutput& a, const RecurrenceOutput& b) {
  EXPECT_TRUE(at::equal(a.states, b.states));
  EXPECT_TRUE(at::equal(a.hidden, b.hidden));
  ASSERT_EQ(a.cell.defined(), b.cell.defined());
  EXPECT_TRUE(!a.cell.defined() || at::equal(a.cell, b.cell));
}

class Recurrence : public testing::TestWithParam<Shape> {};

TEST_P(Recurrence, AgreesWithTheReference) {
  if (!has_reference(GetParam().cell)) GTEST_SKIP() << "its plain loops are compared in tests/kernels";
  for (const std::vector<int64_t>& lengths : {std::vector<int64_t>{5, 0, 1, 13, 2, 0}, {1}, {0, 0}, {7, 7, 7}}) {
    const RecurrenceInput in = make_input(GetParam(), lengths);
    EXPECT_TRUE(at::allclose(recurrence(in).states, by_reference(in), 1e-10, 1e-12)) << "first length " << lengths[0];
  }
}

TEST_P(Recurrence, FusedAgreesWithTheCompositeForm) {
  for (const std::vector<int64_t>& lengths : {std::vector<int64_t>{9, 1, 0, 23}, {0}, {1, 1}, {40}}) {
    for (const bool initial : {false, true}) {
      RecurrenceInput in = make_input(GetParam(), lengths);
      if (initial) add_initial_states(in);
      const RecurrenceInput single = in_float(in);
      ASSERT_TRUE(takes_fused_recurrence(single));
      const RecurrenceOutput fused = recurrence(single), composite = recurrence(in);
      const auto expect_near = [&](const at::Tensor& got, const at::Tensor& wanted) {
        EXPECT_TRUE(at::allclose(got.to(at::kDouble), wanted, 1e-4, 1e-5)) << lengths[0];
      };
      expect_near(fused.states, composite.states);
      expect_near(fused.hidden, composite.hidden);
      ASSERT_EQ(fused.cell.defined(), in.cell == Cell::kLstm);
      ASSERT_EQ(composite.cell.defined(), in.cell == Cell::kLstm);
      if (fused.cell.defined()) expect_near(fused.cell, composite.cell);
    }
  }
}

// Every gradient of the kernels against the composite form in double, whose own stand against differences below.
TEST_P(Recurrence, FusedGradientsAgreeWithTheCompositeForm) {
  RecurrenceInput in = make_input(GetParam(), {6, 0, 11, 1, 3});
  add_initial_states(in);
  RecurrenceInput single = in_float(in);
  for (at::Tensor* tensor : tensors_of(in)) tensor->set_requires_grad(true);
  for (at::Tensor* tensor : tensors_of(single)) tensor->set_requires_grad(true);
  mixed(recurrence(in)).backward();
  mixed(recurrence(single)).backward();
  const auto expected = tensors_of(in), actual = tensors_of(single);
  for (size_t i = 0; i < expected.size(); ++i) {
    const at::Tensor wanted = expected[i]->grad(), got = actual[i]->grad().to(at::kDouble);
    const double scale = std::max(1.0, wanted.abs().max().item<double>());
    EXPECT_LT((got - wanted).abs().max().item<double>(), 1e-4 * scale) << "tensor " << i;
  }
}

TEST_P(Recurrence, TrainingAndInferenceGiveTheSameBits) {
  RecurrenceInput in = in_float(make_input(GetParam(), {5, 2, 17}));
  const RecurrenceOutput plain = recurrence(in);
  in.directions[0].input_weight.set_requires_grad(true);
  expect_same_bits(plain, recurrence(in));
}

TEST_P(Recurrence, PackedWeightsGiveTheSameBits) {
  RecurrenceInput in = in_float(make_input(GetParam(), {5, 0, 2, 17}));
  const RecurrenceOutput plain = recurrence(in);
  for (RecurrenceWeights& w : in.directions) w.packed = pack_recurrence(in.cell, w);
  expect_same_bits(plain, recurrence(in));
}

// In floats by the kernels, in doubles by the composite form, with a gradient as any other values.
TEST_P(Recurrence, RowsThatAreAlikeAreGivenOnce) {
  const RecurrenceInput each = make_input(GetParam(), {5, 0, 2, 4});
  RecurrenceInput once = each;
  once.values = each.values.narrow(0, 0, 3).contiguous();
  once.which = at::tensor({2, 0, 0, 1, 1, 2, 0, 2, 1, 0, 1}, at::kLong);
  RecurrenceInput spread = each;
  spread.values = once.values.index_select(0, once.which);
  EXPECT_TRUE(at::allclose(recurrence(once).states, recurrence(spread).states, 1e-12, 1e-12));
  once = in_float(once);
  expect_same_bits(recurrence(in_float(spread)), recurrence(once));
  for (RecurrenceWeights& w : once.directions) w.packed = pack_recurrence(once.cell, w);
  expect_same_bits(recurrence(in_float(spread)), recurrence(once));
  once.values.set_requires_grad(true);
  recurrence(once).states.sum().backward();
  EXPECT_EQ(once.values.grad().sizes(), once.values.sizes());
}

TEST_P(Recurrence, NeighboursDoNotMatter) {
  const RecurrenceInput together = make_input(GetParam(), {4, 9, 1});
  RecurrenceInput alone = together;
  alone.values = together.values.slice(0, 4, 13).contiguous();
  alone.offsets = offsets_of({9});
  EXPECT_TRUE(at::allclose(recurrence(together).states.slice(0, 4, 13), recurrence(alone).states, 1e-12, 1e-12));
}

TEST_P(Recurrence, Gradients) {
  RecurrenceInput in = make_input({GetParam().cell, GetParam().directions, 3, 2}, {3, 0, 1, 2});
  add_initial_states(in);
  std::vector<at::Tensor> values;
  for (const at::Tensor* tensor : tensors_of(in)) values.push_back(*tensor);
  test::expect_gradients(values, [&](const std::vector<at::Tensor>& v) {
    RecurrenceInput at = in;
    const auto places = tensors_of(at);
    for (size_t i = 0; i < places.size(); ++i) *places[i] = v[i];
    return mixed(recurrence(at));
  });
}

TEST_P(Recurrence, SameBitsForAnyNumberOfThreads) {
  const RecurrenceInput in = in_float(make_input(GetParam(), {31, 7, 12, 1, 19, 0, 3}));
  std::vector<at::Tensor> first;
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    RecurrenceInput now = in;
    for (at::Tensor* tensor : tensors_of(now)) *tensor = tensor->clone().set_requires_grad(true);
    mixed(recurrence(now)).backward();
    std::vector<at::Tensor> gradients;
    for (const at::Tensor* tensor : tensors_of(now)) gradients.push_back(tensor->grad());
    if (first.empty()) first = gradients;
    for (size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(at::equal(first[i], gradients[i])) << threads << ", " << i;
  }
  at::set_num_threads(1);
}

// Every sequence cut in two: the second call goes on where the first has ended, in the values and in the gradients.
TEST_P(Recurrence, GoesOnFromTheLastStates) {
  if (GetParam().directions == 2) GTEST_SKIP() << "the second direction begins at the end";
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    RecurrenceInput whole = make_input(GetParam(), {5, 2, 0, 9});
    add_initial_states(whole);
    for (at::Tensor* tensor : tensors_of(whole)) *tensor = tensor->to(type).set_requires_grad(true);
    const at::Tensor first_rows = at::tensor({0, 1, 7, 8, 9}, at::kLong),  // 2, 0, 0 and 3 rows of the four
        second_rows = at::tensor({2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15}, at::kLong);
    RecurrenceInput part = whole;
    part.values = whole.values.index_select(0, first_rows);
    part.offsets = offsets_of({2, 0, 0, 3});
    const RecurrenceOutput first = recurrence(part);
    part.values = whole.values.index_select(0, second_rows);
    part.offsets = offsets_of({3, 2, 0, 6});
    part.initial_hidden = first.hidden;
    part.initial_cell = first.cell;
    const RecurrenceOutput second = recurrence(part);
    const at::Tensor joined = at::zeros_like(whole.values.narrow(1, 0, 1).expand({16, GetParam().hidden}).contiguous())
                                  .index_copy(0, first_rows, first.states)
                                  .index_copy(0, second_rows, second.states);
    const RecurrenceOutput expected = recurrence(whole), got = {joined, second.hidden, second.cell};
    const double tolerance = type == at::kDouble ? 1e-12 : 0;  // the kernels give the same bits
    EXPECT_TRUE(at::allclose(got.states, expected.states, 0, tolerance));
    EXPECT_TRUE(at::allclose(got.hidden, expected.hidden, 0, tolerance));
    if (expected.cell.defined()) {
      EXPECT_TRUE(at::allclose(got.cell, expected.cell, 0, tolerance));
    }
    std::vector<at::Tensor> leaves;
    for (const at::Tensor* tensor : tensors_of(whole)) leaves.push_back(*tensor);
    const auto wanted = torch::autograd::grad({mixed(expected)}, leaves),
               found = torch::autograd::grad({mixed(got)}, leaves);
    for (size_t i = 0; i < leaves.size(); ++i) {
      const double scale = std::max(1.0, wanted[i].abs().max().item<double>());
      EXPECT_LT((wanted[i] - found[i]).abs().max().item<double>(), (type == at::kDouble ? 1e-12 : 1e-5) * scale) << i;
    }
  }
}

// Only the last states are asked for, of either kind.
TEST_P(Recurrence, LastStatesAloneHaveGradients) {
  for (const bool cell : {false, true}) {
    if (cell && GetParam().cell != Cell::kLstm) continue;
    RecurrenceInput in = make_input(GetParam(), {3, 0, 1});
    RecurrenceInput single = in_float(in);
    in.values.set_requires_grad(true), single.values.set_requires_grad(true);
    const auto chosen = [&](const RecurrenceOutput& out) { return (cell ? out.cell : out.hidden).sum(); };
    chosen(recurrence(in)).backward();
    chosen(recurrence(single)).backward();
    EXPECT_GT(in.values.grad().abs().sum().item<double>(), 0);
    EXPECT_TRUE(at::allclose(single.values.grad().to(at::kDouble), in.values.grad(), 1e-4, 1e-5));
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, Recurrence,
                         testing::Values(Shape{Cell::kLstm, 1, 5, 3}, Shape{Cell::kLstm, 2, 7, 33},
                                         Shape{Cell::kGru, 1, 1, 17}, Shape{Cell::kGru, 2, 6, 5},
                                         Shape{Cell::kGruResetBefore, 2, 3, 7}, Shape{Cell::kElmanTanh, 1, 19, 1},
                                         Shape{Cell::kElmanTanh, 2, 4, 9}, Shape{Cell::kElmanRelu, 2, 4, 9}),
                         shape_name);

TEST(RecurrenceShapes, AreChecked) {
  RecurrenceInput in = make_input({Cell::kLstm, 1, 3, 2}, {2, 1});
  in.directions[0].input_weight = awkward({8, 4}, 1.0);
  EXPECT_THROW(recurrence(in), InternalError);
}

TEST(RecurrenceShapes, AGraphIsGoneThroughOnce) {
  RecurrenceInput in = in_float(make_input({Cell::kLstm, 1, 3, 2}, {2, 1}));
  in.values.set_requires_grad(true);
  const at::Tensor loss = recurrence(in).states.sum();
  loss.backward({}, /*retain_graph=*/true);
  EXPECT_THROW(loss.backward(), std::exception);
}

}  // namespace
}  // namespace fovea::ops
