// Which column is the text and which the label: by option, by the names in the header, by looking at what they hold.
#pragma once

#include "data/readers/source.h"
#include "data/readers/table.h"

namespace fovea::data {

// Completes a layout whose format (and separator, label prefix) is known: header, column names, columns, why. Throws
// UserError: kUsage for options that do not apply or name no column, kBadData when looking does not decide or the first
// row cannot be read.
void find_columns(const Source& source, const TableOptions& options, TableLayout* layout);

}  // namespace fovea::data
