#include "study/space.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fovea::study {
namespace {

Dimension one_of(const std::string& option, std::vector<std::string> choices) {
  return {option, std::move(choices)};
}
Dimension between(const std::string& option, double low, double high) {
  return {option, {}, low, high};
}
Dimension logarithmic(const std::string& option, double low, double high) {
  return {option, {}, low, high, Dimension::Scale::kLogarithmic};
}
Dimension whole_logarithmic(const std::string& option, double low, double high, int64_t multiple_of) {
  return {option, {}, low, high, Dimension::Scale::kLogarithmic, multiple_of};
}

}  // namespace

// What the others depend on comes first: sizes compared under a bad learning rate say little. An option that the
// command line has set is left out, and so is one that cannot apply to what was chosen before it.
const std::vector<Stage>& search_space() {
  static const std::vector<Stage> kStages = {
      {"optimizer",
       {one_of("optimizer", {"adamw", "adam", "sgd"}), one_of("decay", {"linear", "cosine", "none"}),
        one_of("warmup", {"0", "0.05", "0.1", "0.2"}), one_of("average", {"0", "0.98", "0.99", "0.995"})}},
      {"learning rate",
       {logarithmic("learning-rate", 0.0005, 0.01), logarithmic("embedding-rate", 0.3, 3),
        one_of("batch-size", {"16", "32", "64", "128"}), logarithmic("weight-decay", 0.001, 0.1)}},
      {"sizes",
       {whole_logarithmic("embedding-size", 64, 400, 4), whole_logarithmic("hidden-size", 32, 256, 4),
        one_of("layers", {"1", "2"})}},
      {"dropouts",
       {between("embedding-dropout", 0.1, 0.7), between("word-dropout", 0, 0.3), between("state-dropout", 0.1, 0.6),
        one_of("dropout-kind", {"element", "variational"}), between("output-dropout", 0.1, 0.6),
        between("ngram-dropout", 0, 0.6), between("label-smoothing", 0, 0.2)}},
      {"encoder", {one_of("encoder", {"lstm", "gru", "cnn", "transformer", "average"})}},
      {"attention",
       {one_of("attention", {"additive", "dot", "scaled-dot", "general", "mean", "max"}),
        one_of("normalizer", {"softmax", "sparsemax", "entmax15"}), one_of("heads", {"1", "2", "4"}),
        one_of("structure", {"flat", "rows", "hierarchical"})}},
      {"tokenizer",
       {one_of("tokenizer", {"words", "char", "sentencepiece"}), one_of("pieces", {"4000", "8000", "16000"}),
        one_of("ngrams", {"0", "1", "2", "3"}), one_of("ngram-folds", {"0", "5"}),
        one_of("char-ngrams", {"0", "4", "6"}), one_of("min-count", {"1", "2", "3"})}},
  };
  return kStages;
}

Dimension fitted(Dimension dimension, const Settings& chosen) {
  constexpr double kSgdRate = 0.3 / 0.002;  // of SGD's usual rate to Adam's
  const bool sgd = std::any_of(chosen.begin(), chosen.end(),
                               [](const Setting& one) { return one.option == "optimizer" && one.value == "sgd"; });
  if (!sgd || dimension.option != "learning-rate") return dimension;
  dimension.low *= kSgdRate;
  dimension.high *= kSgdRate;
  return dimension;
}

const std::vector<Settings>& smaller_settings() {
  static const std::vector<Settings> kSmaller = {
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
  };
  return kSmaller;
}

std::string Dimension::value_at(double share) const {
  if (!choices.empty()) {
    const auto at = static_cast<size_t>(share * static_cast<double>(choices.size()));
    return choices[std::min(at, choices.size() - 1)];
  }
  const double value = scale == Scale::kLogarithmic ? low * std::pow(high / low, share) : low + (high - low) * share;
  if (multiple_of > 0) return std::to_string(std::llround(value / static_cast<double>(multiple_of)) * multiple_of);
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

}  // namespace fovea::study
