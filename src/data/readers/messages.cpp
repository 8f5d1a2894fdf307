#include "data/readers/messages.h"

#include <algorithm>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace fovea::data {
namespace {

constexpr UChar32 kByteOrderMarkPoint = 0xFEFF;
constexpr size_t kLongestSequence = 4;  // bytes of one code point

bool is_space_or_mark(UChar32 code_point) {
  return code_point == kByteOrderMarkPoint || u_isUWhiteSpace(code_point);
}

void append_shown(std::string* out, std::string_view bytes, UChar32 code_point) {
  constexpr char kDigits[] = "0123456789abcdef";
  if (code_point == '\n') {
    *out += "\\n";
  } else if (code_point == '\r') {
    *out += "\\r";
  } else if (code_point == '\t') {
    *out += "\\t";
  } else if (code_point < 0 || u_iscntrl(code_point)) {
    for (const char byte : bytes) {
      *out += "\\x";
      *out += kDigits[(byte >> 4) & 15];
      *out += kDigits[byte & 15];
    }
  } else {
    out->append(bytes);
  }
}

}  // namespace

std::string shown_path(const std::string& path) {
  return path == "-" ? "standard input" : shown_text(path, std::string::npos);
}

std::string shown_place(const std::string& path, int64_t line) {
  return shown_path(path) + ":" + std::to_string(line);
}

std::string shown_text(std::string_view text, size_t max_bytes) {
  std::string out;
  size_t from = 0;
  while (from < text.size()) {
    size_t next = from;
    UChar32 code_point;
    U8_NEXT(text.data(), next, text.size(), code_point);
    if (next > max_bytes) return out + "…";
    append_shown(&out, text.substr(from, next - from), code_point);
    from = next;
  }
  return out;
}

std::string shown_column(const TableLayout& layout, int column) {
  if (layout.format == Format::kLabelPrefix) return column == layout.label_column ? "the label" : "the text";
  if (layout.format == Format::kLines) return "the line";
  if (static_cast<size_t>(column) < layout.column_names.size()) return column_title(layout, column);
  const bool is_text =
      std::find(layout.text_columns.begin(), layout.text_columns.end(), column) != layout.text_columns.end();
  const char* part = column == layout.label_column ? " (label)" : is_text ? " (text)" : "";
  return column_title(layout, column) + part;
}

std::string column_title(const TableLayout& layout, int column) {
  std::string number = "column " + std::to_string(column + 1);
  if (static_cast<size_t>(column) >= layout.column_names.size()) return number;
  const std::string name = shown_text(trim_unicode(layout.column_names[static_cast<size_t>(column)]));
  return layout.format == Format::kJsonl ? "key \"" + name + "\"" : number + " (" + name + ")";
}

std::string_view trim_unicode(std::string_view text) {
  while (!text.empty()) {
    size_t next = 0;
    UChar32 code_point;
    U8_NEXT(text.data(), next, text.size(), code_point);
    if (!is_space_or_mark(code_point)) break;
    text.remove_prefix(next);
  }
  while (!text.empty()) {
    const std::string_view tail = text.substr(text.size() - std::min(text.size(), kLongestSequence));
    int32_t last = static_cast<int32_t>(tail.size());
    UChar32 code_point;
    U8_PREV(tail.data(), 0, last, code_point);
    if (!is_space_or_mark(code_point)) break;
    text.remove_suffix(tail.size() - static_cast<size_t>(last));
  }
  return text;
}

}  // namespace fovea::data
