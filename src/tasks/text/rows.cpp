#include "tasks/text/rows.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/errors.h"
#include "base/text.h"

namespace fovea::tasks {
namespace {

class Reader {
 public:
  Reader(const TextDataOptions& options, const TextBase* base, TextData& data)
      : options_(options), base_(base), data_(data) {}

  std::vector<TextRow> read() {
    read_files();
    assign_parts();
    return std::move(rows_);
  }

 private:
  void read_files() {
    data_.multi_label = options_.table.multi_label;
    take(options_.paths, data::Part::kTrain, "");
    if (!options_.valid_paths.empty()) take(options_.valid_paths, data::Part::kValid, "valid: ");
    if (!options_.test_paths.empty()) take(options_.test_paths, data::Part::kTest, "test: ");
    DataSummary& summary = data_.summary;
    if (base_) {
      data_.paths.push_back("init: " + base_->path);
      data_.sha256.push_back(base_->sha256);
    }
    summary.rows = static_cast<int64_t>(rows_.size()) + summary.empty_texts + summary.bad_rows;
  }

  void take(const std::vector<std::string>& paths, data::Part part, const std::string& role) {
    data::Table table;
    if (part == data::Part::kTrain) {
      table = data::read_table(paths, options_.table);
      data_.layout = table.layout;
    } else {
      std::string difference;
      data::TableOptions table_options = options_.table;
      table_options.weight_column.clear();  // weights are for training
      data::TableLayout layout = data_.layout;
      layout.weight_column = -1;
      table = data::read_table_like(paths, table_options, layout, &difference);
      if (!difference.empty()) data_.warnings.push_back(role + paths.front() + ": " + difference);
    }
    if (!table.report.doubt.empty()) data_.warnings.push_back(table.report.doubt);
    DataSummary& summary = data_.summary;
    if (part == data::Part::kTrain) {
      summary.layout = table.layout;
      summary.unused_columns = table.report.unused_columns;
    }
    for (size_t i = 0; i < table.report.paths.size(); ++i) {
      summary.files.push_back(role + table.report.paths[i]);
      data_.paths.push_back(role + table.report.paths[i]);
      data_.sha256.push_back(table.report.sha256[i]);
    }
    if (part == data::Part::kTest || (part == data::Part::kTrain && options_.test_paths.empty())) {
      data_.test_paths = table.report.paths;
    }
    summary.empty_texts += table.report.empty_texts;
    summary.bad_rows += table.report.bad_rows;
    summary.bad_bytes += table.report.bad_bytes;
    for (const data::Place& place : table.report.bad_places) {
      summary.bad_places.push_back(place.path + ":" + std::to_string(place.line) + ": " + place.reason);
    }
    for (const data::Place& place : table.report.bad_byte_places) {
      summary.bad_byte_places.push_back(place.path + ":" + std::to_string(place.line));
    }
    for (data::Row& row : table.rows) {
      const uint64_t identity = data::text_identity(row.text);
      rows_.push_back({std::move(row), part, identity});
    }
  }

  // DATA is cut as far as --valid and --test do not come as files.
  void assign_parts() {
    const bool cut_valid = options_.valid_paths.empty();
    const bool cut_test = options_.test_paths.empty() && cut_valid;
    data_.summary.split_from_data = cut_valid;
    if (cut_valid) {
      data::SplitOptions split = options_.split;
      if (!cut_test) {
        split.train += split.test;
        split.test = 0;
      }
      std::vector<uint64_t> identities;
      std::vector<std::string> labels;
      std::map<std::string, int64_t> rows_with;
      for (const TextRow& row : rows_) {
        for (const std::string& label : labels_of(row, data_.multi_label)) ++rows_with[label];
      }
      for (const TextRow& row : rows_) {
        if (row.part != data::Part::kTrain) break;  // rows of --test follow
        identities.push_back(row.identity);
        // Of several labels the rarest decides: it has the fewest rows to be dealt out.
        const std::vector<std::string> own = labels_of(row, data_.multi_label);
        const auto rarest = std::min_element(own.begin(), own.end(),
                                             [&](const auto& a, const auto& b) { return rows_with[a] < rows_with[b]; });
        labels.push_back(rarest == own.end() ? std::string() : *rarest);
      }
      data::Split result = data::split_rows(identities, labels, split);
      for (size_t i = 0; i < result.parts.size(); ++i) rows_[i].part = result.parts[i];
      train_each_label(result.parts.size());
      data_.summary.small_classes = std::move(result.small_classes);
      auto& small = data_.summary.small_classes;
      small.insert(small.end(), result.repetitive_classes.begin(), result.repetitive_classes.end());
    }
    for (TextRow& row : rows_) {
      if (options_.learn_valid && row.part == data::Part::kValid) row.part = data::Part::kTrain;
      int64_t& count = row.part == data::Part::kTrain   ? data_.summary.train
                       : row.part == data::Part::kValid ? data_.summary.valid
                                                        : data_.summary.test;
      ++count;
    }
    if (options_.learn_valid) return;
    std::set<std::string> labels;
    for (const TextRow& row : rows_) labels.insert(row.row.label);
    if (!data_.multi_label && data_.summary.valid == 0 && labels.size() > 10 && labels.size() * 2 > rows_.size()) {
      throw UserError(ExitCode::kBadData,
                      options_.paths.front() + ": the label column has " + std::to_string(labels.size()) +
                          " different values in " + std::to_string(rows_.size()) + " rows",
                      "Is that the text? Name the columns with --label-column and --text-column.");
    }
    if (data_.summary.valid == 0) refuse_no_validation();
  }

  [[noreturn]] void refuse_no_validation() const {
    std::set<uint64_t> texts;
    for (const TextRow& row : rows_) texts.insert(row.identity);
    const std::string rows = counted(std::ssize(rows_), "row", "rows");
    const std::string where = options_.paths.front() + ": ";
    if (texts.size() == rows_.size()) {
      throw UserError(ExitCode::kBadData, where + rows + " leave none for validation",
                      "Give more rows, another --split, or a file of its own with --valid.");
    }
    throw UserError(ExitCode::kBadData,
                    where + rows + " hold " + counted(std::ssize(texts), "different text", "different texts") +
                        ", which leave none for validation: equal texts stay in one part",
                    "Give more texts that differ, another --split, or a file of its own with --valid.");
  }

  // Where the split of DATA, the first `count` rows, leaves a label without a training row, the first of its texts
  // trains.
  void train_each_label(size_t count) {
    std::map<std::string, size_t> first_row;
    std::set<std::string> trained;
    for (size_t i = 0; i < count; ++i) {
      for (const std::string& label : labels_of(rows_[i], data_.multi_label)) {
        first_row.try_emplace(label, i);
        if (rows_[i].part == data::Part::kTrain) trained.insert(label);
      }
    }
    for (const auto& [label, first] : first_row) {
      if (trained.count(label)) continue;
      for (size_t i = 0; i < count; ++i) {
        if (rows_[i].identity != rows_[first].identity) continue;
        rows_[i].part = data::Part::kTrain;
        for (const std::string& own : labels_of(rows_[i], data_.multi_label)) trained.insert(own);
      }
    }
  }

  const TextDataOptions& options_;
  const TextBase* base_;
  TextData& data_;
  std::vector<TextRow> rows_;
};

}  // namespace

std::vector<std::string> labels_of(const TextRow& row, bool multi_label) {
  return multi_label ? row.row.labels : std::vector<std::string>{row.row.label};
}

std::vector<TextRow> read_text_rows(const TextDataOptions& options, const TextBase* base, TextData& data) {
  return Reader(options, base, data).read();
}

}  // namespace fovea::tasks
