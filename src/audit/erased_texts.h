// Questions about texts with words erased. Many texts go to the model in one request, and what is asked twice of a text
// is asked once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "attribution/subject.h"

namespace fovea::audit {

// How a word is erased: taken out, so that the text is shorter, or replaced by the unknown word, which a model that was
// trained with words masked has seen.
enum class Erased { kDeleted, kMasked };

class ErasedTexts {
 public:
  ErasedTexts(attribution::Subject& subject, Erased how) : subject_(subject), how_(how) {}

  // Asks for text number `text` without the words at `positions`, in any order. Returns the number of the question.
  size_t add(size_t text, const attribution::Text& whole, std::vector<int64_t> positions);

  int64_t words() const { return words_; }  // of all that was asked since the last answer

  // The logits [C] of each question; then there are none any more.
  std::vector<std::vector<double>> answer();

 private:
  attribution::Subject& subject_;
  Erased how_;
  std::vector<attribution::Text> asked_;
  std::map<std::pair<size_t, std::vector<int64_t>>, size_t> known_;  // by text and sorted positions
  int64_t words_ = 0;
};

// A request of about this many words keeps the model's batches full without holding much memory.
inline constexpr int64_t kWordsPerRequest = 200'000;

}  // namespace fovea::audit
