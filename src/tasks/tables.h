// Inputs that are rows of labelled tables: what kinds of task have in common whose files hold their inputs, or name the
// files that do.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/readers/table.h"
#include "tasks/kind.h"

namespace fovea::tasks {

// Where a kind has no other options of its data than these: DATA, --valid, --test and --split.
void visit_data(DataFiles& files, options::Visitor& visitor);

struct PartedRows {
  std::vector<data::Row> rows;
  std::vector<data::Part> parts;  // of each row
  data::ReadReport report;        // of all files; the path of one of --valid begins with "valid: ", of --test so too
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
  const Row& operator[](int64_t input) const { return rows_[static_cast<size_t>(input)]; }

 private:
  std::vector<Row> rows_;
  std::vector<int64_t> lines_;
};

template <typename Row>
const Row& row_in(const Inputs& inputs, int64_t input) {
  return static_cast<const RowInputs<Row>&>(inputs)[input];
}

// What Model::read() and Model::take() give.
template <typename Row>
std::unique_ptr<Inputs> read_rows(const InputSource& source) {
  auto inputs = std::make_unique<RowInputs<Row>>();
  for (const data::Row& row : data::read_table(source.paths, source.table).rows) inputs->add(row);
  return inputs;
}
template <typename Row>
std::unique_ptr<Inputs> take_rows(std::span<const std::string> texts) {
  auto inputs = std::make_unique<RowInputs<Row>>();
  for (const std::string& text : texts) inputs->add({.text = text, .label = ""});
  return inputs;
}

template <typename Row>
class RowData final : public FileData {
 public:
  RowData(const DataFiles& files, const data::TableOptions& options) {
    const PartedRows read = read_parted(files, options);
    for (size_t i = 0; i < read.rows.size(); ++i) parts_[static_cast<size_t>(read.parts[i])].add(read.rows[i]);
    came_from(read.report);
  }
  const RowInputs<Row>& part(data::Part part) const { return parts_[static_cast<size_t>(part)]; }
  int64_t rows(data::Part part) const override { return this->part(part).size(); }
  std::unique_ptr<Inputs> test_inputs() const override {
    return std::make_unique<RowInputs<Row>>(part(data::Part::kTest));
  }

 private:
  RowInputs<Row> parts_[3];
};

}  // namespace fovea::tasks
