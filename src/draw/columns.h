// Pieces of plain-text tables: cells padded by display width, quoted labels, paragraphs. Texts given here are safe
// already.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fovea::draw {

std::string spaces(int count);                            // "" of a count below 0
std::string pad_right(std::string_view text, int width);  // text, then spaces up to `width` columns
std::string pad_left(std::string_view text, int width);

// A label between quotes, safe and at most `width` columns wide.
std::string quoted_label(std::string_view label, int width = 24);

// The words of `text` in lines of at most `width` - `indent` columns, each with its line end, all but the first after
// `indent` spaces: the caller has put something before the first. A word longer than a line is ellipsized.
std::string wrapped(std::string_view text, int width, int indent);

inline constexpr int kSummaryNameWidth = 14, kSummaryTextWidth = 66;  // columns of a summary

// A name and what is said beside it, as the entries of a summary are; the lines of `text` are ended by '\n'.
struct Told {
  std::string name, text;
};

// "name          text": the two columns of every summary, further lines of `text` are
// indented, and a name too wide for its column has a line of its own.
std::string summary_lines(const std::string& name, const std::string& text);

// Pieces joined by " · ", broken between pieces where a line would be too long; without the last line's end.
std::string joined_pieces(const std::vector<std::string>& pieces, int width = kSummaryTextWidth);

}  // namespace fovea::draw
