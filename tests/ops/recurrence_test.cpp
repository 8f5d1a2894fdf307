#include "ops/recurrence.h"

#include "base/errors.h"
#include "kernels/reference/recurrence.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;

struct Shape {
  Cell cell;
  bool reverse;
  int64_t input, hidden;
};

std::string shape_name(const testing::TestParamInfo<Shape>& info) {
  const char* cells[] = {"Lstm", "Gru", "Elman"};
  return std::string(cells[static_cast<int>(info.param.cell)]) + (info.param.reverse ? "Backward" : "Forward") +
         std::to_string(info.param.input) + "x" + std::to_string(info.param.hidden);
}

RecurrenceInput make_input(const Shape& shape, const std::vector<int64_t>& lengths) {
  const int64_t rows = gate_count(shape.cell) * shape.hidden;
  RecurrenceInput in;
  in.cell = shape.cell;
  in.reverse = shape.reverse;
  in.offsets = offsets_of(lengths);
  in.values = awkward({in.offsets[-1].item<int64_t>(), shape.input}, 1.3, 1);
  in.input_weight = awkward({rows, shape.input}, 0.7, 2);
  in.hidden_weight = awkward({rows, shape.hidden}, 0.9, 3);
  in.input_bias = awkward({rows}, 0.4, 4);
  in.hidden_bias = awkward({rows}, 0.3, 5);
  return in;
}

at::Tensor by_reference(const RecurrenceInput& in) {
  const int64_t hidden = in.hidden_weight.size(1);
  at::Tensor out = at::empty({in.values.size(0), hidden}, at::kDouble);
  // LSTM and Elman have one bias in the reference: the sum of the two.
  const at::Tensor bias = in.cell == Cell::kGru ? in.input_bias : in.input_bias + in.hidden_bias;
  kernels::reference::RecurrenceArguments arguments;
  arguments.input_width = in.values.size(1);
  arguments.hidden_width = hidden;
  arguments.reverse = in.reverse;
  arguments.offsets = in.offsets.const_data_ptr<int64_t>();
  arguments.input = in.values.const_data_ptr<double>();
  arguments.input_weights = in.input_weight.const_data_ptr<double>();
  arguments.hidden_weights = in.hidden_weight.const_data_ptr<double>();
  arguments.bias = bias.const_data_ptr<double>();
  arguments.hidden_bias = in.cell == Cell::kGru ? in.hidden_bias.const_data_ptr<double>() : nullptr;
  arguments.output = out.mutable_data_ptr<double>();
  const int64_t sequences = in.offsets.numel() - 1;
  switch (in.cell) {
    case Cell::kLstm:
      kernels::reference::lstm(arguments, 0, sequences);
      break;
    case Cell::kGru:
      kernels::reference::gru(arguments, 0, sequences);
      break;
    case Cell::kElman:
      kernels::reference::elman(arguments, 0, sequences);
      break;
  }
  return out;
}

class Recurrence : public testing::TestWithParam<Shape> {};

TEST_P(Recurrence, AgreesWithTheReference) {
  for (const std::vector<int64_t>& lengths : {std::vector<int64_t>{5, 0, 1, 13, 2, 0}, {1}, {0, 0}, {7, 7, 7}}) {
    const RecurrenceInput in = make_input(GetParam(), lengths);
    EXPECT_TRUE(at::allclose(recurrence(in), by_reference(in), 1e-10, 1e-12)) << "first length " << lengths[0];
  }
}

TEST_P(Recurrence, SinglePrecisionAgreesWithTheReference) {
  RecurrenceInput in = make_input(GetParam(), {9, 1, 0, 23});
  const at::Tensor expected = by_reference(in);
  for (at::Tensor* tensor : {&in.values, &in.input_weight, &in.hidden_weight, &in.input_bias, &in.hidden_bias})
    *tensor = tensor->to(at::kFloat);
  EXPECT_TRUE(at::allclose(recurrence(in).to(at::kDouble), expected, 1e-4, 1e-5));
}

TEST_P(Recurrence, NeighboursDoNotMatter) {
  const RecurrenceInput together = make_input(GetParam(), {4, 9, 1});
  RecurrenceInput alone = together;
  alone.values = together.values.slice(0, 4, 13).contiguous();
  alone.offsets = offsets_of({9});
  EXPECT_TRUE(at::allclose(recurrence(together).slice(0, 4, 13), recurrence(alone), 1e-12, 1e-12));
}

TEST_P(Recurrence, Gradients) {
  const Shape small{GetParam().cell, GetParam().reverse, 3, 2};
  const RecurrenceInput in = make_input(small, {3, 0, 1, 2});
  const at::Tensor mix = awkward({6, 2}, 1.0, 9);
  test::expect_gradients({in.values, in.input_weight, in.hidden_weight, in.input_bias, in.hidden_bias},
                         [&](const std::vector<at::Tensor>& v) {
                           RecurrenceInput at = in;
                           at.values = v[0];
                           at.input_weight = v[1];
                           at.hidden_weight = v[2];
                           at.input_bias = v[3];
                           at.hidden_bias = v[4];
                           return (recurrence(at) * mix).sum();
                         });
}

TEST_P(Recurrence, SameBitsTwice) {
  RecurrenceInput in = make_input(GetParam(), {31, 7, 12, 1, 19});
  at::Tensor first;
  for (int round = 0; round < 3; ++round) {
    at::Tensor weight = in.input_weight.to(at::kFloat).set_requires_grad(true);
    RecurrenceInput single = in;
    single.values = in.values.to(at::kFloat);
    single.input_weight = weight;
    single.hidden_weight = in.hidden_weight.to(at::kFloat);
    single.input_bias = in.input_bias.to(at::kFloat);
    single.hidden_bias = in.hidden_bias.to(at::kFloat);
    recurrence(single).sum().backward();
    if (round == 0) first = weight.grad();
    EXPECT_TRUE(at::equal(first, weight.grad()));
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, Recurrence,
                         testing::Values(Shape{Cell::kLstm, false, 5, 3}, Shape{Cell::kLstm, true, 7, 33},
                                         Shape{Cell::kGru, false, 1, 17}, Shape{Cell::kGru, true, 6, 5},
                                         Shape{Cell::kElman, false, 19, 1}, Shape{Cell::kElman, true, 4, 9}),
                         shape_name);

TEST(RecurrenceShapes, AreChecked) {
  RecurrenceInput in = make_input({Cell::kLstm, false, 3, 2}, {2, 1});
  in.input_weight = awkward({8, 4}, 1.0);
  EXPECT_THROW(recurrence(in), InternalError);
}

}  // namespace
}  // namespace fovea::ops
