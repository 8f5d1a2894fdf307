#include "train/options.h"

#include <array>
#include <mutex>
#include <set>
#include <utility>

#include "base/options/json.h"

namespace fovea::train {
namespace {

using options::Part;

constexpr std::array<std::pair<Decay, const char*>, 4> kDecays = {
    {{Decay::kLinear, "linear"}, {Decay::kCosine, "cosine"}, {Decay::kRoot, "root"}, {Decay::kNone, "none"}}};
const std::array<std::pair<OptimizerKind, const char*>, 3> kOptimizers = {
    {{OptimizerKind::kAdamW, optimizer_name(OptimizerKind::kAdamW)},
     {OptimizerKind::kAdam, optimizer_name(OptimizerKind::kAdam)},
     {OptimizerKind::kSgd, optimizer_name(OptimizerKind::kSgd)}}};

// "What the best model is best at: accuracy, macro_f1 or loss". Descriptions last as long as the program.
const char* best_at(const std::vector<std::string>& metrics) {
  static std::set<std::string> texts;
  static std::mutex mutex;
  std::string text = "What the best model is best at: ";
  for (size_t i = 0; i < metrics.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == metrics.size() ? " or " : ", ") + metrics[i];
  }
  const std::lock_guard<std::mutex> lock(mutex);
  return texts.insert(std::move(text)).first->c_str();
}

}  // namespace

const char* decay_name(Decay decay) {
  return options::name_in(kDecays, decay);
}

// SGD's: 0.1, 0.3 and 1 do alike on parts of SST-2's train.tsv (docs/accuracy.md), since gradients are clipped.
double TrainOptions::default_rate(OptimizerKind optimizer) {
  return optimizer == OptimizerKind::kSgd ? 0.3 : TrainOptions().learning_rate;
}

Json TrainOptions::to_json() const {
  return options::to_json(*this);
}

TrainOptions TrainOptions::from_json(const Json& json) {
  TrainOptions options;
  options::read_json(options, json, "config.json: training");
  return options;
}

void visit(TrainOptions& options, options::Visitor& visitor, const std::vector<std::string>& metrics) {
  visitor.seed({.name = "seed",
                .says = "Seed of the split, the start and every draw",
                .part = Part::kSeed,
                .more = "of the split, the start values and every draw"},
               options.seed);
  visitor.whole({.name = "batch-size", .says = "Texts in a batch, at most", .part = Part::kTraining, .row = 8},
                options.batches.max_examples, {1, 65536});
  visitor.whole({.name = "batch-tokens",
                 .says = "Tokens in a batch, at most",
                 .part = Part::kTraining,
                 .row = 9,
                 .more = "words in a batch, at most; a longer text is a batch of its own"},
                options.batches.max_tokens, {1, 100'000'000});
  visitor.whole({.name = "max-epochs",
                 .says = "Passes over the training part, at most; by default more of few texts, fewer of many",
                 .part = Part::kTraining,
                 .row = 1,
                 .more = "passes over the training part, at most; the learning rate is planned for this many. Where 6 "
                         "make fewer than 400 steps (up to some four thousand short training texts), the default is "
                         "as many as make 400, and the default of `--patience` a quarter of them, at least 3; where "
                         "an epoch has 440 steps or more (from some 28,000 texts, or fewer long ones), the default "
                         "is as many as make 2,200, at least 3"},
                options.max_epochs, {1, 100'000});
  visitor.word({.name = "optimizer",
                .says = "adamw, adam (weight decay in the gradient) or sgd",
                .part = Part::kTraining,
                .row = 10,
                .more = "adamw (weight decay apart from the gradient), adam (as part of it), sgd (apart). Word vectors "
                        "are updated row by row in all three: what a word has of moments or momentum stands still "
                        "while the word does not occur",
                .late = true},
               options.optimizer, kOptimizers);
  visitor.number({.name = "momentum",
                  .says = "Momentum of sgd; 0: none",
                  .part = Part::kTraining,
                  .row = 11,
                  .more = "of sgd",
                  .late = true,
                  .idle = options::idle_if(options.optimizer != OptimizerKind::kSgd,
                                           "it is for --optimizer sgd; Adam has moments of its own")},
                 options.momentum, {0, 0.9999});
  visitor.number({.name = "learning-rate",
                  .says = "Highest learning rate; sgd's default is 0.3",
                  .part = Part::kTraining,
                  .row = 12,
                  .more = "the highest; for sgd 0.3"},
                 options.learning_rate, {1e-8, 10});
  visitor.number({.name = "embedding-rate",
                  .says = "Rate of the word vectors, in learning rates",
                  .part = Part::kTraining,
                  .row = 13,
                  .more = "rate of the word vectors, in learning rates: a word is updated only in the steps in which "
                          "it occurs"},
                 options.embedding_rate, {0, 1000});
  visitor.number({.name = "weight-decay",
                  .says = "Decoupled weight decay of matrices",
                  .part = Part::kTraining,
                  .row = 14,
                  .more = "of matrices"},
                 options.weight_decay, {0, 10});
  visitor.number(
      {.name = "warmup", .says = "Share of the steps over which the rate rises", .part = Part::kTraining, .row = 15},
      options.warmup, {0, 1});
  visitor.word(
      {.name = "decay",
       .says = "Fall of the rate: linear, cosine, root, none",
       .part = Part::kTraining,
       .row = 16,
       .more = "how it falls: linear or cosine, to 0 at the last step; root: with the inverse square root of the "
               "steps, so that a training may end anywhere; none"},
      options.decay, kDecays);
  visitor.number({.name = "clip-norm",
                  .says = "Largest norm of a step's gradients; 0: never clipped",
                  .part = Part::kTraining,
                  .row = 17},
                 options.clip_norm, {0, 1e9});
  visitor.number({.name = "average",
                  .says = "Evaluate and keep the running mean of the parameters, with this decay; 0: not",
                  .part = Part::kTraining,
                  .row = 5,
                  .more = "what is evaluated and kept is the running mean of the parameters, over about 1 / (1 − this) "
                          "steps; 0: the parameters themselves"},
                 options.average, {0, 0.99999});
  visitor.whole(
      {.name = "patience",
       .says = "Evaluations without a better score before it stops; 0: never; by default more of few texts",
       .part = Part::kTraining,
       .row = 4,
       .more = "evaluations without a better score before it stops, 0: never; under `--entropy-penalty` those of "
               "the last 35 % of the planned steps (of 6 epochs the last three), from which the best is chosen"},
      options.patience, options::kCount);
  visitor.whole(
      {.name = "evaluations-per-epoch", .says = "Evaluations in each pass", .part = Part::kTraining, .row = 7},
      options.evaluations_per_epoch, {1, 1000});
  visitor.one_of({.name = "metric", .says = best_at(metrics), .part = Part::kTraining, .row = 6}, options.metric,
                 metrics);
  visitor.whole(
      {.name = "max-steps", .says = "Steps, at most; 0: no limit", .part = Part::kTraining, .row = 2, .per_run = true},
      options.max_steps, options::kCount);
  visitor.number({.name = "max-minutes",
                  .says = "Minutes, at most; 0: no limit",
                  .part = Part::kTraining,
                  .row = 3,
                  .more = "minutes of training, at most; 0: no limit",
                  .per_run = true},
                 options.max_minutes, {0, 1e6});
}

}  // namespace fovea::train
