// Inputs that are rows of labelled tables: what kinds of task have in common whose files hold their inputs, or name the
// files that do.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/readers/table.h"
#include "data/readers/utf8.h"
#include "tasks/kind.h"

namespace fovea::tasks {

// Where a kind has no other options of its data than these: DATA, --valid, --test and --split.
void visit_data(DataFiles& files, options::Visitor& visitor);

struct PartedRows {
  std::vector<data::Row> rows;
  std::vector<data::Part> parts;  // of each row
  data::TableLayout layout;       // of DATA
  data::ReadReport report;        // of all files; the path of one of --valid begins with "valid: ", of --test so too
  std::vector<std::string> warnings;  // what is doubtful about them, and how --valid and --test differ from DATA
};

// Reads DATA, then --valid and --test; cuts DATA as far as those do not come as files. Throws UserError: what
// read_table() throws, and kBadData where the rows leave none for validation.
PartedRows read_parted(const DataFiles& files, const data::TableOptions& options);

// Inputs of which each is made of a row: Row(const data::Row&).
template <typename Row>
class RowInputs final : public Inputs {
 public:
  void add(const data::Row& row) {
    rows_.emplace_back(row);
    lines_.push_back(row.line);
  }
  int64_t size() const override { return std::ssize(rows_); }
  int64_t line(int64_t input) const override { return lines_[static_cast<size_t>(input)]; }
  std::string difference() const override { return difference_; }
  std::string left_out() const override { return left_out_text(report_); }
  std::string doubt() const override { return report_.doubt; }
  int64_t bad_bytes() const override { return report_.bad_bytes; }
  // What reading has met.
  void came_from(data::ReadReport report, std::string difference) {
    report_ = std::move(report);
    difference_ = std::move(difference);
  }
  const Row& operator[](int64_t input) const { return rows_[static_cast<size_t>(input)]; }

 private:
  std::vector<Row> rows_;
  std::vector<int64_t> lines_;
  data::ReadReport report_;
  std::string difference_;
};

template <typename Row>
const Row& row_in(const Inputs& inputs, int64_t input) {
  return static_cast<const RowInputs<Row>&>(inputs)[input];
}

// What Model::read() and Model::take() give. trained: the layout of the training's files, where the model has kept it;
// without it files are read by what looking finds, and no difference is told.
template <typename Row>
std::unique_ptr<Inputs> read_rows(const InputSource& source, const data::TableLayout* trained = nullptr) {
  auto inputs = std::make_unique<RowInputs<Row>>();
  std::string difference;
  data::Table table = source.like_training && trained
                          ? data::read_table_like(source.paths, source.table, *trained, &difference)
                          : data::read_table(source.paths, source.table);
  for (const data::Row& row : table.rows) inputs->add(row);
  inputs->came_from(std::move(table.report), std::move(difference));
  return inputs;
}
template <typename Row>
std::unique_ptr<Inputs> take_rows(std::span<const std::string> texts) {
  auto inputs = std::make_unique<RowInputs<Row>>();
  data::ReadReport report;
  for (const std::string& text : texts) inputs->add({.text = data::repair_utf8(text, &report.bad_bytes), .label = ""});
  inputs->came_from(std::move(report), "");
  return inputs;
}

template <typename Row>
class RowData final : public FileData {
 public:
  RowData(const DataFiles& files, const data::TableOptions& options) {
    PartedRows read = read_parted(files, options);
    for (size_t i = 0; i < read.rows.size(); ++i) parts_[static_cast<size_t>(read.parts[i])].add(read.rows[i]);
    layout_ = std::move(read.layout);
    came_from(std::move(read.report));
    warn(std::move(read.warnings));
    if (!files.valid_paths.empty()) came_in_parts();
  }
  const data::TableLayout& layout() const { return layout_; }  // of DATA
  const RowInputs<Row>& part(data::Part part) const { return parts_[static_cast<size_t>(part)]; }
  int64_t rows(data::Part part) const override { return this->part(part).size(); }
  std::unique_ptr<Inputs> test_inputs() const override {
    return std::make_unique<RowInputs<Row>>(part(data::Part::kTest));
  }
  std::unique_ptr<Inputs> valid_inputs() const override {
    return std::make_unique<RowInputs<Row>>(part(data::Part::kValid));
  }

 private:
  RowInputs<Row> parts_[3];
  data::TableLayout layout_;
};

}  // namespace fovea::tasks
