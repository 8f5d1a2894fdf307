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

}  // namespace fovea::data
