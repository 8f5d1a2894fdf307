#include "tasks/text/planted.h"

#include <string>

#include "base/errors.h"
#include "base/random.h"
#include "tasks/text/ngram_learning.h"

namespace fovea::tasks {
namespace {

constexpr uint64_t kTrain = 1, kValid = 2;

// `keep_classes`: the last text of a class keeps its label, as a model without a text of some class cannot be saved.
data::EncodedTexts planted(const data::EncodedTexts& texts, const std::vector<int32_t>& words, uint64_t seed,
                           uint64_t part, bool keep_classes) {
  std::vector<int64_t> left(words.size(), 0);  // texts of each class, as relabelled so far
  for (int64_t i = 0; i < texts.size(); ++i) ++left[static_cast<size_t>(texts.label(i))];
  const uint64_t base = stream_base({seed, Purpose::kPlanting, part});
  data::EncodedTexts out;
  for (int64_t i = 0; i < texts.size(); ++i) {
    const std::span<const int32_t> whole = texts.text(i), starts = texts.sentence_starts(i);
    std::vector<int32_t> ids(whole.begin(), whole.end()), own(starts.begin(), starts.end());
    int32_t label = texts.label(i);
    const auto at = static_cast<uint64_t>(i) * 3;
    const bool last = left[static_cast<size_t>(label)] == 1;
    if (uniform(base, at) < 0.5 && !(keep_classes && last)) {
      --left[static_cast<size_t>(label)];
      label = static_cast<int32_t>(uniform_below(base, at + 1, words.size()));
      ++left[static_cast<size_t>(label)];
      plant_word(ids, own, words[static_cast<size_t>(label)],
                 static_cast<int64_t>(uniform_below(base, at + 2, ids.size() + 1)));
    }
    out.add(ids, label, own, texts.spellings(i));
  }
  return out;
}

// A word that no text can hold: a space is never part of one.
std::string planted_form(size_t c) {
  return "planted " + std::to_string(c);
}

}  // namespace

void plant_word(std::vector<int32_t>& ids, std::vector<int32_t>& sentence_starts, int32_t word, int64_t at) {
  FOVEA_CHECK(at >= 0 && at <= std::ssize(ids), at, ids.size());
  ids.insert(ids.begin() + at, word);
  for (int32_t& start : sentence_starts) {
    if (start > 0 && start >= at) ++start;
  }
}

PlantedData plant(const TextData& data, uint64_t seed) {
  FOVEA_CHECK(!data.multi_label);
  PlantedData out{data, {}};
  out.data.test_rows.clear();
  for (size_t c = 0; c < data.labels.size(); ++c) {
    out.words.push_back(static_cast<int32_t>(data.vocabulary.size() + static_cast<int64_t>(c)));
  }
  out.data.train = planted(data.train, out.words, seed, kTrain, true);
  std::vector<int64_t> counts(data.labels.size(), 0);
  for (int64_t i = 0; i < out.data.train.size(); ++i) {
    for (const int32_t id : out.data.train.text(i)) {
      if (id >= out.words.front()) ++counts[static_cast<size_t>(id - out.words.front())];
    }
  }
  for (size_t c = 0; c < counts.size(); ++c) out.data.vocabulary.append(planted_form(c), counts[c]);
  out.data.valid = planted(data.valid, out.words, seed, kValid, false);
  out.data.train_weights.clear();
  out.data.label_counts.assign(data.labels.size(), 0);
  for (int64_t i = 0; i < out.data.train.size(); ++i) {
    ++out.data.label_counts[static_cast<size_t>(out.data.train.label(i))];
  }
  out.data.counted_rows = out.data.train.size();
  count_ngrams_again(data, out.data);
  return out;
}

}  // namespace fovea::tasks
