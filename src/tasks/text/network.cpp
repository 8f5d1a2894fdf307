#include "tasks/text/network.h"

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/segments.h"
#include "tasks/text/ensemble.h"
#include "tasks/text/reader.h"

namespace fovea::tasks {

std::vector<at::Tensor> looks_of(const TextForward& made) {
  std::vector<at::Tensor> looks;
  for (const TextForward& member : made.members) {
    const std::vector<at::Tensor> own = looks_of(member);
    looks.insert(looks.end(), own.begin(), own.end());
  }
  if (!made.members.empty()) return looks;
  if (made.in_sentences.weights.defined() || !made.pooled.each.defined()) return {made.weights};
  for (int64_t k = 0; k < made.pooled.each.size(0); ++k) looks.push_back(made.pooled.each[k]);
  return looks;
}

std::vector<GivenWeights> given_weights(const TextForward& made) {
  std::vector<GivenWeights> given;
  for (const TextForward& member : made.members) given.push_back(given_weights(member).front());
  if (!made.members.empty()) return given;
  const auto each = [](const nn::Pooled& pooled) {
    return (pooled.each.defined() ? pooled.each : pooled.weights.unsqueeze(0)).detach();
  };
  if (!made.in_sentences.weights.defined()) return {{each(made.pooled), {}}};
  return {{each(made.in_sentences), each(made.pooled)}};
}

at::Tensor weights_with_graph(const TextForward& made, const data::TextBatch& batch) {
  if (!made.members.empty()) {
    std::vector<at::Tensor> each;
    for (const TextForward& member : made.members) each.push_back(weights_with_graph(member, batch));
    return at::stack(each).mean(0);
  }
  if (!made.in_sentences.weights.defined()) return made.pooled.weights;
  return made.in_sentences.weights * made.pooled.weights.index_select(0, ops::segment_ids(batch.sentence_offsets));
}

at::Tensor TextNetwork::logits(const data::TextBatch& batch) {
  if (reads_sentences()) return logits_of(data::distinct_sentences(batch), batch);
  return forward(data::with_distinct_rows(batch), {}).logits;
}

at::Tensor TextNetwork::logits_of(const data::DistinctSentences&, const data::TextBatch&) {
  FOVEA_CHECK(false, "this network reads no sentences");
  return {};
}

int64_t TextNetwork::parameter_count() const {
  int64_t count = 0;
  for (const at::Tensor& parameter : parameters()) count += parameter.numel();
  return count;
}

TextModel::TextModel(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed) {
  if (options.members > 1) {
    network_ = std::make_shared<Ensemble>(options, sizes, seed);
  } else {
    network_ = make_reader(options, sizes, seed);
  }
}

}  // namespace fovea::tasks
