// How places and pieces of a person's data are written in messages: paths, columns, samples without control characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/readers/table.h"

namespace fovea::data {

// The path, or "standard input" for "-".
std::string shown_path(const std::string& path);

// "reviews.csv:17"
std::string shown_place(const std::string& path, int64_t line);

// `text` cut to `max_bytes` at a character ("…" tells), control characters as \n, \t or \x1b.
std::string shown_text(std::string_view text, size_t max_bytes = 40);

// "column 2 (stars)" with the header's name, else "column 2"; JSONL: key "stars". For separated formats and JSONL.
std::string column_title(const TableLayout& layout, int column);

// The same for complaints about a row: without a header the name is the part the column plays, "column 2 (label)";
// fastText: "the label".
std::string shown_column(const TableLayout& layout, int column);

// `text` without white space of any script and U+FEFF at both ends.
std::string_view trim_unicode(std::string_view text);

}  // namespace fovea::data
