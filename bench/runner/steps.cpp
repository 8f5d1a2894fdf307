// Steps of a decoder's recurrent layers: every hypothesis of every text reads one row in the state of its own parent.
#include <memory>

#include <ATen/ops/gru_cell.h>
#include <ATen/ops/rnn_tanh_cell.h>

#include "base/errors.h"
#include "nn/decoders/recurrent.h"
#include "ops/aten.h"
#include "runner/contestants.h"

namespace fovea::bench {
namespace {

struct Decoder {
  nn::RecurrentDecoder net{nullptr};
  at::Tensor values, from;            // [B · queries, E], [B · queries]
  std::vector<nn::LayerState> begin;  // [1, B · queries, H] of each layer
  int64_t steps = 1;

  explicit Decoder(const Case& c) : steps(c.longest) {
    FOVEA_CHECK(c.shortest == c.longest && c.directions == 1, c.name, "a decoder has one direction and equal lengths");
    nn::RecurrentOptions options;
    options.cell = c.cell == "gru" ? ops::Cell::kGru : c.cell == "elman" ? ops::Cell::kElmanTanh : ops::Cell::kLstm;
    options.input_size = c.embed;
    options.hidden_size = c.hidden;
    options.layers = c.layers;
    net = nn::RecurrentDecoder(options, 1);
    net->pack();
    const int64_t rows = c.batch * c.queries;
    values = at::rand({rows, c.embed}).sub_(0.5);
    from = (at::arange(rows, at::kLong) * 7 + 3).remainder(c.queries) +
           at::arange(rows, at::kLong).div(c.queries, "floor") * c.queries;
    for (int64_t layer = 0; layer < c.layers; ++layer) {
      begin.push_back({at::rand({1, rows, c.hidden}).sub_(0.5), {}});
      if (options.cell == ops::Cell::kLstm) begin.back().cell = at::rand({1, rows, c.hidden}).sub_(0.5);
    }
  }
};

// What a user of libtorch writes: the parents' states taken out, then LSTMCell and its kin.
class Cells {
 public:
  explicit Cells(const Decoder& decoder) : decoder_(decoder) {}

  at::Tensor run() {
    const at::NoGradGuard guard;
    const nn::RecurrentLayers& layers = decoder_.net->layers();
    std::vector<at::Tensor> hidden, cell;
    for (const nn::LayerState& state : decoder_.begin) {
      hidden.push_back(state.hidden[0]);
      cell.push_back(state.cell.defined() ? state.cell[0] : at::Tensor());
    }
    at::Tensor read;
    for (int64_t t = 0; t < decoder_.steps; ++t) {
      read = decoder_.values;
      for (size_t layer = 0; layer < hidden.size(); ++layer) {
        const ops::RecurrenceWeights& w = layers.weights(static_cast<int64_t>(layer), 0);
        const at::Tensor before = hidden[layer].index_select(0, decoder_.from);
        if (cell[layer].defined()) {
          std::tie(hidden[layer], cell[layer]) =
              at::lstm_cell(read, {before, cell[layer].index_select(0, decoder_.from)}, w.input_weight, w.hidden_weight,
                            w.input_bias, w.hidden_bias);
        } else {
          const bool gru = layers.options().cell == ops::Cell::kGru;
          hidden[layer] = (gru ? at::gru_cell : at::rnn_tanh_cell)(read, before, w.input_weight, w.hidden_weight,
                                                                   w.input_bias, w.hidden_bias);
        }
        read = hidden[layer];
      }
    }
    return read;
  }

 private:
  const Decoder& decoder_;
};

}  // namespace

Field steps(const Case& c) {
  const auto decoder = std::make_shared<Decoder>(c);
  const int64_t rows = c.batch * c.queries;
  const auto ours = std::make_shared<nn::RecurrentSteps>(decoder->net, rows);
  const auto run = [decoder, ours, rows] {
    ours->begin(rows, decoder->begin);
    at::Tensor states;
    for (int64_t t = 0; t < decoder->steps; ++t) states = ours->step(decoder->values, decoder->from);
    return states;
  };
  Field field;
  field.tokens = static_cast<double>(rows * decoder->steps);
  field.contestants.push_back(contestant("fovea", [run] { run(); }));
  if (!has_peer(c, "cells")) return field;
  const auto theirs = std::make_shared<Cells>(*decoder);
  const double difference = (run() - theirs->run()).abs().max().item<double>();
  FOVEA_CHECK(difference < 1e-4, c.name, "libtorch's result differs by", difference);
  field.contestants.push_back(contestant("libtorch cells", [decoder, theirs] { theirs->run(); }));
  return field;
}

}  // namespace fovea::bench
