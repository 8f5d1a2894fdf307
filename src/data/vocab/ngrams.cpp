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
    if (id == Vocabulary::kUnknown) return;
    key = mix64(key ^ static_cast<uint64_t>(id));
    use(length, key);
  }
}

uint64_t text_hash(std::span<const int32_t> ids, int32_t label) {
  uint64_t hash = mix64(static_cast<uint64_t>(label));
  for (const int32_t id : ids) hash = mix64(hash ^ static_cast<uint64_t>(id));
  return hash;
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

}  // namespace

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

NgramCounts NgramCounter::count() {
  NgramCounts counts;
  counts.longest = options_.longest;
  counts.class_texts.assign(static_cast<size_t>(class_count_), 0);
  std::vector<size_t> texts;  // the first of equal ones
  for (size_t t = 0; t < labels_.size(); ++t) texts.push_back(t);
  const auto ids_of = [&](size_t t) {
    return std::span<const int32_t>(ids_).subspan(offsets_[t], offsets_[t + 1] - offsets_[t]);
  };
  std::vector<uint64_t> hashes;
  for (const size_t t : texts) hashes.push_back(text_hash(ids_of(t), labels_[t]));
  std::stable_sort(texts.begin(), texts.end(), [&](size_t a, size_t b) { return hashes[a] < hashes[b]; });
  texts.erase(std::unique(texts.begin(), texts.end(), [&](size_t a, size_t b) { return hashes[a] == hashes[b]; }),
              texts.end());
  for (const size_t t : texts) ++counts.class_texts[static_cast<size_t>(labels_[t])];

  std::vector<Occurrence> occurrences;
  std::vector<uint64_t> own;
  for (int64_t wanted = 1; wanted <= options_.longest; ++wanted) {
    occurrences.clear();
    for (const size_t t : texts) {
      own.clear();
      const std::span<const int32_t> ids = ids_of(t);
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

int64_t ngram_width(int64_t longest, int64_t class_count) {
  if (class_count > kMaxNgramClasses) return 0;
  return longest * (class_count == 2 ? 1 : class_count);
}

NgramTable::NgramTable(NgramCounts counts) : counts_(std::move(counts)) {
  classes_ = static_cast<int64_t>(counts_.class_texts.size());
  width_ = ngram_width(counts_.longest, classes_);
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

void NgramTable::ratios(std::span<const int32_t> ids, int32_t own_label, float* out) const {
  const int64_t per_length = counts_.longest > 0 ? width_ / counts_.longest : 0;
  std::fill(out, out + static_cast<int64_t>(ids.size()) * width_, 0.0f);
  if (width_ == 0) return;
  for (size_t i = 0; i < ids.size(); ++i) {
    float* row = out + static_cast<int64_t>(i) * width_;
    for_each_ngram(ids, i, counts_.longest, [&](int64_t length, uint64_t key) {
      const int64_t entry = find(key);
      if (entry >= 0) write_ratios(entry, own_label, row + (length - 1) * per_length);
    });
  }
}

}  // namespace fovea::data
