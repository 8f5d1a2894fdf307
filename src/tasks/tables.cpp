#include "tasks/tables.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/errors.h"

namespace fovea::tasks {
namespace {

void add(PartedRows& all, data::Table table, const std::string& role, const std::vector<data::Part>& parts) {
  for (const std::string& path : table.report.paths) all.report.paths.push_back(role + path);
  all.report.sha256.insert(all.report.sha256.end(), table.report.sha256.begin(), table.report.sha256.end());
  all.report.rows += table.report.rows;
  for (data::Row& row : table.rows) all.rows.push_back(std::move(row));
  all.parts.insert(all.parts.end(), parts.begin(), parts.end());
}

// A file that looks otherwise than DATA is read by what looking found.
void add_file_of(PartedRows& all, const std::vector<std::string>& paths, const data::TableOptions& options,
                 const data::TableLayout& layout, data::Part part) {
  if (paths.empty()) return;
  std::string difference;
  data::Table table = data::read_table_like(paths, options, layout, &difference);
  const std::vector<data::Part> parts(table.rows.size(), part);
  add(all, std::move(table), part == data::Part::kValid ? "valid: " : "test: ", parts);
}

}  // namespace

void visit_data(DataFiles& files, options::Visitor& visitor) {
  visitor.inside("data", [&] {
    visit_files(files, visitor);
    visit_shares(files, visitor);
  });
  visit_split(files, visitor);
}

PartedRows read_parted(const DataFiles& files, const data::TableOptions& options) {
  PartedRows all;
  data::Table table = data::read_table(files.paths, options);
  const data::TableLayout layout = table.layout;
  DataFiles cut = files;
  if (!files.test_paths.empty()) cut.split.train += std::exchange(cut.split.test, 0);
  const std::vector<data::Part> parts =
      files.valid_paths.empty() ? parts_of(table, cut) : std::vector<data::Part>(table.rows.size(), data::Part::kTrain);
  add(all, std::move(table), "", parts);
  add_file_of(all, files.valid_paths, options, layout, data::Part::kValid);
  add_file_of(all, files.test_paths, options, layout, data::Part::kTest);
  if (files.learn_valid) {
    std::replace(all.parts.begin(), all.parts.end(), data::Part::kValid, data::Part::kTrain);
  } else if (std::count(all.parts.begin(), all.parts.end(), data::Part::kValid) == 0) {
    throw UserError(ExitCode::kBadData,
                    files.paths.front() + ": " + std::to_string(all.rows.size()) + " rows leave none for validation",
                    "Give more rows, another --split, or a file of its own with --valid.");
  }
  return all;
}

}  // namespace fovea::tasks
