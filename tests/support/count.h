// What tests ask of text.
#pragma once

#include <string>

namespace fovea::test {

// How often the piece occurs in a text, overlaps counted.
inline int count_of(const std::string& text, const std::string& piece) {
  int count = 0;
  for (size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

}  // namespace fovea::test
