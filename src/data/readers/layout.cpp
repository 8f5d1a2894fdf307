// TableLayout: its sentence for the summary, its JSON, and how two of them differ.
#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/messages.h"
#include "data/readers/table.h"

namespace fovea::data {
namespace {

constexpr Format kFormats[] = {Format::kAuto, Format::kLabelPrefix, Format::kTsv,
                               Format::kCsv,  Format::kJsonl,       Format::kLines};

std::string title(const TableLayout& layout) {
  switch (layout.format) {
    case Format::kLabelPrefix:
      return "fastText lines";
    case Format::kTsv:
      return "TSV";
    case Format::kCsv:
      return layout.separator == ';' ? "CSV with semicolons" : layout.separator == '|' ? "CSV with bars" : "CSV";
    case Format::kJsonl:
      return "JSONL";
    case Format::kLines:
      return "plain lines";
    case Format::kAuto:
      break;
  }
  return "not known";
}

std::string header_words(const TableLayout& layout) {
  return layout.header ? "with a header" : "without a header";
}

bool is_table(const TableLayout& layout) {
  return layout.format == Format::kTsv || layout.format == Format::kCsv;
}

std::string texts_of(const TableLayout& layout) {
  std::string list;
  for (const int column : layout.text_columns) list += (list.empty() ? "" : " + ") + column_title(layout, column);
  return list;
}

// What identifies a column: its name where there are names, else its number.
std::string column_key(const TableLayout& layout, int column) {
  const size_t index = static_cast<size_t>(column);
  if (column >= 0 && index < layout.column_names.size()) return "name " + layout.column_names[index];
  return "number " + std::to_string(column);
}

std::vector<std::string> text_keys(const TableLayout& layout) {
  std::vector<std::string> keys;
  for (const int column : layout.text_columns) keys.push_back(column_key(layout, column));
  return keys;
}

[[noreturn]] void refuse_layout(const std::string& field, const std::string& reason) {
  throw UserError(ExitCode::kBadData, "layout of the data: \"" + field + "\" " + reason,
                  "The model's settings are damaged: take them from a copy, or train again.");
}

template <typename Value>
Value take(const Json& json, const char* field) {
  const auto found = json.find(field);
  if (found == json.end()) refuse_layout(field, "is missing");
  bool fits = false;
  if constexpr (std::is_same_v<Value, bool>) fits = found->is_boolean();
  if constexpr (std::is_same_v<Value, int>) fits = found->is_number_integer();
  if constexpr (std::is_same_v<Value, std::string>) fits = found->is_string();
  if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
    fits = found->is_array() && std::all_of(found->begin(), found->end(), [](const Json& x) { return x.is_string(); });
  }
  if constexpr (std::is_same_v<Value, std::vector<int>>) {
    fits = found->is_array() &&
           std::all_of(found->begin(), found->end(), [](const Json& x) { return x.is_number_integer(); });
  }
  if (!fits) refuse_layout(field, "is of the wrong type");
  return found->get<Value>();
}

// What the reader of the format gives.
int cells_of_a_row(const TableLayout& layout) {
  if (is_table(layout)) return layout.columns;
  if (layout.format == Format::kJsonl) return static_cast<int>(layout.column_names.size());
  return layout.format == Format::kLines ? 1 : 2;  // the line; the label and the rest
}

void check_columns(const TableLayout& layout) {
  const int count = cells_of_a_row(layout);
  const auto outside = [&](int column) { return column < 0 || column >= count; };
  if (layout.text_columns.empty()) refuse_layout("text_columns", "is empty");
  if (std::any_of(layout.text_columns.begin(), layout.text_columns.end(), outside)) {
    refuse_layout("text_columns", "names a column that does not exist");
  }
  if (layout.label_column != -1 && outside(layout.label_column)) {
    refuse_layout("label_column", "names a column that does not exist");
  }
  if (layout.format == Format::kLines && layout.label_column != -1) {
    refuse_layout("label_column", "names a label, and plain lines have none");
  }
  if (layout.label_prefix.empty() || layout.label_prefix.find_first_of(" \t") != std::string::npos) {
    refuse_layout("label_prefix", "is empty or holds a blank");
  }
}

}  // namespace

const char* format_name(Format format) {
  switch (format) {
    case Format::kAuto:
      return "auto";
    case Format::kLabelPrefix:
      return "fasttext";
    case Format::kTsv:
      return "tsv";
    case Format::kCsv:
      return "csv";
    case Format::kJsonl:
      return "jsonl";
    case Format::kLines:
      return "lines";
  }
  FOVEA_CHECK(false, "a format has a name", static_cast<int>(format));
  return "";
}

