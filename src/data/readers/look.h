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

}  // namespace fovea::data
