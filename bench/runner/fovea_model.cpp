
#include "ops/aten.h"
#include "runner/models.h"

namespace fovea::bench {
namespace {

nn::EncoderKind kind_of(const std::string& cell) {
  if (cell == "gru") return nn::EncoderKind::kGru;
  return cell == "elman" ? nn::EncoderKind::kElman : nn::EncoderKind::kLstm;
}

nn::EncoderOptions encoder_options(const Case& c) {
  nn::EncoderOptions options;
  options.kind = kind_of(c.cell);
  options.input_size = c.embed;
  options.hidden_size = c.hidden;
  options.layers = c.layers;
  options.directions = c.directions;
  return options;
}

nn::PoolingOptions pooling_options(const Case& c) {
  nn::PoolingOptions options;
  options.kind = c.pooling == "last" ? nn::PoolingKind::kLast : nn::PoolingKind::kAdditive;
  options.memory_size = c.hidden * c.directions;
  options.attention_size = c.hidden;
  options.backward_begin = c.hidden;
  options.backward_end = c.hidden * c.directions;
  return options;
}

}  // namespace

FoveaModel::FoveaModel(const Case& c)
    : embedding_(nn::EmbeddingOptions{c.kind == Kind::kLayers ? 1 : c.vocabulary, c.embed, {}, 0}, 1),
      encoder_(encoder_options(c), 1),
      pooling_(pooling_options(c), 1),
      head_(nn::LinearHeadOptions{c.hidden * c.directions, 2, 0}, 1) {
  std::vector<at::Tensor> all;
  for (const auto& [name, parameter] : parameters()) all.push_back(parameter);
  if (c.kind == Kind::kTrain)
    optimizer_ = std::make_unique<train::Optimizer>(all, train::OptimizerOptions{.weight_decay = kWeightDecay});
  if (c.kind == Kind::kInfer) encoder_->pack();  // as a model that is loaded
}

std::map<std::string, at::Tensor> FoveaModel::parameters() const {
  std::map<std::string, at::Tensor> all;
  const auto add = [&](const std::string& part, const nn::Module& module) {
    for (const auto& item : module.named_parameters()) all[part + "." + item.key()] = item.value();
  };
  add("embedding", *embedding_), add("encoder", *encoder_), add("pooling", *pooling_), add("head", *head_);
  return all;
}

at::Tensor FoveaModel::encode(const at::Tensor& rows, const at::Tensor& offsets, bool training) {
  nn::StepContext context;
  context.training = training;
  return encoder_->forward(rows, offsets, context);
}

at::Tensor FoveaModel::logits(const Batch& batch, bool training) {
  nn::StepContext context;
  context.training = training;
  const at::Tensor states = encode(embedding_->forward(batch.ids, batch.offsets, context), batch.offsets, training);
  return head_->forward(pooling_->forward(states, batch.offsets).context, context);
}

at::Tensor FoveaModel::loss(const Batch& batch) {
  return at::cross_entropy_loss(logits(batch, true), batch.labels);
}

void FoveaModel::step(const Batch& batch) {
  optimizer_->zero_gradients();
  loss(batch).backward();
  optimizer_->step(kRate);
}

}  // namespace fovea::bench
