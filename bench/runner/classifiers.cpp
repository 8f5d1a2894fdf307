// A classifier's training step or forward pass: embedding, recurrent layers, attention, head.
#include <algorithm>
#include <memory>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "runner/contestants.h"
#include "runner/models.h"

namespace fovea::bench {
namespace {

// float32 sums in two orders.
constexpr double kTolerance = 1e-3;

void check_agreement(const Case& c, const at::Tensor& ours, const at::Tensor& theirs) {
  const double difference = (ours - theirs).abs().max().item<double>();
  FOVEA_CHECK(difference < kTolerance, c.name, "libtorch's result differs by", difference);
}

void add_libtorch(Field& field, const Case& c, const std::shared_ptr<FoveaModel>& ours,
                  const std::shared_ptr<Batch>& batch, bool packed) {
  const auto model = std::make_shared<LibtorchModel>(c, ours->parameters(), packed);
  const bool same = packed || c.directions == 1 || c.shortest == c.longest;
  const Padded& mine = packed ? batch->sorted : batch->padded;
  if (same) {
    const at::NoGradGuard guard;
    const at::Tensor logits = ours->logits(*batch, false);
    check_agreement(c, packed ? logits.index_select(0, batch->order) : logits, model->logits(mine));
  }
  field.contestants.push_back(contestant(packed ? "libtorch packed" : "libtorch padded", [c, model, batch, &mine] {
    if (c.kind == Kind::kTrain) return model->step(mine);
    const at::NoGradGuard guard;
    model->logits(mine);
  }));
}

}  // namespace

bool has_peer(const Case& c, const std::string& peer) {
  return std::find(c.peers.begin(), c.peers.end(), peer) != c.peers.end();
}

Field classifiers(const Case& c) {
  const auto batch = std::make_shared<Batch>(make_batch(c));
  const auto ours = std::make_shared<FoveaModel>(c);
  Field peers, field;
  // The peers first: they take over the weights before the first step changes them.
  if (has_peer(c, "padded")) add_libtorch(peers, c, ours, batch, false);
  if (has_peer(c, "packed")) add_libtorch(peers, c, ours, batch, true);
  field.tokens = static_cast<double>(batch->tokens);
  field.contestants.push_back(contestant("fovea", [c, ours, batch] {
    if (c.kind == Kind::kTrain) return ours->step(*batch);
    const at::NoGradGuard guard;
    ours->logits(*batch, false);
  }));
  field.contestants.insert(field.contestants.end(), peers.contestants.begin(), peers.contestants.end());
  return field;
}

Field field_of(const Case& c) {
  if (c.kind == Kind::kAttend) return attention(c);
  if (c.kind == Kind::kSteps) return steps(c);
  return c.kind == Kind::kLayers ? layers(c) : classifiers(c);
}

}  // namespace fovea::bench
