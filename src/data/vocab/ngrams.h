// What the n-grams of the training texts say about the classes: for each word of a text, the log-count ratios of the
// n-grams that end there, the sum of their weights, and the sum of those of its letters.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/options/visitor.h"
#include "data/vocab/letters.h"
#include "data/vocab/ngram_weights.h"

namespace fovea::data {

struct NgramOptions {
  int64_t longest = 3;  // words of an n-gram, at most; 0: none
  int64_t folds = 5;    // models of NgramWeights, 2 … kMaxNgramFolds; 0: no weights are learnt
  // Letters of an n-gram inside a word, kShortestLetters … kMostLetters; 0: none. Only with weights.
  int64_t letters = 4;
  // Counts kept, n-grams times classes: the rarest n-grams are left out until they fit. 4 bytes each, and up to 24 per
  // n-gram.
  int64_t max_counts = 4'000'000;
};

// `why_none`: why texts of this kind can have no n-grams; "" where they can.
void visit(NgramOptions& options, options::Visitor& visitor, const char* why_none = "");

// Throws UserError (kUsage) for the numbers inside the ranges that mean nothing: a single fold, single letters.
void check(const NgramOptions& options);

constexpr int64_t kMaxNgramLength = 5;
constexpr int64_t kMaxNgramClasses = 64;  // of more classes no ratios are made: every word would carry hundreds

// In how many texts of each class each n-gram occurs. A text counts once per n-gram; equal texts of a class count once.
struct NgramCounts {
  int64_t longest = 0;
  int64_t threshold = 1;             // an n-gram in fewer other texts than this says nothing
  std::vector<int64_t> class_texts;  // [C]
  std::vector<uint64_t> keys;        // [n], ascending: hashes of the word numbers
  std::vector<int32_t> counts;       // [n, C]
};

class NgramTable;

struct LearntWeights {
  NgramWeights words, letters;  // those of letters may be empty; those of words too, and then both are
};

constexpr int64_t kMostLetterNgrams = 500'000;

// By which texts fall into folds: equal for equal texts.
uint64_t ngram_key(std::span<const int32_t> ids);

class NgramCounter {
 public:
  NgramCounter(const NgramOptions& options, int64_t class_count);

  // ids: numbers of a Vocabulary, or below 0 of Spellings. An n-gram that holds an unknown word is not counted.
  void add(std::span<const int32_t> ids, int32_t label);

  // Of the texts added. O(n log n) in their n-grams, one length at a time.
  NgramCounts count();

  // The n-grams of letters of the texts added, kMostLetterNgrams at most.
  std::vector<uint64_t> letters(const Vocabulary& vocabulary, const Spellings* spellings) const;

  // Weights of the n-grams of `table`, which holds those of the texts added, learnt together (learn_ngram_weights);
  // where that would take too long, those of words alone. Where an n-gram of words occurs, the root mean square of its
  // weights is 1; where a word occurs, that of the sum of its letters. `start`: their means and scales in another
  // training, or nothing; those scales then stay.
  LearntWeights learn(const NgramTable& table, const Spellings* spellings, const LearntWeights& start,
                      int64_t threads) const;

 private:
  std::span<const int32_t> text(size_t t) const {
    return std::span<const int32_t>(ids_).subspan(offsets_[t], offsets_[t + 1] - offsets_[t]);
  }
  std::vector<size_t> distinct() const;  // the first of texts that are equal, label included
  // `letters`: with the n-grams of letters behind those of words.
  NgramTexts entries_of(const NgramTable& table, const Spellings* spellings, bool letters) const;
  void rescale(const NgramTable& table, const Spellings* spellings, LearntWeights& weights) const;

  NgramOptions options_;
  int64_t class_count_;
  std::vector<int32_t> ids_, labels_;
  std::vector<size_t> offsets_ = {0};
};

// The ratio of class c against the others for an n-gram that n_c of the N_c texts of the class hold and m_c of the M_c
// others: log((n_c + 2 π_c) / N_c) − log((m_c + 2 (1 − π_c)) / M_c), π_c = N_c / (N_c + M_c). So an n-gram of which
// nothing is known has 0, however unequal the classes are. After the naive-Bayes features of Wang & Manning (2012),
// counted by position here and without the text's own words in training.
class NgramTable {
 public:
  NgramTable() = default;  // knows no n-gram: width() is 0
  explicit NgramTable(NgramCounts counts);

  void weigh(NgramWeights weights);  // of its n-grams; nothing: it stays without
  void spell(LetterTable letters);   // without weights they only count while weights are learnt

  // R, numbers per word: blocks() of one for two classes (the second against the first), else of one per class.
  int64_t width() const { return blocks() * block_size_; }
  int64_t blocks() const {
    return counts_.longest + (weights_.mean.empty() ? 0 : 1) + (spells() ? 1 : 0);
  }                                                                 // a length each, the weights, and those of letters
  bool spells() const { return !letters_.weights().mean.empty(); }  // whether it matters how unknown words are written
  const NgramCounts& counts() const { return counts_; }
  const NgramWeights& weights() const { return weights_; }
  const LetterTable& letters() const { return letters_; }
  int64_t find(uint64_t key) const;  // the number of an n-gram; -1: not known

  static constexpr int32_t kAllTexts = -1;

  // Writes [ids.size(), R]: word by word, by length of the n-gram that ends there, then the sum of their weights, then
  // that of its letters, each by class. `own_label`: the text was counted under this class, so that its own share of
  // the counts is left out and the weights are those learnt without its fold; kAllTexts for other texts. `key`:
  // ngram_key of the text as it was counted, of which `ids` may be a part. `spellings`: of the ids below 0.
  void ratios(std::span<const int32_t> ids, int32_t own_label, uint64_t key, const Spellings* spellings,
              float* out) const;
  void ratios(std::span<const int32_t> ids, int32_t own_label, float* out) const {
    ratios(ids, own_label, ngram_key(ids), nullptr, out);
  }

 private:
  void write_ratios(int64_t entry, int32_t own_label, float* out) const;

  NgramCounts counts_;
  NgramWeights weights_;
  LetterTable letters_;
  int64_t classes_ = 0, block_size_ = 0;
  std::vector<int32_t> slots_;  // open addressing, a power of two; -1: free
};

// Where unknown words of a text are kept, if that table reads how they are written.
std::shared_ptr<Spellings> spellings_for(const NgramTable& table);

// Numbers of a block, for so many classes; 0: they are too many.
int64_t ngram_block(int64_t class_count);

}  // namespace fovea::data
