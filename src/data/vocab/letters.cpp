#include "data/vocab/letters.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/errors.h"
#include "base/random.h"
#include "data/vocab/characters.h"

namespace fovea::data {
namespace {

constexpr uint64_t kStart = 0x6c65747465727321;  // "letters!": apart from the n-grams of words

// A border is no letter, whatever the word is made of.
constexpr uint64_t kBegin = 0x110000, kEnd = 0x110001;

std::vector<uint64_t> letters_of(std::string_view form) {
  std::vector<uint64_t> letters = {kBegin};
  for (size_t position = 0; position < form.size();) {
    letters.push_back(static_cast<uint64_t>(next_character(form, &position)));
  }
  letters.push_back(kEnd);
  return letters;
}

template <typename Use>
void for_each_word(const SpelledTexts& texts, const Use& use) {
  for (const size_t t : texts.chosen) {
    for (size_t i = texts.offsets[t]; i < texts.offsets[t + 1]; ++i) {
      if (texts.ids[i] != Vocabulary::kUnknown) use(t, texts.ids[i]);
    }
  }
}

const std::string& form_of(int32_t id, const Vocabulary& vocabulary, const Spellings* spellings) {
  FOVEA_CHECK(id > 0 || spellings, id);
  return id > 0 ? vocabulary.form(id) : spellings->form(id);
}

}  // namespace

std::vector<uint64_t> letter_keys(std::string_view form, int64_t longest) {
  const std::vector<uint64_t> letters = letters_of(form);
  std::vector<uint64_t> keys;
  if (letters.size() < 4) return keys;
  for (size_t from = 0; from < letters.size(); ++from) {
    uint64_t key = kStart;
    for (size_t n = 1; n <= static_cast<size_t>(longest) && from + n <= letters.size() && n < letters.size(); ++n) {
      key = mix64(key ^ letters[from + n - 1]);
      if (n >= static_cast<size_t>(kShortestLetters)) keys.push_back(key);
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

LetterTable::LetterTable(int64_t longest, std::vector<uint64_t> keys, const Vocabulary& vocabulary)
    : longest_(longest), keys_(std::move(keys)) {
  FOVEA_CHECK(longest >= kShortestLetters && longest <= kMostLetters, longest);
  FOVEA_CHECK(std::is_sorted(keys_.begin(), keys_.end()));
  offsets_ = {0, 0};  // the unknown word has none
  for (int32_t id = 1; id < vocabulary.size(); ++id) {
    const std::vector<int32_t> own = of_form(vocabulary.form(id));
    entries_.insert(entries_.end(), own.begin(), own.end());
    offsets_.push_back(std::ssize(entries_));
  }
}

void LetterTable::weigh(NgramWeights weights) {
  FOVEA_CHECK(weights.mean.size() % std::max<size_t>(keys_.size(), 1) == 0, weights.mean.size(), keys_.size());
  weights_ = std::move(weights);
}

int64_t LetterTable::find(uint64_t key) const {
  const auto found = std::lower_bound(keys_.begin(), keys_.end(), key);
  return found != keys_.end() && *found == key ? found - keys_.begin() : -1;
}

std::vector<int32_t> LetterTable::of_form(std::string_view form) const {
  std::vector<int32_t> entries;
  for (const uint64_t key : letter_keys(form, longest_)) {
    if (const int64_t entry = find(key); entry >= 0) entries.push_back(static_cast<int32_t>(entry));
  }
  return entries;
}

std::vector<int32_t> LetterTable::entries(int32_t id, const Spellings* spellings) const {
  if (id < 0) {
    FOVEA_CHECK(spellings, id);
    return of_form(spellings->form(id));
  }
  FOVEA_CHECK(static_cast<size_t>(id) + 1 < offsets_.size(), id, offsets_.size());
  const auto at = offsets_.begin() + id;
  return {entries_.begin() + at[0], entries_.begin() + at[1]};
}

void LetterTable::add(int32_t id, const Spellings* spellings, const float* values, int64_t width, float* out) const {
  const auto add_entry = [&](int32_t entry) {
    for (int64_t c = 0; c < width; ++c) out[c] += values[entry * width + c];
  };
  if (id < 0) {
    for (const int32_t entry : entries(id, spellings)) add_entry(entry);
    return;
  }
  FOVEA_CHECK(static_cast<size_t>(id) + 1 < offsets_.size(), id, offsets_.size());
  for (int64_t i = offsets_[static_cast<size_t>(id)]; i < offsets_[static_cast<size_t>(id) + 1]; ++i) {
    add_entry(entries_[static_cast<size_t>(i)]);
  }
}

std::vector<uint64_t> frequent_letters(const SpelledTexts& texts, int64_t longest, int64_t most,
                                       const Vocabulary& vocabulary, const Spellings* spellings) {
  struct Seen {
    int64_t texts = 0;
    size_t last = SIZE_MAX;
  };
  std::unordered_map<uint64_t, Seen> seen;
  std::unordered_map<int32_t, std::vector<Seen*>> of_word;  // nodes of a map stay where they are
  for_each_word(texts, [&](size_t text, int32_t id) {
    const auto [word, fresh] = of_word.try_emplace(id);
    if (fresh) {
      for (const uint64_t key : letter_keys(form_of(id, vocabulary, spellings), longest)) {
        word->second.push_back(&seen[key]);
      }
    }
    for (Seen* ngram : word->second) {
      if (ngram->last == text) continue;
      ngram->last = text;
      ++ngram->texts;
    }
  });
  std::vector<int64_t> counts;
  for (const auto& [key, ngram] : seen) counts.push_back(ngram.texts);
  int64_t least = 2;
  if (std::ssize(counts) > most) {
    const auto last = counts.begin() + most;
    std::nth_element(counts.begin(), last, counts.end(), std::greater<>());
    least = std::max(least, *last + 1);
  }
  std::vector<uint64_t> keys;
  for (const auto& [key, ngram] : seen) {
    if (ngram.texts >= least) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace fovea::data
