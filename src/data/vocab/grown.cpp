#include "data/vocab/grown.h"

#include <algorithm>

#include "base/errors.h"

namespace fovea::data {

Vocabulary grown_vocabulary(const Vocabulary& known, const Vocabulary& found) {
  Vocabulary grown = known;
  for (int32_t id = 1; id < found.size(); ++id) {
    const int32_t old = known.id(found.form(id));
    if (old == Vocabulary::kUnknown) {
      grown.append(found.form(id), found.count(id));
    } else {
      grown.add_count(old, found.count(id));
    }
  }
  return grown;
}

NgramCounts grown_ngrams(const NgramCounts& known, const std::vector<int32_t>& known_classes, const NgramCounts& found,
                         int64_t class_count) {
  const auto classes = static_cast<size_t>(class_count);
  const size_t old_classes = known.class_texts.size();
  FOVEA_CHECK(known.longest == found.longest && found.class_texts.size() == classes, known.longest, found.longest);
  FOVEA_CHECK(known_classes.size() == old_classes, known_classes.size(), old_classes);
  NgramCounts grown{found.longest, std::max(known.threshold, found.threshold), found.class_texts, {}, {}};
  for (size_t c = 0; c < old_classes; ++c) {
    grown.class_texts[static_cast<size_t>(known_classes[c])] += known.class_texts[c];
  }
  // Both lists rise by key: one pass over the two.
  size_t i = 0, j = 0;
  while (i < known.keys.size() || j < found.keys.size()) {
    const bool from_known = i < known.keys.size() && (j == found.keys.size() || known.keys[i] <= found.keys[j]);
    const bool from_found = j < found.keys.size() && (i == known.keys.size() || found.keys[j] <= known.keys[i]);
    grown.keys.push_back(from_known ? known.keys[i] : found.keys[j]);
    const size_t row = grown.counts.size();
    grown.counts.resize(row + classes, 0);
    if (from_known) {
      for (size_t c = 0; c < old_classes; ++c) {
        grown.counts[row + static_cast<size_t>(known_classes[c])] += known.counts[i * old_classes + c];
      }
      ++i;
    }
    if (from_found) {
      for (size_t c = 0; c < classes; ++c) grown.counts[row + c] += found.counts[j * classes + c];
      ++j;
    }
  }
  return grown;
}

NgramWeights grown_weights(const NgramWeights& known, const std::vector<uint64_t>& known_keys,
                           const std::vector<int32_t>& known_classes, const std::vector<uint64_t>& keys,
                           int64_t class_count) {
  const int64_t size = ngram_block(class_count), known_size = ngram_block(std::ssize(known_classes));
  NgramWeights weights;
  weights.scale = known.scale;
  weights.mean.assign(keys.size() * static_cast<size_t>(size), 0);
  for (size_t i = 0, entry = 0; i < keys.size(); ++i) {
    while (entry < known_keys.size() && known_keys[entry] < keys[i]) ++entry;
    if (entry == known_keys.size() || known_keys[entry] != keys[i]) continue;
    const float* from = known.mean.data() + static_cast<int64_t>(entry) * known_size;
    float* to = weights.mean.data() + static_cast<int64_t>(i) * size;
    for (size_t c = 0; c < known_classes.size(); ++c) {
      // Of two classes the number is for the second, and so against the first.
      if (size == 1) {
        to[0] = from[0];
      } else if (known_size == 1) {
        to[known_classes[c]] = c == 1 ? from[0] : -from[0];
      } else {
        to[known_classes[c]] = from[c];
      }
    }
  }
  return weights;
}

}  // namespace fovea::data
