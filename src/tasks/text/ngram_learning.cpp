#include "tasks/text/ngram_learning.h"

#include <algorithm>
#include <string>
#include <utility>

#include <ATen/Parallel.h>

#include "data/vocab/grown.h"

namespace fovea::tasks {
namespace {

// For each class of `base` its number now.
std::vector<int32_t> classes_of(const TextBase& base, const TextData& data) {
  std::vector<int32_t> classes;
  for (const std::string& label : base.labels) {
    const auto found = std::lower_bound(data.labels.begin(), data.labels.end(), label);
    classes.push_back(static_cast<int32_t>(found - data.labels.begin()));
  }
  return classes;
}

std::vector<uint64_t> both(const std::vector<uint64_t>& known, const std::vector<uint64_t>& found) {
  std::vector<uint64_t> keys;
  std::set_union(known.begin(), known.end(), found.begin(), found.end(), std::back_inserter(keys));
  return keys;
}

}  // namespace

bool needs_spellings(const data::NgramOptions& options, bool multi_label, int64_t classes) {
  return options.longest > 0 && options.folds > 0 && options.letters > 0 && !multi_label &&
         data::ngram_block(classes) > 0;
}

void learn_weights(const data::NgramCounter& counter, const data::NgramOptions& options, const TextBase* base,
                   TextData& data) {
  const auto classes = std::ssize(data.labels);
  const data::NgramTable* known = base && base->ngrams.width() > 0 ? &base->ngrams : nullptr;
  std::vector<uint64_t> keys;
  if (options.letters > 0) {
    keys = counter.letters(data.vocabulary, data.spellings.get());
    if (known) keys = both(known->letters().keys(), keys);
    data.ngrams.spell(data::LetterTable(options.letters, keys, data.vocabulary));
  }
  data::LearntWeights start;
  if (known && !known->weights().mean.empty()) {
    const std::vector<int32_t> now = classes_of(*base, data);
    start.words = data::grown_weights(known->weights(), known->counts().keys, now, data.ngrams.counts().keys, classes);
    if (known->spells()) {
      start.letters = data::grown_weights(known->letters().weights(), known->letters().keys(), now, keys, classes);
    }
  }
  data::LearntWeights weights = counter.learn(data.ngrams, data.spellings.get(), start, at::get_num_threads());
  if (data.ngrams.counts().keys.empty()) {
    data.warnings.push_back(
        "no words or n-grams of them are in two texts of training, so that none are weighed (--ngrams)");
  } else if (weights.words.mean.empty()) {
    data.warnings.push_back("n-gram weights are left out: the texts are too many for so many labels (--ngram-folds)");
  } else if (!keys.empty() && weights.letters.mean.empty()) {
    data.warnings.push_back(
        "n-grams of letters are left out: the texts are too many for so many labels (--char-ngrams)");
  }
  // A network that goes on from a model has their inputs.
  if (weights.words.mean.empty()) weights.words = start.words;
  if (weights.letters.mean.empty()) weights.letters = start.letters;
  data.ngrams.weigh(std::move(weights.words));
  data::LetterTable letters;
  if (!weights.letters.mean.empty()) {
    letters = data::LetterTable(options.letters, std::move(keys), data.vocabulary);
    letters.weigh(std::move(weights.letters));
  }
  data.ngrams.spell(std::move(letters));
}

void count_ngrams(const data::NgramOptions& options, const TextBase* base, const std::vector<bool>& known,
                  TextData& data) {
  const auto classes = std::ssize(data.labels);
  if (options.longest == 0 || data.multi_label) return;  // a ratio is of one class against the others
  if (data::ngram_block(classes) == 0) {
    data.warnings.push_back("n-gram ratios are left out: " + std::to_string(classes) +
                            " labels, and they are made for at most " + std::to_string(data::kMaxNgramClasses) +
                            " (--ngrams)");
    return;
  }
  data::NgramCounter counter(options, classes);
  for (int64_t i = 0; i < data.train.size(); ++i) {
    if (!known[static_cast<size_t>(i)]) counter.add(data.train.text(i), data.train.label(i));
  }
  data::NgramCounts counts = counter.count();
  if (base && base->ngrams.width() > 0) {
    counts = data::grown_ngrams(base->ngrams.counts(), classes_of(*base, data), counts, classes);
  }
  data.ngrams = data::NgramTable(std::move(counts));
  if (options.folds > 0) learn_weights(counter, options, base, data);
  DataSummary& summary = data.summary;
  summary.ngram_length = options.longest;
  summary.ngrams = std::ssize(data.ngrams.counts().keys);
  summary.ngram_threshold = data.ngrams.counts().threshold;
  summary.ngram_weights = !data.ngrams.weights().mean.empty();
  summary.char_ngrams = std::ssize(data.ngrams.letters().keys());
  summary.char_ngram_length = data.ngrams.letters().longest();
}

void count_ngrams_again(const TextData& like, TextData& data) {
  if (like.ngrams.width() == 0) return;
  const data::NgramOptions options{.longest = like.ngrams.counts().longest,
                                   .folds = like.ngrams.weights().folds,
                                   .letters = like.ngrams.letters().longest()};
  data::NgramCounter counter(options, std::ssize(like.labels));
  for (int64_t i = 0; i < data.train.size(); ++i) counter.add(data.train.text(i), data.train.label(i));
  data.ngrams = data::NgramTable(counter.count());
  if (options.folds > 0) learn_weights(counter, options, nullptr, data);
}

}  // namespace fovea::tasks
