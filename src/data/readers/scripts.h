// The scripts that the sentences of one language are written in, and sentences that are in none of them.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

namespace fovea::data {

class Scripts {
 public:
  // Counts the letters of a sentence, well-formed UTF-8.
  void add(std::string_view text);

  // Whether more than half of a text's letters, of which it has three or more, are of scripts that hold less than a
  // tenth of the letters counted. Han, kana and Bopomofo are one script here; digits and marks are of none.
  bool foreign(std::string_view text) const;

 private:
  std::map<int, int64_t> letters_;  // by ICU's number of the script
  int64_t all_ = 0;
};

}  // namespace fovea::data
