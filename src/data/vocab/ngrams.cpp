#include "data/vocab/ngrams.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "base/errors.h"
#include "base/random.h"
#include "data/vocab/vocabulary.h"

namespace fovea::data {
namespace {

// Calls `use(length, key)` for every n-gram that ends at word i, shortest first; none holds an unknown word.
template <typename Use>
void for_each_ngram(std::span<const int32_t> ids, size_t i, int64_t longest, const Use& use) {
  uint64_t key = 0;
  for (int64_t length = 1; length <= longest && static_cast<size_t>(length) <= i + 1; ++length) {
    const int32_t id = ids[i + 1 - static_cast<size_t>(length)];
    if (Vocabulary::is_unknown(id)) return;
    key = mix64(key ^ static_cast<uint64_t>(id));
    use(length, key);
  }
}

uint64_t text_hash(std::span<const int32_t> ids, int32_t label) {
  uint64_t hash = mix64(static_cast<uint64_t>(label));
  for (const int32_t id : ids) hash = mix64(hash ^ static_cast<uint64_t>(id));
  return hash;
}

int64_t fold_of(uint64_t key, int64_t folds) {
  return static_cast<int64_t>(key % static_cast<uint64_t>(folds));
}

using Occurrence = std::pair<uint64_t, int32_t>;  // key, class

// Appends the n-grams of `occurrences` with their counts.
void tally(std::vector<Occurrence>& occurrences, int64_t classes, NgramCounts& counts) {
  std::sort(occurrences.begin(), occurrences.end());
  for (size_t i = 0; i < occurrences.size();) {
    const uint64_t key = occurrences[i].first;
    counts.keys.push_back(key);
    const size_t row = counts.counts.size();
    counts.counts.resize(row + static_cast<size_t>(classes), 0);
    for (; i < occurrences.size() && occurrences[i].first == key; ++i) {
      ++counts.counts[row + static_cast<size_t>(occurrences[i].second)];
    }
  }
}

int64_t total_of(const NgramCounts& counts, size_t entry) {
  const size_t classes = counts.class_texts.size();
  int64_t total = 0;
  for (size_t c = 0; c < classes; ++c) total += counts.counts[entry * classes + c];
  return total;
}

// The smallest threshold with which at most `limit` n-grams are kept.
int64_t choose_threshold(const NgramCounts& counts, int64_t limit) {
  std::vector<int64_t> totals;
  for (size_t entry = 0; entry < counts.keys.size(); ++entry) totals.push_back(total_of(counts, entry));
  if (static_cast<int64_t>(totals.size()) <= limit) return 1;
  const auto last = totals.begin() + limit;
  std::nth_element(totals.begin(), last, totals.end(), std::greater<>());
  return *last + 1;
}

// Sorts by key and leaves out what lies below the threshold.
NgramCounts finish(const NgramCounts& all) {
  const size_t classes = all.class_texts.size();
  std::vector<std::pair<uint64_t, size_t>> order;
  for (size_t entry = 0; entry < all.keys.size(); ++entry) {
    if (total_of(all, entry) >= all.threshold) order.emplace_back(all.keys[entry], entry);
  }
  std::sort(order.begin(), order.end());
  NgramCounts kept{all.longest, all.threshold, all.class_texts, {}, {}};
  kept.keys.reserve(order.size());
  kept.counts.reserve(order.size() * classes);
  for (const auto& [key, entry] : order) {
    const auto row = all.counts.begin() + static_cast<std::ptrdiff_t>(entry * classes);
    kept.keys.push_back(key);
    kept.counts.insert(kept.counts.end(), row, row + static_cast<std::ptrdiff_t>(classes));
  }
  return kept;
}

void append_unscaled(const NgramWeights& weights, int64_t from, std::vector<float>& all) {
  for (size_t i = 0; i < weights.mean.size(); ++i) {
    all[static_cast<size_t>(from) + i] = weights.mean[i] / weights.scale;
  }
}

// The numbers [from, to) of each model, of `block` numbers.
NgramWeights part_of(const NgramWeights& all, int64_t block, int64_t from, int64_t to) {
  NgramWeights part;
  part.folds = all.folds;
  part.mean.assign(all.mean.begin() + from, all.mean.begin() + to);
  for (int64_t f = 0; f < all.folds; ++f) {
    part.each.insert(part.each.end(), all.each.begin() + f * block + from, all.each.begin() + f * block + to);
  }
  return part;
}

class MeanSquare {
 public:
  void add(std::span<const float> values) {
    for (const float value : values) sum_ += static_cast<double>(value) * value;
    count_ += static_cast<double>(values.size());
  }
  float scale() const { return sum_ > 0 ? static_cast<float>(1 / std::sqrt(sum_ / count_)) : 1.0f; }

