// The rows of the files of labelled texts, each in its part.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/readers/table.h"
#include "data/vocab/split.h"
#include "tasks/text/data.h"

namespace fovea::tasks {

// A row on its way: its text is let go once it is tokens.
struct TextRow {
  data::Row row;
  data::Part part = data::Part::kTrain;
  uint64_t identity = 0;
};

// One, or with several per text as many as it has.
std::vector<std::string> labels_of(const TextRow& row, bool multi_label);

// Reads DATA, then --valid and --test; cuts DATA as far as those do not come as files. Fills in what the files say of
// `data`: layout, paths and hashes, warnings, and their part of the summary. Throws what load_text_data() says.
std::vector<TextRow> read_text_rows(const TextDataOptions& options, const TextBase* base, TextData& data);

}  // namespace fovea::tasks
