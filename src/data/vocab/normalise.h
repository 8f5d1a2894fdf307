// The look-up form of a text: compatibility normalisation (NFKC) and full case folding, each if asked for.
#pragma once

#include <string>
#include <string_view>

namespace fovea::data {

struct NormaliseOptions {
  bool nfkc = true;
  bool case_fold = true;  // with nfkc: NFKC_Casefold, which also drops invisible code points
};

// Appends the normalised form of `text` to `*out`; it may be empty where `text` is not. Time is linear in the text: a
// run of over kLongestMarkRun combining marks, which no script has, is normalised in pieces.
void append_normalised(std::string_view text, const NormaliseOptions& options, std::string* out);

inline constexpr int kLongestMarkRun = 64;

// The end of the unit that begins at byte `start`, before the end: a code point with those behind it that may change
// with it. The units of a text, each normalised for itself, make its normalised form.
size_t end_of_unit(std::string_view text, size_t start, const NormaliseOptions& options);

// `text` cut to at most `max_bytes`, between code points.
std::string_view cut_utf8(std::string_view text, size_t max_bytes);

}  // namespace fovea::data
