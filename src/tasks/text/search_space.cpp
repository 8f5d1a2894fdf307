#include "tasks/text/search_space.h"

namespace fovea::tasks {
namespace {

constexpr double kSgdRate = 0.3 / 0.002;  // of SGD's usual rate to Adam's

Dimension one_of(const std::string& option, std::vector<std::string> choices) {
  return {.option = option, .choices = std::move(choices)};
}
Dimension between(const std::string& option, double low, double high) {
  return {.option = option, .low = low, .high = high};
}
Dimension logarithmic(const std::string& option, double low, double high) {
  return {.option = option, .low = low, .high = high, .scale = Dimension::Scale::kLogarithmic};
}
Dimension whole_logarithmic(const std::string& option, double low, double high, int64_t multiple_of) {
  Dimension dimension = logarithmic(option, low, high);
  dimension.multiple_of = multiple_of;
  return dimension;
}

// SGD's learning rates are another range than Adam's.
Dimension learning_rate(double low, double high) {
  Dimension dimension = logarithmic("learning-rate", low, high);
  dimension.beside = {"optimizer", "sgd"};
  dimension.times = kSgdRate;
  return dimension;
}

}  // namespace

const SearchSpace& text_search_space() {
  static const SearchSpace kSpace = {
      .stages =
          {
              {"optimizer",
               {one_of("optimizer", {"adamw", "adam", "sgd"}), one_of("decay", {"linear", "cosine", "none"}),
                one_of("warmup", {"0", "0.05", "0.1", "0.2"}), one_of("average", {"0", "0.98", "0.99", "0.995"})}},
              {"learning rate",
               {learning_rate(0.0005, 0.01), logarithmic("embedding-rate", 0.3, 3),
                one_of("batch-size", {"16", "32", "64", "128"}), logarithmic("weight-decay", 0.001, 0.1)}},
              {"sizes",
               {whole_logarithmic("embedding-size", 64, 400, 4), whole_logarithmic("hidden-size", 32, 256, 4),
                one_of("layers", {"1", "2"})}},
              {"dropouts",
               {between("embedding-dropout", 0.1, 0.7), between("word-dropout", 0, 0.3),
                between("state-dropout", 0.1, 0.6), one_of("dropout-kind", {"element", "variational"}),
                between("output-dropout", 0.1, 0.6), between("ngram-dropout", 0, 0.6),
                between("label-smoothing", 0, 0.2)}},
              {"encoder", {one_of("encoder", {"lstm", "gru", "cnn", "transformer", "average"})}},
              {"attention",
               {one_of("attention", {"additive", "dot", "scaled-dot", "general", "mean", "max"}),
                one_of("normalizer", {"softmax", "sparsemax", "entmax15"}), one_of("heads", {"1", "2", "4"}),
                one_of("structure", {"flat", "rows", "hierarchical"})}},
              {"tokenizer",
               {one_of("tokenizer", {"words", "char", "sentencepiece"}), one_of("pieces", {"4000", "8000", "16000"}),
                one_of("ngrams", {"0", "1", "2", "3"}), one_of("ngram-folds", {"0", "5"}),
                one_of("char-ngrams", {"0", "4", "6"}), one_of("min-count", {"1", "2", "3"})}},
          },
      .smaller = {
          {{"embedding-size", "128"}},
          {{"embedding-size", "128"}, {"hidden-size", "64"}, {"attention-size", "64"}, {"ngrams", "2"}},
          {{"embedding-size", "64"}, {"hidden-size", "64"}, {"attention-size", "64"}, {"ngrams", "1"}},
          {{"embedding-size", "64"},
           {"hidden-size", "64"},
           {"attention-size", "64"},
           {"ngrams", "0"},
           {"max-vocabulary", "10000"}},
          {{"embedding-size", "32"},
           {"hidden-size", "32"},
           {"attention-size", "32"},
           {"ngrams", "0"},
           {"max-vocabulary", "5000"}},
          {{"embedding-size", "16"},
           {"hidden-size", "16"},
           {"attention-size", "16"},
           {"ngrams", "0"},
           {"max-vocabulary", "2000"}},
      }};
  return kSpace;
}

}  // namespace fovea::tasks
