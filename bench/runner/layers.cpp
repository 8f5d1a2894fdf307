// Recurrent layers alone, forward and backward, over rows that are given and want a gradient too.
#include <memory>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "runner/contestants.h"
#include "runner/models.h"

namespace fovea::bench {

Field layers(const Case& c) {
  const auto batch = std::make_shared<Batch>(make_batch(c));
  const auto ours = std::make_shared<FoveaModel>(c);
  Field field;
  field.tokens = static_cast<double>(batch->tokens);
  at::Tensor rows = at::rand({batch->tokens, c.embed}).sub_(0.5);
  const at::Tensor padded = padded_rows(rows, batch->offsets);
  rows.set_requires_grad(true);
  field.contestants.push_back(contestant("fovea", [ours, batch, rows] {
    for (auto& [name, parameter] : ours->parameters()) parameter.mutable_grad() = at::Tensor();
    rows.mutable_grad() = at::Tensor();
    ours->encode(rows, batch->offsets, true).mean().backward();
  }));
  for (const bool packed : {false, true}) {
    if (!has_peer(c, packed ? "packed" : "padded")) continue;
    const auto model = std::make_shared<LibtorchModel>(c, ours->parameters(), packed);
    const at::Tensor input = (packed ? padded.index_select(0, batch->order) : padded.clone()).set_requires_grad(true);
    const at::Tensor lengths = packed ? batch->sorted.lengths : batch->padded.lengths;
    if (packed) {  // the states' sums agree: the padding of the packed ones is 0
      const double difference =
          (model->encode(input, lengths).mean({0, 1}) * (input.size(0) * input.size(1)) / field.tokens -
           ours->encode(rows, batch->offsets, true).mean(0))
              .abs()
              .max()
              .item<double>();
      FOVEA_CHECK(difference < 1e-4, c.name, "libtorch's result differs by", difference);
    }
    field.contestants.push_back(contestant(packed ? "libtorch packed" : "libtorch padded", [model, input, lengths] {
      model->clear_gradients();
      input.mutable_grad() = at::Tensor();
      model->encode(input, lengths).mean().backward();
    }));
  }
  return field;
}

}  // namespace fovea::bench
