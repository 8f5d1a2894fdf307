// What a file is: format, header and columns together; and whether it is like a file already known.
#pragma once

#include "data/readers/source.h"
#include "data/readers/table.h"

namespace fovea::data {

// Throws as detect_format and find_columns do, and UserError (kBadData) when no format fits. `expected` (kAuto: none)
// wins where the content leaves a choice between formats.
TableLayout look_at(const Source& source, const TableOptions& options, Format expected = Format::kAuto);

// True when the file can be read by `known` as it is: same format, same header, a column for all that `known` wants.
bool fits_layout(const Source& source, const TableOptions& options, const TableLayout& known);

// What a file looks like that is to be read as one text a line.
enum class Looks {
  kLines,         // nothing speaks against it
  kTable,         // rows of columns or of JSON objects
  kTrainedTable,  // a table with the header that `trained` has
};

// Judged by the first mebibyte of `bytes`, uncompressed; `path` is the file's name, which counts where the content
// leaves a choice.
Looks look_of_lines(const std::string& path, std::string_view bytes, const TableLayout& trained);

}  // namespace fovea::data
