// Is the first row a header? Known names decide; otherwise only a clear contrast to the rows below does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/readers/column_stats.h"
#include "data/readers/record.h"

namespace fovea::data {

enum class ColumnRole { kLabel, kText };

// The names that decide, in the order in which they win: label, class, sentiment; text, review, sentence.
const std::vector<std::string>& known_names(ColumnRole role);

// A header cell without surrounding spaces and one pair of quotes (TSV knows no quoting, yet headers have them); bad
// bytes are replaced.
std::string header_name(std::string_view cell);

// ASCII letters in lower case: how names are compared.
std::string lower_ascii(std::string_view text);

// True when a cell of `row` is one of the known names.
bool has_known_name(const std::vector<std::string>& row, ColumnRole role);

// True when every known name in `first` is met again in its column, in the rows that `rest` gives: then it is a label
// or a text like others ("text" and "image" as classes).
bool known_names_are_values(const std::vector<std::string>& first, RecordReader* rest);

// True when `first` can only be names: a word above numbers, or above long texts and few labels that it is none of.
bool contrasts_with_rows(const std::vector<std::string>& first, const std::vector<ColumnStats>& below);

}  // namespace fovea::data
