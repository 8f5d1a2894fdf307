// Words that no vocabulary knows, by numbers below 0: so a text keeps how each of them is written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/vocab/vocabulary.h"

namespace fovea::data {

class Spellings {
 public:
  int32_t number(std::string_view form);  // −1, −2, …; the same for the same form
  const std::string& form(int32_t number) const;
  int64_t size() const { return std::ssize(forms_); }

 private:
  std::vector<std::string> forms_;  // of −1, −2, …
  std::unordered_map<std::string, int32_t> numbers_;
};

// The number of a word: of the vocabulary, else of `spellings`, else that of the unknown word.
int32_t number_of(std::string_view form, const Vocabulary& vocabulary, Spellings* spellings);

}  // namespace fovea::data
