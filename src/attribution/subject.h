// A trained classifier as an audit asks it: texts are numbers of its vocabulary, what it answers is plain numbers. The
// real one is attribution/text_subject.h; tests of the audit make their own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/errors.h"
#include "data/vocab/spellings.h"

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

  int64_t size() const { return static_cast<int64_t>(ids.size()); }

  // Without the words at `positions`, each in 0 … n−1, in any order; named twice is named once. A sentence that loses
  // all of its words is gone, the others stay apart.
  Text without(std::span<const int64_t> positions) const;
  // With the unknown word in their place.
  Text masked(std::span<const int64_t> positions) const;
};

// What one look gives to each word; sums to 1 over a text that is not empty.
using Weights = std::vector<double>;

// Every look of a model at one text: of its rows, heads and members; one where it has a single one.
using Looks = std::vector<Weights>;

// What the model makes of one text. A text without words is answered by the label shares of the training part, and has
// no looks, no states.
struct Reading {
  std::vector<double> logits;         // [C], divided by the model's temperature
  std::vector<double> probabilities;  // [C]
  Weights weights;                    // [n], the mean of `looks`: what Fovea shows
  Looks looks;                        // hierarchical: one, word × sentence
  double conicity = 0;  // mean cosine of the states to their mean, −1 … 1; of several members the mean
  std::vector<double> representation;  // [D], what the head reads; of several members one after the other
};

class Subject {
 public:
  virtual ~Subject() = default;

  virtual int64_t classes() const = 0;  // C

  // One reading per text, in order. Batches are made inside, here and below.
  virtual std::vector<Reading> read(std::span<const Text> texts) = 0;

  // Only the logits [C] of each, divided by the temperature: what erasure asks thousands of times.
  virtual std::vector<std::vector<double>> logits(std::span<const Text> texts) = 0;

  // The logits [C] that the states of `text` give under other weights, for each of `variants`. A variant has as many
  // looks as the reading has. Hierarchical: the weight of a sentence is the sum of its words', and the sentence encoder
  // reads what those weights make of each sentence; one whose words weigh 0 is read as the model itself reads it, and
  // counts 0. Weights that are those of the reading give its logits. Not of a text without words, which has no states.
  virtual std::vector<std::vector<double>> logits_under(const Text& text, std::span<const Looks> variants) = 0;
};

namespace internal {

inline std::vector<char> marked(std::span<const int64_t> positions, int64_t size) {
  std::vector<char> marks(static_cast<size_t>(size), 0);
  for (const int64_t position : positions) {
    FOVEA_CHECK(0 <= position && position < size, "word", position, "of", size);
    marks[static_cast<size_t>(position)] = 1;
  }
  return marks;
}

}  // namespace internal

inline Text Text::without(std::span<const int64_t> positions) const {
  const std::vector<char> gone = internal::marked(positions, size());
  Text rest;
  rest.spellings = spellings;
  rest.ids.reserve(ids.size());
  size_t next = 0;  // the sentence that begins at the word to come
  bool begins = false;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (next < sentence_starts.size() && static_cast<size_t>(sentence_starts[next]) == i) {
      begins = true;
      ++next;
    }
    if (gone[i]) continue;
    if (begins) rest.sentence_starts.push_back(static_cast<int32_t>(rest.ids.size()));
    begins = false;
    rest.ids.push_back(ids[i]);
  }
  return rest;
}

inline Text Text::masked(std::span<const int64_t> positions) const {
  const std::vector<char> gone = internal::marked(positions, size());
  Text rest = *this;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (gone[i]) rest.ids[i] = 0;
  }
  return rest;
}

}  // namespace fovea::attribution
