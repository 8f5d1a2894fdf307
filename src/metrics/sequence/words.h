// How a text is cut into words before a translation is scored. What is shown to others must be cut as others cut it, so
// these are sacreBLEU's tokenizers (Post 2018) to the byte, their oddities included, and not those that models read by
// (data/vocab/).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fovea::metrics {

enum class Tokenizer {
  k13a,   // mteval-v13a of NIST: signs are words of their own, but for a point or a comma within a number
  kZh,    // the same, with each Chinese character a word of its own
  kChar,  // each character that is no white space
  kNone,  // what white space divides
};

const char* tokenizer_name(Tokenizer tokenizer);  // "13a", "zh", "char", "none": as signatures have them

// The words of one text of UTF-8; the bytes that are not well formed stay as they are. O(text).
std::vector<std::string> words_of(std::string_view text, Tokenizer tokenizer);

// In lower case as Unicode has it for no language in particular: "İ" becomes two code points, a sigma at the end of a
// word the final one. Bytes that are not well formed stay as they are.
std::string lower_case(std::string_view text);

// The code points without white space; a byte that is not well formed is 0xDC00 + the byte, which no character is.
std::u32string code_points_without_space(std::string_view text);

}  // namespace fovea::metrics
