#include "train/options.h"

#include "base/errors.h"

namespace fovea::train {

const char* decay_name(Decay decay) {
  switch (decay) {
    case Decay::kLinear:
      return "linear";
    case Decay::kCosine:
      return "cosine";
    case Decay::kNone:
      return "none";
  }
  return "";
}

Decay parse_decay(const std::string& name) {
  for (const Decay decay : {Decay::kLinear, Decay::kCosine, Decay::kNone}) {
    if (name == decay_name(decay)) return decay;
  }
  throw UserError(ExitCode::kUsage, "--decay: there is no '" + name + "'", "Choose one of: linear, cosine, none.");
}

Json TrainOptions::to_json() const {
  return {{"seed", seed},
          {"batch_size", batches.max_examples},
          {"batch_tokens", batches.max_tokens},
          {"max_epochs", max_epochs},
          {"optimizer", optimizer_name(optimizer)},
          {"momentum", momentum},
          {"learning_rate", learning_rate},
          {"embedding_rate", embedding_rate},
          {"weight_decay", weight_decay},
          {"warmup", warmup},
          {"decay", decay_name(decay)},
          {"clip_norm", clip_norm},
          {"average", average},
          {"patience", patience},
          {"evaluations_per_epoch", evaluations_per_epoch},
          {"metric", metric},
          {"max_steps", max_steps},
          {"max_minutes", max_minutes}};
}

// SGD's: 0.1, 0.3 and 1 do alike on parts of SST-2's train.tsv (docs/accuracy.md), since gradients are clipped.
double TrainOptions::default_rate(OptimizerKind optimizer) {
  return optimizer == OptimizerKind::kSgd ? 0.3 : TrainOptions().learning_rate;
}

TrainOptions TrainOptions::from_json(const Json& json) {
  try {
    TrainOptions options;
    options.seed = json.at("seed").get<uint64_t>();
    options.batches.max_examples = json.at("batch_size").get<int64_t>();
    options.batches.max_tokens = json.at("batch_tokens").get<int64_t>();
    options.max_epochs = json.at("max_epochs").get<int64_t>();
    options.optimizer = parse_optimizer(json.value("optimizer", std::string("adamw")));
    options.momentum = json.value("momentum", options.momentum);
    options.learning_rate = json.at("learning_rate").get<double>();
    options.embedding_rate = json.at("embedding_rate").get<double>();
    options.weight_decay = json.at("weight_decay").get<double>();
    options.warmup = json.at("warmup").get<double>();
    options.decay = parse_decay(json.at("decay").get<std::string>());
    options.clip_norm = json.at("clip_norm").get<double>();
    options.average = json.at("average").get<double>();
    options.patience = json.at("patience").get<int64_t>();
    options.evaluations_per_epoch = json.at("evaluations_per_epoch").get<int64_t>();
    options.metric = json.at("metric").get<std::string>();
    options.max_steps = json.at("max_steps").get<int64_t>();
    options.max_minutes = json.at("max_minutes").get<double>();
    if (options.batches.max_examples < 1 || options.batches.max_tokens < 1 || options.max_epochs < 1 ||
        options.evaluations_per_epoch < 1) {
      throw UserError(ExitCode::kBadData, "config.json: training: a size or count is below 1");
    }
    return options;
  } catch (const Json::exception& error) {
    throw UserError(ExitCode::kBadData, std::string("config.json: training: ") + error.what());
  }
}

}  // namespace fovea::train
