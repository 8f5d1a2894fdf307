// N-grams of letters inside a word, and what they say of the classes: so a word that no training text has says
// something by how it is written.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/vocab/ngram_weights.h"
#include "data/vocab/spellings.h"
#include "data/vocab/vocabulary.h"

namespace fovea::data {

constexpr int64_t kShortestLetters = 2, kMostLetters = 8;

// Hashes of the n-grams of kShortestLetters … longest letters (code points) of "<form>", its two borders included, but
// not of the whole; each once, in rising order. None of a word of one letter, which is an n-gram of words already.
// After the subwords of Bojanowski et al. (2017).
std::vector<uint64_t> letter_keys(std::string_view form, int64_t longest);

// The n-grams of letters that are known, and their weights.
class LetterTable {
 public:
  LetterTable() = default;  // knows none: longest() is 0
  // keys: rising. The words of `vocabulary` are looked up once, here.
  LetterTable(int64_t longest, std::vector<uint64_t> keys, const Vocabulary& vocabulary);

  int64_t longest() const { return longest_; }
  const std::vector<uint64_t>& keys() const { return keys_; }
  const NgramWeights& weights() const { return weights_; }
  void weigh(NgramWeights weights);  // of its n-grams

  // Places in keys() of the n-grams of a word: one of the vocabulary, or one below 0, of `spellings`, which may lack
  // where there are no such words. None for the unknown word.
  std::vector<int32_t> entries(int32_t id, const Spellings* spellings) const;
  int64_t find(uint64_t key) const;  // −1: not known

  // Adds to out [K] the sum of `values` [keys, K] over the n-grams of the word.
  void add(int32_t id, const Spellings* spellings, const float* values, int64_t width, float* out) const;

 private:
  std::vector<int32_t> of_form(std::string_view form) const;

  int64_t longest_ = 0;
  std::vector<uint64_t> keys_;
  NgramWeights weights_;
  std::vector<int32_t> entries_;  // of the words of the vocabulary, end to end
  std::vector<int64_t> offsets_;  // [words+1]
};

// A set of texts as `ids` of words, text t holding ids[offsets[t]] … ids[offsets[t+1]-1].
struct SpelledTexts {
  std::span<const int32_t> ids;
  std::span<const size_t> offsets;
  std::span<const size_t> chosen;  // the texts that count
};

// The n-grams of letters that two texts hold at least, the most frequent `most` where they are more; rising.
std::vector<uint64_t> frequent_letters(const SpelledTexts& texts, int64_t longest, int64_t most,
                                       const Vocabulary& vocabulary, const Spellings* spellings);

}  // namespace fovea::data
