// What was found in the data, told before training; plain numbers, free of tensors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "data/readers/table.h"

namespace fovea::tasks {

struct ClassShare {
  std::string label;
  int64_t train = 0, valid = 0, test = 0;  // rows
};

struct DataSummary {
  std::vector<std::string> files;  // "reviews.tsv", with role "valid: …" resolved by the door
  data::TableLayout layout;
  std::vector<std::string> unused_columns;
  int64_t rows = 0;  // of all files, those left out included
  int64_t train = 0, valid = 0, test = 0;
  bool split_from_data = true;  // false: --valid and --test came as files
  std::vector<ClassShare> classes;
  std::vector<std::string> small_classes;  // of fewer than 3 rows or different texts: all of them train
  int64_t length_median = 0, length_p95 = 0, length_max = 0;  // tokens, all parts, before the cut
  int64_t empty_texts = 0, bad_rows = 0, bad_bytes = 0;
  std::vector<std::string> bad_places;       // "file:line: reason", rows left out
  std::vector<std::string> bad_byte_places;  // "file:line"
  int64_t repeated_texts = 0;                // rows whose text occurred in an earlier row of the same part
  int64_t conflicting_texts = 0;             // distinct texts that occur under more than one label
  int64_t repeated_across_parts = 0;         // rows of --valid or --test whose text is also in training
  int64_t cut_texts = 0;                     // texts longer than max_tokens
  int64_t cut_tokens = 0;
  int64_t max_tokens = 0;
  double markup_share = 0;  // share of training rows with tags
  bool markup_stripped = false;
  bool markup_automatic = false;
  int64_t pieces = 0;      // of SentencePiece, learnt or taken over; 0: texts are not cut into such
  int64_t vocabulary = 0;  // words known, without the unknown word
  int64_t min_count = 0;
  bool vocabulary_full = false;                    // the maximum size cut it
  int64_t ngrams = 0, ngram_length = 0;            // n-grams with ratios, and the most words of one; 0: none are used
  bool ngram_weights = false;                      // they have learnt weights too
  int64_t ngram_threshold = 0;                     // texts that must hold one
  int64_t char_ngrams = 0, char_ngram_length = 0;  // n-grams of letters with weights, and the most letters of one
  // Pre-trained word vectors, where there are some: file, its kind and size, words with a vector (of them found by
  // their folded form only), extra words of the file, and the shares of the training part's words and tokens that have
  // one.
  std::string vectors, vectors_kind;
  int64_t vectors_rows = 0, vectors_size = 0, vectors_found = 0, vectors_folded = 0, vectors_extra = 0;
  double vectors_words_share = 0, vectors_tokens_share = 0;
  bool vectors_frozen = false;
  double oov_train = 0, oov_valid = 0;  // share of tokens that are unknown
  int64_t train_tokens = 0;
  int64_t predicted_memory = 0;  // bytes at the peak, filled in when the model is known

  Json to_json() const;
};

}  // namespace fovea::tasks
