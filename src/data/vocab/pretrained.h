// Word vectors from a file, for the words of the training texts and, if asked for, for others of the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/options/visitor.h"
#include "data/readers/word_vectors.h"
#include "data/vocab/vocabulary.h"

namespace fovea::data {

struct PretrainedOptions {
  std::string path;         // empty: none are used
  int64_t extra_words = 0;  // words of the file that training lacks and that are known nevertheless, from its beginning
  bool frozen = false;      // the vectors of the file stay as they are
};

void visit(PretrainedOptions& options, options::Visitor& visitor);

struct Pretrained {
  WordVectorFile file;
  std::vector<std::string> words;  // that have a vector: of those asked for, then the extra ones
  std::vector<float> values;       // [words, E]
  FormMap<int64_t> rows;           // word → its row in `values`
  int64_t folded = 0;              // of those asked for, how many were found by their folded form only

  const float* find(std::string_view word) const;  // [E]; null where it has none
};

// Looks `forms` up in the file: as they stand, and those without success by their normalised, case-folded form, where
// of several words of the file the first counts (such files begin with the most frequent). Extra words are normalised
// as texts are, without case where `case_fold`. Throws what read_word_vectors throws.
Pretrained read_pretrained(const PretrainedOptions& options, const std::vector<const std::string*>& forms,
                           bool case_fold);

}  // namespace fovea::data