std::vector<std::string> TableLayout::pieces() const {
  if (format == Format::kLines) return {"plain lines", "text: each line", "no labels"};
  if (format == Format::kLabelPrefix) {
    return {"fastText lines", (multi_label ? "labels: " : "label: ") + shown_text(label_prefix) + "…",
            "text: the rest of the line"};
  }
  std::vector<std::string> out = {title(*this)};
  if (is_table(*this)) out.back() += header ? ", header" : ", no header";
  std::string text = "text: ";
  for (size_t i = 0; i < text_columns.size(); ++i) {
    text += (i ? " + " : "") + column_title(*this, text_columns[i]);
  }
  out.push_back(text);
  out.push_back(label_column < 0 ? std::string("no labels")
                                 : (multi_label ? "labels: " : "label: ") + column_title(*this, label_column));
  if (weight_column >= 0) out.push_back("weight: " + column_title(*this, weight_column));
  return out;
}

std::string TableLayout::describe() const {
  std::string sentence;
  for (const std::string& piece : pieces()) sentence += (sentence.empty() ? "" : " · ") + piece;
  return sentence;
}

Json TableLayout::to_json() const {
  Json json;
  json["format"] = format_name(format);
  json["header"] = header;
  json["column_names"] = column_names;
  json["text_columns"] = text_columns;
  json["label_column"] = label_column;
  json["label_prefix"] = label_prefix;
  json["columns"] = columns;
  if (multi_label) json["multi_label"] = true;
  if (multi_label) json["label_separator"] = label_separator;
  json["separator"] = std::string(1, separator);
  json["why"] = why;
  return json;
}

Format parse_format(const std::string& name) {
  const auto* found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                   [&](Format format) { return format_name(format) == name; });
  if (found == std::end(kFormats)) refuse_layout("format", "is no format: " + shown_text(name));
  return *found;
}

TableLayout TableLayout::from_json(const Json& json) {
  if (!json.is_object()) refuse_layout("layout", "is not an object");
  TableLayout layout;
  layout.format = parse_format(take<std::string>(json, "format"));
  if (layout.format == Format::kAuto) refuse_layout("format", "is no format of a file: auto");
  layout.header = take<bool>(json, "header");
  layout.column_names = take<std::vector<std::string>>(json, "column_names");
  layout.text_columns = take<std::vector<int>>(json, "text_columns");
  layout.label_column = take<int>(json, "label_column");
  layout.label_prefix = take<std::string>(json, "label_prefix");
  layout.columns = take<int>(json, "columns");
  if (json.contains("multi_label")) {
    layout.multi_label = take<bool>(json, "multi_label");
    layout.label_separator = take<std::string>(json, "label_separator");
    if (layout.label_separator.empty()) refuse_layout("label_separator", "is empty");
  }
  const std::string separator = take<std::string>(json, "separator");
  if (separator.size() != 1 || kSeparators.find(separator) == std::string_view::npos) {
    refuse_layout("separator", "is no comma, semicolon or bar");
  }
  layout.separator = separator[0];
  layout.why = take<std::string>(json, "why");
  layout.looked = layout.why.find("looked: ") != std::string::npos;  // saved in these words alone
  check_columns(layout);
  return layout;
}

std::string layout_difference(const TableLayout& trained, const TableLayout& now) {
  const auto differ = [](const std::string& this_one, const std::string& that_one) {
    return "the file " + this_one + ", the model was trained on one that " + that_one;
  };
  if (trained.format != now.format || (now.format == Format::kCsv && trained.separator != now.separator)) {
    return differ("is " + title(now), "is " + title(trained));
  }
  if (now.format == Format::kLines) return "";
  if (now.format == Format::kLabelPrefix) {
    if (trained.label_prefix == now.label_prefix) return "";
    return differ("marks labels by " + shown_text(now.label_prefix),
                  "marks them by " + shown_text(trained.label_prefix));
  }
  if (trained.header != now.header) return differ("is " + header_words(now), "is " + header_words(trained));
  if (text_keys(trained) != text_keys(now)) {
    return differ("has its text in " + texts_of(now), "has it in " + texts_of(trained));
  }
  if (column_key(trained, trained.label_column) != column_key(now, now.label_column)) {
    if (now.label_column < 0)
      return differ("has no labels", "has them in " + column_title(trained, trained.label_column));
    if (trained.label_column < 0) return differ("has labels in " + column_title(now, now.label_column), "has none");
    return differ("has its label in " + column_title(now, now.label_column),
                  "has it in " + column_title(trained, trained.label_column));
  }
  if (!now.header && trained.columns != now.columns) {
    return differ("has " + counted(now.columns, "column", "columns"),
                  "has " + counted(trained.columns, "column", "columns"));
  }
  return "";
}

}  // namespace fovea::data
