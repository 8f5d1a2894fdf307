// Files of word vectors: GloVe text, word2vec text and binary, fastText .vec; any of them in gzip. Read once from the
// front, in pieces: such files have gigabytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fovea::data {

struct WordVectorFile {
  std::string kind;   // "text", "text with a header", "word2vec binary"
  int64_t words = 0;  // rows of the file
  int64_t size = 0;   // E, numbers of a row
  std::string sha256;
};

// Who takes the vectors. The numbers of a row that nobody wants are counted, but not read.
class WordVectorSink {
 public:
  virtual ~WordVectorSink() = default;
  virtual bool wants(std::string_view word) = 0;          // asked once per row, in the order of the file
  virtual void take(const float* values, int64_t E) = 0;  // of the word just wanted
};

// Throws UserError: kNoInput where `path` cannot be read; kBadData, with the line (in a binary file the row), for a row
// of another length than the first, a number that is none or not finite, fewer or more rows than the header says, and a
// file of another kind.
WordVectorFile read_word_vectors(const std::string& path, WordVectorSink& sink);

}  // namespace fovea::data
