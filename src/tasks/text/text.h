// The texts of a text subject: as the model reads them, with words gone, with words planted, and as batches.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "data/batches/plan.h"
#include "data/batches/texts.h"
#include "data/vocab/spellings.h"

namespace fovea::tasks {
struct PlantedWords;
}

namespace fovea::attribution {

// A text as the model reads it. n-gram ratios are not part of it: they are made of the words that are there, so a text
// without a word has those of the words that remain.
struct Text {
  // [n]; 0 is the unknown word, by which a word is masked; below 0 an unknown one of which is kept how it is written.
  std::vector<int32_t> ids;
  // The first word of each sentence, rising from 0; none: the text is one sentence. Only a model that reads sentences
  // looks at them.
  std::vector<int32_t> sentence_starts;
  std::shared_ptr<const data::Spellings> spellings{};  // of ids below 0
  // One of those in which the model's n-grams were counted, as it was counted: then what they say of it is reckoned
  // without it, as in training.
  bool counted = false;

  int64_t size() const { return static_cast<int64_t>(ids.size()); }

  // Without the words at `positions`, each in 0 … n−1, in any order; named twice is named once. A sentence that loses
  // all of its words is gone, the others stay apart.
  Text without(std::span<const int64_t> positions) const;
  // With the unknown word in their place.
  Text masked(std::span<const int64_t> positions) const;
};

// Texts with a shortcut each to a class, for a model that was taught so.
struct PlantedTexts {
  std::vector<Text> texts;
  std::vector<Text> untaught;                // as a model reads them to which the planted words are unknown
  std::vector<Text> incomplete;              // of a shortcut of two words: without the one that completes it
  std::vector<std::vector<int64_t>> places;  // of the planted words, the one that decides first
  std::vector<int64_t> classes;              // of the shortcuts
};

// Each text gets a shortcut to a class drawn at random, at places drawn at random.
PlantedTexts plant(std::span<const Text> texts, const tasks::PlantedWords& words, uint64_t seed);

// The tokens that a pass without gradients takes at once: every word of a text of 200 words left out in turn, and some.
inline constexpr data::BatchOptions kReadBatches = {.max_examples = 1024, .max_tokens = 40'960};
// Of a model that reads sentences, which reads a sentence once however many texts of the batch have it.
inline constexpr data::BatchOptions kVariantBatches = {.max_examples = 1024, .max_tokens = 400'000};

// Which texts go together; those without words are in no batch.
data::BatchPlan plan_texts(std::span<const Text> texts, const data::BatchOptions& options);

// The texts with the numbers `chosen`, of which one may occur several times; all of them counted, or none.
data::TextBatch batch_of(std::span<const Text> texts, std::span<const int64_t> chosen, const data::NgramTable& ngrams);

}  // namespace fovea::attribution
