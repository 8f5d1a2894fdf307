// Which format a text has, found out by looking at its first rows; the file's name decides only where they do not.
#pragma once

#include "data/readers/source.h"
#include "data/readers/table.h"

namespace fovea::data {

struct Detected {
  Format format = Format::kAuto;  // kAuto: nothing fits
  char separator = ',';           // of CSV
  bool regular = false;           // TSV, CSV: more than half of the rows have the same number of columns, two or more
};

// `options.labels_required` = false admits plain lines. `expected` (kAuto: none) is a format that wins where the
// content leaves a choice. Throws UserError (kBadData) for JSON that is not JSONL.
Detected detect_format(const Source& source, const TableOptions& options, Format expected = Format::kAuto);

// The separator of a text that is known to be CSV: the one that its first line declares, else the one that cuts its
// rows most evenly; a comma where that leaves a choice.
char detect_separator(std::string_view text);

}  // namespace fovea::data
