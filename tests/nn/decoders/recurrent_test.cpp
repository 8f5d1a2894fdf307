#include "nn/decoders/recurrent.h"

#include <ATen/Functions.h>

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::nn {
namespace {

using test::awkward;
using test::offsets_of;

constexpr int64_t kInput = 3, kHidden = 5, kLayers = 2;

RecurrentDecoder make_decoder(ops::Cell cell, at::ScalarType type, double dropout = 0) {
  RecurrentDecoder decoder(RecurrentOptions{cell, kInput, kHidden, kLayers, 1, {dropout}}, Stream(7) / "decoder");
  test::convert(*decoder, type);
  return decoder;
}

std::vector<LayerState> states_of(ops::Cell cell, int64_t sequences, at::ScalarType type) {
  std::vector<LayerState> states;
  for (int64_t layer = 0; layer < kLayers; ++layer) {
    states.push_back({awkward({1, sequences, kHidden}, 0.7, 3 + layer).to(type), {}});
    if (cell == ops::Cell::kLstm) states.back().cell = awkward({1, sequences, kHidden}, 0.8, 13 + layer).to(type);
  }
  return states;
}

// Three hypotheses of four places each, once as whole outputs and once place by place.
TEST(RecurrentDecoder, StepsGiveTheNumbersOfTheWholeOutput) {
  for (const ops::Cell cell : {ops::Cell::kLstm, ops::Cell::kGru, ops::Cell::kElmanTanh}) {
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
      for (const bool begun : {false, true}) {
        RecurrentDecoder decoder = make_decoder(cell, type);
        decoder->pack();
        const at::NoGradGuard guard;
        const at::Tensor values = awkward({12, kInput}, 1.1).to(type);
        const std::vector<LayerState> begin = begun ? states_of(cell, 3, type) : std::vector<LayerState>();
        const RecurrentOutput whole = decoder->forward(values, offsets_of({4, 4, 4}), {}, begin);
        RecurrentSteps steps(decoder, 3);
        for (int time = 0; time < 2; ++time) {  // the second time in the memory of the first
          steps.begin(3, begin);
          for (int64_t t = 0; t < 4; ++t) {
            const at::Tensor states = steps.step(values.view({3, 4, kInput}).select(1, t).contiguous(), {});
            EXPECT_TRUE(at::allclose(states, whole.states.view({3, 4, kHidden}).select(1, t), 0,
                                     type == at::kFloat ? 0 : 1e-12))
                << static_cast<int>(cell) << " " << at::toString(type) << " place " << t;
          }
        }
      }
    }
  }
}

// A beam of one that becomes four, of which two go on twice: each must have what its own way through the words gives.
TEST(RecurrentDecoder, HypothesesGoOnFromTheirParents) {
  RecurrentDecoder decoder = make_decoder(ops::Cell::kLstm, at::kFloat);
  decoder->pack();
  const at::NoGradGuard guard;
  const at::Tensor words = awkward({6, kInput}, 1.0, 4).to(at::kFloat);
  const auto read = [&](const std::vector<int64_t>& ids) { return words.index_select(0, at::tensor(ids, at::kLong)); };
  const std::vector<LayerState> begin = states_of(ops::Cell::kLstm, 1, at::kFloat);
  RecurrentSteps steps(decoder, 4);
  steps.begin(1, begin);
  steps.step(read({0}), {});
  steps.step(read({1, 2, 3, 4}), at::zeros({4}, at::kLong));
  EXPECT_EQ(steps.hypotheses(), 4);
  steps.step(read({5, 1, 2}), at::tensor({3, 1, 3}, at::kLong));
  const at::Tensor last = steps.step(read({3, 4, 0}), {});
  const std::vector<std::vector<int64_t>> ways = {{0, 4, 5, 3}, {0, 2, 1, 4}, {0, 4, 2, 0}};
  for (size_t i = 0; i < ways.size(); ++i) {
    const at::Tensor alone = decoder->forward(read(ways[i]), offsets_of({4}), {}, begin).states[3];
    EXPECT_TRUE(at::equal(last[static_cast<int64_t>(i)], alone)) << "hypothesis " << i;
  }
}

TEST(RecurrentDecoder, GradientsReachInitialStatesValuesAndParameters) {
  RecurrentDecoder decoder = make_decoder(ops::Cell::kLstm, at::kDouble);
  const std::vector<LayerState> begin = states_of(ops::Cell::kLstm, 2, at::kDouble);
  std::vector<at::Tensor> inputs = {awkward({3, kInput}, 1.0)};
  for (const LayerState& state : begin) inputs.insert(inputs.end(), {state.hidden, state.cell});
  test::expect_gradients(inputs, [&](const std::vector<at::Tensor>& in) {
    const RecurrentOutput out = decoder->forward(in[0], offsets_of({2, 1}), {}, {{in[1], in[2]}, {in[3], in[4]}});
    return (out.states * awkward({3, kHidden}, 1.0, 5)).sum() + out.last[0].cell.sum() +
           out.last[1].hidden.square().sum();
  });
  for (const auto& item : decoder->named_parameters()) {
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

TEST(RecurrentDecoder, DropoutActsInTrainingOnly) {
  RecurrentDecoder decoder = make_decoder(ops::Cell::kGru, at::kDouble, 0.5);
  const at::Tensor values = awkward({6, kInput}, 1.0), offsets = offsets_of({6});
  const at::Tensor quiet = decoder->forward(values, offsets, {}, {}).states;
  EXPECT_TRUE(at::equal(quiet, decoder->forward(values, offsets, {false, 1, 9}, {}).states));
  EXPECT_FALSE(at::equal(quiet, decoder->forward(values, offsets, {true, 1, 9}, {}).states));
}

TEST(RecurrentDecoder, RefusesWhatDoesNotFit) {
  EXPECT_THROW(RecurrentDecoder(RecurrentOptions{ops::Cell::kLstm, 3, 4, 1, 2, {}}, 1), InternalError);
  RecurrentDecoder decoder = make_decoder(ops::Cell::kLstm, at::kFloat);
  decoder->pack();
  RecurrentSteps steps(decoder, 2);
  EXPECT_THROW(steps.begin(3, {}), InternalError);
  EXPECT_THROW(steps.begin(1, states_of(ops::Cell::kLstm, 2, at::kFloat)), InternalError);
  steps.begin(1, {});
  EXPECT_THROW(steps.step(at::zeros({2, kInput}), {}), InternalError) << "two rows, one hypothesis";
  EXPECT_THROW(steps.step(at::zeros({3, kInput}), at::zeros({3}, at::kLong)), InternalError)
      << "more than there may be";
}

}  // namespace
}  // namespace fovea::nn