 private:
  double sum_ = 0, count_ = 0;
};

}  // namespace

uint64_t ngram_key(std::span<const int32_t> ids) {
  return text_hash(ids, 0);
}

NgramCounter::NgramCounter(const NgramOptions& options, int64_t class_count)
    : options_(options), class_count_(class_count) {
  FOVEA_CHECK(options.longest >= 0 && options.longest <= kMaxNgramLength && class_count >= 2, options.longest,
              class_count);
}

void NgramCounter::add(std::span<const int32_t> ids, int32_t label) {
  FOVEA_CHECK(label >= 0 && label < class_count_, label, class_count_);
  ids_.insert(ids_.end(), ids.begin(), ids.end());
  offsets_.push_back(ids_.size());
  labels_.push_back(label);
}

std::vector<size_t> NgramCounter::distinct() const {
  std::vector<size_t> texts;
  std::vector<uint64_t> hashes;
  for (size_t t = 0; t < labels_.size(); ++t) {
    texts.push_back(t);
    hashes.push_back(text_hash(text(t), labels_[t]));
  }
  std::stable_sort(texts.begin(), texts.end(), [&](size_t a, size_t b) { return hashes[a] < hashes[b]; });
  texts.erase(std::unique(texts.begin(), texts.end(), [&](size_t a, size_t b) { return hashes[a] == hashes[b]; }),
              texts.end());
  return texts;
}

NgramCounts NgramCounter::count() {
  NgramCounts counts;
  counts.longest = options_.longest;
  counts.class_texts.assign(static_cast<size_t>(class_count_), 0);
  const std::vector<size_t> texts = distinct();
  for (const size_t t : texts) ++counts.class_texts[static_cast<size_t>(labels_[t])];

  std::vector<Occurrence> occurrences;
  std::vector<uint64_t> own;
  for (int64_t wanted = 1; wanted <= options_.longest; ++wanted) {
    occurrences.clear();
    for (const size_t t : texts) {
      own.clear();
      const std::span<const int32_t> ids = text(t);
      for (size_t i = 0; i < ids.size(); ++i) {
        for_each_ngram(ids, i, wanted, [&](int64_t length, uint64_t key) {
          if (length == wanted) own.push_back(key);
        });
      }
      std::sort(own.begin(), own.end());
      own.erase(std::unique(own.begin(), own.end()), own.end());
      for (const uint64_t key : own) occurrences.emplace_back(key, labels_[t]);
    }
    tally(occurrences, class_count_, counts);
  }
  counts.threshold = choose_threshold(counts, options_.max_counts / class_count_);
  return finish(counts);
}

std::vector<uint64_t> NgramCounter::letters(const Vocabulary& vocabulary, const Spellings* spellings) const {
  return frequent_letters({ids_, offsets_, distinct()}, options_.letters, kMostLetterNgrams, vocabulary, spellings);
}

NgramTexts NgramCounter::entries_of(const NgramTable& table, const Spellings* spellings, bool letters) const {
  NgramTexts texts;
  const auto words = std::ssize(table.counts().keys);
  for (const size_t t : distinct()) {
    const std::span<const int32_t> ids = text(t);
    const auto from = std::ssize(texts.entries);
    for (size_t i = 0; i < ids.size(); ++i) {
      for_each_ngram(ids, i, options_.longest, [&](int64_t, uint64_t key) {
        const int64_t entry = table.find(key);
        if (entry >= 0) texts.entries.push_back(static_cast<int32_t>(entry));
      });
    }
    if (letters) {
      std::vector<int32_t> own(ids.begin(), ids.end());
      std::sort(own.begin(), own.end());
      own.erase(std::unique(own.begin(), own.end()), own.end());
      for (const int32_t id : own) {
        for (const int32_t entry : table.letters().entries(id, spellings)) {
          texts.entries.push_back(static_cast<int32_t>(words + entry));
        }
      }
    }
    std::sort(texts.entries.begin() + from, texts.entries.end());
    texts.entries.erase(std::unique(texts.entries.begin() + from, texts.entries.end()), texts.entries.end());
    texts.offsets.push_back(std::ssize(texts.entries));
    texts.labels.push_back(labels_[t]);
    texts.folds.push_back(static_cast<int32_t>(fold_of(ngram_key(ids), options_.folds)));
  }
  return texts;
}

LearntWeights NgramCounter::learn(const NgramTable& table, const Spellings* spellings, const LearntWeights& start,
                                  int64_t threads) const {
  const auto words = std::ssize(table.counts().keys), letters = std::ssize(table.letters().keys());
  const int64_t width = ngram_block(class_count_);
  for (const bool spelled : {true, false}) {
    if (spelled && letters == 0) continue;
    const int64_t n = words + (spelled ? letters : 0);
    std::vector<float> known;
    if (!start.words.mean.empty()) {
      known.assign(static_cast<size_t>(n * width), 0);
      append_unscaled(start.words, 0, known);
      if (spelled) append_unscaled(start.letters, words * width, known);
    }
    const NgramWeights all =
        learn_ngram_weights(entries_of(table, spellings, spelled), n, class_count_, options_.folds, known, threads);
    if (all.mean.empty()) continue;
    LearntWeights learnt = {part_of(all, n * width, 0, words * width), {}};
    if (spelled) learnt.letters = part_of(all, n * width, words * width, n * width);
    if (start.words.mean.empty()) {
      rescale(table, spellings, learnt);
    } else {
      learnt.words.rescale(start.words.scale);
      learnt.letters.rescale(start.letters.scale);
    }
    return learnt;
  }
  return {};
}

void NgramCounter::rescale(const NgramTable& table, const Spellings* spellings, LearntWeights& weights) const {
  const int64_t width = ngram_block(class_count_);
  MeanSquare of_ngrams, of_letters;
  std::vector<float> sums(static_cast<size_t>(width));
  for (const size_t t : distinct()) {
    const std::span<const int32_t> ids = text(t);
    for (size_t i = 0; i < ids.size(); ++i) {
      for_each_ngram(ids, i, options_.longest, [&](int64_t, uint64_t key) {
        const int64_t entry = table.find(key);
        if (entry >= 0) of_ngrams.add({weights.words.mean.data() + entry * width, sums.size()});
      });
      if (weights.letters.mean.empty() || ids[i] == Vocabulary::kUnknown) continue;
      std::fill(sums.begin(), sums.end(), 0.0f);
      table.letters().add(ids[i], spellings, weights.letters.mean.data(), width, sums.data());
      of_letters.add(sums);
    }
  }
  weights.words.rescale(of_ngrams.scale());
  weights.letters.rescale(of_letters.scale());
}

std::shared_ptr<Spellings> spellings_for(const NgramTable& table) {
  return table.spells() ? std::make_shared<Spellings>() : nullptr;
}

int64_t ngram_block(int64_t class_count) {
  if (class_count > kMaxNgramClasses) return 0;
  return class_count == 2 ? 1 : class_count;
}

NgramTable::NgramTable(NgramCounts counts) : counts_(std::move(counts)) {
  classes_ = static_cast<int64_t>(counts_.class_texts.size());
  block_size_ = ngram_block(classes_);
  FOVEA_CHECK(counts_.counts.size() == counts_.keys.size() * counts_.class_texts.size(), counts_.counts.size(),
              counts_.keys.size());
  size_t size = 16;
  while (size < 2 * counts_.keys.size()) size *= 2;
  slots_.assign(size, -1);
  for (size_t entry = 0; entry < counts_.keys.size(); ++entry) {
    size_t slot = counts_.keys[entry] & (size - 1);
    while (slots_[slot] >= 0) slot = (slot + 1) & (size - 1);
    slots_[slot] = static_cast<int32_t>(entry);
  }
}

void NgramTable::weigh(NgramWeights weights) {
  FOVEA_CHECK(weights.mean.empty() || std::ssize(weights.mean) == std::ssize(counts_.keys) * block_size_,
              weights.mean.size(), counts_.keys.size());
  weights_ = std::move(weights);
}

void NgramTable::spell(LetterTable letters) {
  FOVEA_CHECK(
      letters.weights().mean.empty() || std::ssize(letters.weights().mean) == std::ssize(letters.keys()) * block_size_,
      letters.weights().mean.size(), letters.keys().size());
  letters_ = std::move(letters);
}

int64_t NgramTable::find(uint64_t key) const {
  const size_t mask = slots_.size() - 1;
  for (size_t slot = key & mask; slots_[slot] >= 0; slot = (slot + 1) & mask) {
    if (counts_.keys[static_cast<size_t>(slots_[slot])] == key) return slots_[slot];
  }
  return -1;
}

void NgramTable::write_ratios(int64_t entry, int32_t own_label, float* out) const {
  const int32_t* counts = counts_.counts.data() + entry * classes_;
  const auto own = [own_label](int64_t c) { return c == own_label ? 1 : 0; };
  // Without the text itself; one below 0 was counted earlier under another label.
  const auto others = [&](int64_t c) { return std::max(counts[c] - own(c), 0); };
  double total = 0, texts = 0;
  for (int64_t c = 0; c < classes_; ++c) {
    total += others(c);
    texts += static_cast<double>(counts_.class_texts[static_cast<size_t>(c)] - own(c));
  }
  if (total < static_cast<double>(counts_.threshold)) return;
  for (int64_t c = classes_ == 2 ? 1 : 0; c < classes_; ++c) {
    const double inside = others(c);
    const double of = static_cast<double>(counts_.class_texts[static_cast<size_t>(c)] - own(c));
    const double share = of / texts;
    if (share <= 0 || share >= 1) continue;  // the only text of its class: nothing to compare it with
    const double ratio =
        std::log((inside + 2 * share) / of) - std::log((total - inside + 2 * (1 - share)) / (texts - of));
    out[classes_ == 2 ? 0 : c] = static_cast<float>(ratio);
  }
}

void NgramTable::ratios(std::span<const int32_t> ids, int32_t own_label, uint64_t key, const Spellings* spellings,
                        float* out) const {
  std::fill(out, out + static_cast<int64_t>(ids.size()) * width(), 0.0f);
  if (width() == 0) return;
  const auto values_of = [&](const NgramWeights& weights) -> const float* {
    if (weights.mean.empty()) return nullptr;
    if (own_label == kAllTexts || weights.folds == 0) return weights.mean.data();
    return weights.each.data() + fold_of(key, weights.folds) * std::ssize(weights.mean);
  };
  const float* weights = values_of(weights_);
  const float* letters = values_of(letters_.weights());
  for (size_t i = 0; i < ids.size(); ++i) {
    float* row = out + static_cast<int64_t>(i) * width();
    float* sums = row + counts_.longest * block_size_;
    for_each_ngram(ids, i, counts_.longest, [&](int64_t length, uint64_t ngram) {
      const int64_t entry = find(ngram);
      if (entry < 0) return;
      write_ratios(entry, own_label, row + (length - 1) * block_size_);
      if (!weights) return;
      for (int64_t c = 0; c < block_size_; ++c) sums[c] += weights[entry * block_size_ + c];
    });
    if (letters) letters_.add(ids[i], spellings, letters, block_size_, sums + (weights ? block_size_ : 0));
  }
}

}  // namespace fovea::data
