#include "data/readers/choose_columns.h"

#include <algorithm>
#include <optional>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/header.h"
#include "data/readers/messages.h"

namespace fovea::data {
namespace {

constexpr size_t kListedColumns = 20;
constexpr double kClearlyLonger = 1.25;  // a text column is chosen by length when the next one is a fifth shorter

class ColumnChooser {
 public:
  ColumnChooser(const TableOptions& options, TableLayout* layout,
                const std::function<std::vector<ColumnStats>()>& count, const std::string& path)
      : options_(options), layout_(*layout), count_(count), path_(path) {}

  void choose();

 private:
  int find_option(const char* option, const std::string& wanted);
  int find_known(ColumnRole role) const;
  void look_for_label();
  void look_for_text();
  std::vector<int> label_candidates(bool spaces);
  bool is_taken(int column) const;
  int column_count() const;
  const std::vector<ColumnStats>& stats();
  std::string list_columns();
  UserError undecided(const std::string& what);

  const TableOptions& options_;
  TableLayout& layout_;
  const std::function<std::vector<ColumnStats>()>& count_;
  const std::string& path_;
  std::optional<std::vector<ColumnStats>> stats_;
  std::string label_why_, text_why_;
};

int ColumnChooser::column_count() const {
  return layout_.format == Format::kJsonl ? static_cast<int>(layout_.column_names.size()) : layout_.columns;
}

const std::vector<ColumnStats>& ColumnChooser::stats() {
  if (!stats_) stats_ = count_();
  return *stats_;
}

bool ColumnChooser::is_taken(int column) const {
  const auto& texts = layout_.text_columns;
  return column == layout_.label_column || column == layout_.weight_column ||
         std::find(texts.begin(), texts.end(), column) != texts.end();
}

std::string ColumnChooser::list_columns() {
  std::string list;
  for (int column = 0; column < column_count(); ++column) {
    if (static_cast<size_t>(column) == kListedColumns) {
      return list + ", … (" + std::to_string(column_count()) + " in all)";
    }
    const size_t index = static_cast<size_t>(column);
    list += (column ? ", " : "") + std::to_string(column + 1);
    if (index < layout_.column_names.size()) list += " (" + shown_text(layout_.column_names[index]) + ")";
    list += " \"" + shown_text(stats()[index].sample, 30) + "\"";
  }
  return list;
}

UserError ColumnChooser::undecided(const std::string& what) {
  return UserError(
      ExitCode::kBadData, shown_path(path_) + ": " + what,
      "Say it with --text-column and --label-column, by name or number. The columns: " + list_columns() + ".");
}

int ColumnChooser::find_option(const char* option, const std::string& wanted) {
  std::vector<int> exact, similar;
  for (size_t i = 0; i < layout_.column_names.size(); ++i) {
    if (layout_.column_names[i] == wanted) exact.push_back(static_cast<int>(i));
    if (lower_ascii(layout_.column_names[i]) == lower_ascii(wanted)) similar.push_back(static_cast<int>(i));
  }
  const std::vector<int>& found = exact.empty() ? similar : exact;
  const std::string shown = std::string(option) + " " + shown_text(wanted);
  if (found.size() > 1) {
    throw UserError(ExitCode::kUsage, shown + ": " + shown_path(path_) + " has several columns of that name",
                    "Give the number of the column. The columns: " + list_columns() + ".");
  }
  if (found.size() == 1) return found[0];
  const bool digits =
      !wanted.empty() && wanted.size() <= 9 && wanted.find_first_not_of("0123456789") == std::string::npos;
  const int number = digits ? std::stoi(wanted) : 0;
  if (number >= 1 && number <= column_count()) return number - 1;
  const bool nameless = layout_.format != Format::kJsonl && !layout_.header;
  throw UserError(ExitCode::kUsage,
                  shown + ": " + shown_path(path_) + " has no such column" +
                      (nameless && !digits ? " (it has no header with names)" : ""),
                  "The columns: " + list_columns() + ".");
}

int ColumnChooser::find_known(ColumnRole role) const {
  const auto& names = layout_.column_names;
  for (const std::string& known : known_names(role)) {
    int found = -1;
    for (size_t i = 0; i < names.size(); ++i) {
      if (lower_ascii(names[i]) != known || is_taken(static_cast<int>(i))) continue;
      if (found >= 0) return -2;
      found = static_cast<int>(i);
    }
    if (found >= 0) return found;
  }
  return -1;
}

std::vector<int> ColumnChooser::label_candidates(bool spaces) {
  std::vector<int> candidates;
  for (int i = 0; i < column_count(); ++i) {
    const ColumnStats& column = stats()[static_cast<size_t>(i)];
    const bool serial = column.repeats == 0 && column.numbers == column.rows;  // rows may be numbered
    if (is_taken(i) || (serial && !options_.labels_required)) continue;
    if (column.could_be_label(spaces)) candidates.push_back(i);
  }
  // A rule that only some of several candidates meet takes the others out.
  const auto prefer = [&](auto rule) {
    const auto meets = [&](int i) { return rule(stats()[static_cast<size_t>(i)]); };
    if (candidates.size() > 1 && std::any_of(candidates.begin(), candidates.end(), meets)) {
      std::erase_if(candidates, [&](int i) { return !meets(i); });
    }
  };
  prefer([](const ColumnStats& column) { return column.distinct() > 1; });
  prefer([](const ColumnStats& column) { return column.repeats > 0; });
  if (candidates.size() == 2 && column_count() == 2) {  // one of the two is the text, and a text is no number
    prefer([](const ColumnStats& column) { return !column.could_be_text(); });
  }
  return candidates;
}

void ColumnChooser::look_for_label() {
  std::vector<int> candidates = label_candidates(false);
  if (candidates.empty()) candidates = label_candidates(true);
  // The only column that holds words is the text, whatever else it looks like.
  if (column_count() - static_cast<int>(layout_.text_columns.size()) == 1 && layout_.text_columns.empty())
    candidates.clear();
  if (candidates.size() == 1) {
    layout_.label_column = candidates[0];
    const int64_t values = stats()[static_cast<size_t>(candidates[0])].distinct();
    layout_.looked = true;
    label_why_ = "looked: " + column_title(layout_, candidates[0]) + " has " + counted(values, "value", "values");
    return;
  }
  if (!options_.labels_required) return;
  if (candidates.empty()) throw undecided("no column looks like a label (few different values, short, without spaces)");
  std::string list;
  for (const int candidate : candidates) list += (list.empty() ? "" : " or ") + column_title(layout_, candidate);
  throw undecided("it is not certain which column is the label: " + list);
}

void ColumnChooser::look_for_text() {
  std::vector<int> candidates;
  for (int i = 0; i < column_count(); ++i) {
    if (!is_taken(i) && stats()[static_cast<size_t>(i)].could_be_text()) candidates.push_back(i);
  }
  if (candidates.empty()) throw undecided("no column looks like a text");
  const auto length = [&](int i) { return stats()[static_cast<size_t>(i)].mean_bytes(); };
  std::stable_sort(candidates.begin(), candidates.end(), [&](int a, int b) { return length(a) > length(b); });
  if (candidates.size() > 1 && length(candidates[0]) < kClearlyLonger * length(candidates[1])) {
    throw undecided("it is not certain which column is the text: " + column_title(layout_, candidates[0]) + " or " +
                    column_title(layout_, candidates[1]));
  }
  layout_.text_columns = {candidates[0]};
  layout_.looked = true;
  text_why_ = candidates.size() == 1 ? "looked: " + column_title(layout_, candidates[0]) + " holds words"
                                     : "looked: " + column_title(layout_, candidates[0]) + " is the longest";
}

void ColumnChooser::choose() {
  for (const std::string& wanted : options_.text_columns) {
    const int column = find_option("--text-column", wanted);
    if (is_taken(column)) {
      throw UserError(ExitCode::kUsage, "--text-column " + shown_text(wanted) + ": the column is named twice",
                      "Name each column once.");
    }
    layout_.text_columns.push_back(column);
    text_why_ = "option";
  }
  if (!options_.label_column.empty()) {
    const int column = find_option("--label-column", options_.label_column);
    if (is_taken(column)) {
      throw UserError(ExitCode::kUsage,
                      "--label-column " + shown_text(options_.label_column) + ": that column is the text",
                      "Give another column as the label, or another one as the text.");
    }
    layout_.label_column = column;
    label_why_ = "option";
  }
  if (!options_.weight_column.empty()) {
    const int column = find_option("--weight-column", options_.weight_column);
    if (is_taken(column)) {
      throw UserError(
          ExitCode::kUsage,
          "--weight-column " + shown_text(options_.weight_column) + ": that column is the text or the label",
          "Give another column, of numbers from 0.");
    }
    layout_.weight_column = column;
  }
  const char* by_name = layout_.format == Format::kJsonl ? "key names" : "header names";
  if (layout_.label_column < 0) {
    const int known = find_known(ColumnRole::kLabel);
    if (known == -2) throw undecided("several columns have the label's name");
    layout_.label_column = known;
    if (known >= 0) label_why_ = by_name;
  }
  if (layout_.text_columns.empty()) {
    const int known = find_known(ColumnRole::kText);
    if (known == -2) throw undecided("several columns have the text's name");
    if (known >= 0) layout_.text_columns = {known};
    if (known >= 0) text_why_ = by_name;
  }
  if (column_count() == 1 && options_.labels_required) {
    throw undecided("has one column only, so there is no label beside the text");
  }
  if (layout_.label_column < 0) look_for_label();
  if (layout_.text_columns.empty()) look_for_text();
  layout_.why = label_why_ == text_why_ || label_why_.empty() ? text_why_
                : text_why_.starts_with("looked") && label_why_.starts_with("looked")
                    ? label_why_ + ", " + text_why_.substr(std::string("looked: ").size())
                    : "label by " + label_why_ + ", text by " + text_why_;
}

}  // namespace

void choose_columns(const TableOptions& options, TableLayout* layout,
                    const std::function<std::vector<ColumnStats>()>& count, const std::string& path) {
  ColumnChooser(options, layout, count, path).choose();
}

}  // namespace fovea::data
