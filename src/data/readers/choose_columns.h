// The choice of the text and the label among known columns: by option, by name, by what they hold; never by guess.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/readers/column_stats.h"
#include "data/readers/table.h"

namespace fovea::data {

// Fills text_columns, label_column and why of a layout whose column_names, columns and header are known. `count` is
// called at most once, and only where names do not decide or an error wants samples; `path` is for messages. Throws as
// find_columns does.
void choose_columns(const TableOptions& options, TableLayout* layout,
                    const std::function<std::vector<ColumnStats>()>& count, const std::string& path);

}  // namespace fovea::data
