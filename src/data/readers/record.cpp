#include "data/readers/record.h"

#include "base/errors.h"
#include "data/readers/csv.h"
#include "data/readers/jsonl.h"
#include "data/readers/label_prefix.h"
#include "data/readers/lines.h"
#include "data/readers/tsv.h"

namespace fovea::data {

std::unique_ptr<RecordReader> open_records(std::string_view text, const TableLayout& layout) {
  switch (layout.format) {
    case Format::kLabelPrefix:
      return std::make_unique<LabelPrefixReader>(text, layout.label_prefix, layout.multi_label);
    case Format::kTsv:
      return std::make_unique<TsvReader>(text);
    case Format::kCsv:
      return std::make_unique<CsvReader>(text, layout.separator);
    case Format::kJsonl:
      return std::make_unique<JsonlReader>(text, layout.column_names);
    case Format::kLines:
      return std::make_unique<PlainLineReader>(text);
    case Format::kAuto:
      break;
  }
  FOVEA_CHECK(false, "a layout has a format", static_cast<int>(layout.format));
  return nullptr;
}

}  // namespace fovea::data
