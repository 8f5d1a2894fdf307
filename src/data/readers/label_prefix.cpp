#include "data/readers/label_prefix.h"

#include <algorithm>

#include "data/readers/messages.h"

namespace fovea::data {
namespace {

constexpr std::string_view kWordEnds = " \t";

void drop_leading_blanks(std::string_view* text) {
  text->remove_prefix(std::min(text->find_first_not_of(kWordEnds), text->size()));
}

}  // namespace

std::vector<std::string> split_labels(std::string_view cell, const std::string& prefix) {
  std::vector<std::string> labels;
  while (true) {
    drop_leading_blanks(&cell);
    if (cell.empty()) return labels;
    std::string_view word = cell.substr(0, cell.find_first_of(kWordEnds));
    cell.remove_prefix(word.size());
    if (word.starts_with(prefix)) word.remove_prefix(prefix.size());
    if (!word.empty()) labels.emplace_back(word);
  }
}

std::string_view without_labels(std::string_view line, const std::string& prefix) {
  std::string_view rest = line;
  drop_leading_blanks(&rest);
  if (prefix.empty() || !rest.starts_with(prefix)) return line;
  while (rest.starts_with(prefix)) {
    rest.remove_prefix(std::min(rest.find_first_of(kWordEnds), rest.size()));
    drop_leading_blanks(&rest);
  }
  return rest;
}

bool LabelPrefixReader::next(Record* record) {
  std::string_view rest;
  if (!lines_.next_filled(&rest)) return false;
  *record = Record{};
  record->line = lines_.number();
  std::string_view label;
  std::string listed;
  int64_t labels = 0;
  drop_leading_blanks(&rest);
  while (rest.starts_with(prefix_)) {
    const std::string_view word = rest.substr(0, rest.find_first_of(kWordEnds));
    if (++labels == 1) {
      label = word.substr(prefix_.size());
    } else if (several_) {
      label = {label.data(), static_cast<size_t>(word.data() + word.size() - label.data())};
    }
    if (labels <= 3) listed += (labels > 1 ? ", " : "") + shown_text(word);
    rest.remove_prefix(word.size());
    drop_leading_blanks(&rest);
  }
  if (labels > 1 && !several_) {
    record->problem = "has " + std::to_string(labels) + " labels (" + listed + (labels > 3 ? ", …" : "") +
                      "), a model takes one per text (--multi-label takes several)";
    record->problem_line = record->line;
    record->problem_column = 1;
  }
  record->cells.push_back({label, record->line, labels == 0 ? CellKind::kMissing : CellKind::kText});
  record->cells.push_back({rest, record->line});
  return true;
}

}  // namespace fovea::data
