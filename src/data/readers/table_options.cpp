// The options of reading, described.
#include <array>
#include <optional>
#include <utility>

#include "data/readers/table.h"

namespace fovea::data {
namespace {

const std::array<std::pair<Format, const char*>, 5> kFormatWords = {
    {{Format::kAuto, format_name(Format::kAuto)},
     {Format::kLabelPrefix, format_name(Format::kLabelPrefix)},
     {Format::kTsv, format_name(Format::kTsv)},
     {Format::kCsv, format_name(Format::kCsv)},
     {Format::kJsonl, format_name(Format::kJsonl)}}};
constexpr std::array<std::pair<BadRows, const char*>, 2> kBadRowWords = {
    {{BadRows::kStop, "stop"}, {BadRows::kSkip, "skip"}}};
const std::array<std::pair<std::optional<char>, const char*>, 4> kSeparatorWords = {
    {{std::nullopt, "auto"}, {',', ","}, {';', ";"}, {'|', "|"}}};

void visit_labels(TableOptions& options, options::Visitor& visitor) {
  visitor.text({.name = "weight-column",
                .says = "Column of each training row's weight, by name or number from 1",
                .part = options::Part::kLabels,
                .row = 3,
                .shown = "COLUMN",
                .more = "column with the weight of each training row, a number from 0 (TSV, CSV, JSONL)",
                .late = true,
                .or_number = true},
               options.weight_column);
  visitor.flag({.name = "multi-label",
                .says = "A text may have several labels or none; each has a probability of its own",
                .part = options::Part::kLabels,
                .row = 1,
                .more = "a text may have [several labels](#several-labels) or none",
                .late = true},
               options.multi_label);
  visitor.text({.name = "label-separator",
                .says = "Between the labels of a cell, with --multi-label",
                .part = options::Part::kLabels,
                .row = 2,
                .shown = "TEXT",
                .more = "between the labels of a cell, with `--multi-label`",
                .late = true,
                .idle = options::idle_if(!options.multi_label, "a text has one label (--multi-label allows several)")},
               options.label_separator);
}

void visit_all(TableOptions& options, options::Visitor& visitor, bool of_training) {
  visitor.word(
      {.name = "format", .says = "auto, fasttext, tsv, csv or jsonl", .part = options::Part::kReading, .row = 1},
      options.format, kFormatWords);
  visitor.list({.name = "text-column",
                .says = "Column of the text, by name or number from 1; 2,3 joins two",
                .part = options::Part::kReading,
                .row = 3,
                .shown = "COLUMN",
                .more = "by name or number from 1; `2,3` joins two",
                .key = "text_columns",
                .or_number = true},
               options.text_columns, options::List::kCommas);
  visitor.text({.name = "label-column",
                .says = "Column of the label, by name or number from 1",
                .part = options::Part::kReading,
                .row = 4,
                .shown = "COLUMN",
                .more = "by name or number from 1",
                .or_number = true},
               options.label_column);
  if (of_training) visit_labels(options, visitor);
  visitor.text({.name = "label-prefix",
                .says = "What begins a label in the fasttext format",
                .part = options::Part::kReading,
                .row = 5,
                .shown = "TEXT",
                .usual = "`__label__`"},
               options.label_prefix);
  visitor.word({.name = "on-bad-row", .says = "stop, or skip and count", .part = options::Part::kReading, .row = 6},
               options.on_bad_row, kBadRowWords);
  visitor.maybe({.name = "header",
                 .says = "Does the first row name the columns? auto, yes, no",
                 .part = options::Part::kReading,
                 .row = 2},
                options.header);
  visitor.word({.name = "delimiter",
                .says = "What stands between the cells of a CSV: auto, or one of , ; |",
                .part = options::Part::kReading,
                .row = 7,
                .more = "what stands between the cells of a CSV: auto, or one of `,` `;` `\\|`",
                .late = true},
               options.separator, kSeparatorWords);
}

}  // namespace

void visit(TableOptions& options, options::Visitor& visitor) {
  visit_all(options, visitor, true);
}

void visit_for_use(TableOptions& options, options::Visitor& visitor) {
  visit_all(options, visitor, false);
}

}  // namespace fovea::data
