// What a terminal can be given: its style, and text of unknown origin made fit for a line of it.
#pragma once

#include <string>
#include <string_view>

namespace fovea::draw {

// How a terminal may be written to; decided by the door.
struct Style {
  bool colour = false;
  int width = 80;
};

// Text with control characters (C0, C1, DEL, escape), bidi controls and line ends made visible or harmless: nothing in
// it can move the cursor, colour the terminal or reorder the line. Tabs and line ends become a space. Bytes that are
// not UTF-8 count as one U+FFFD each.
std::string safe_text(std::string_view text);

// The width in terminal columns (wide East Asian characters and most emoji count 2, combining marks 0).
int display_width(std::string_view text);
// `text` cut to `width` columns with "…" where it was longer.
std::string ellipsize(std::string_view text, int width);

}  // namespace fovea::draw
