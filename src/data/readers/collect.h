// From records to rows: which cells are text and label, what is bad, what is empty, what was repaired.
#pragma once

#include "data/readers/source.h"
#include "data/readers/table.h"

namespace fovea::data {

// Enters path, hash and marks of a file that is about to be read.
void note_source(const Source& source, ReadReport* report);

// Appends the rows of the file noted last. Throws UserError (kBadData) at the first bad row unless options say kSkip.
// Bad bytes of JSONL are replaced in `*source`, those of other formats cell by cell.
void collect_rows(Source* source, const TableLayout& layout, const TableOptions& options, Table* table);

// Fills report.unused_columns.
void note_unused_columns(const TableLayout& layout, ReadReport* report);

}  // namespace fovea::data
