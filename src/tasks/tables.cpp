#include "tasks/tables.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/errors.h"

namespace fovea::tasks {
namespace {

constexpr size_t kPlaces = 5;  // as many as a report names

void add_places(std::vector<data::Place>& all, const std::vector<data::Place>& more) {
  for (const data::Place& place : more) {
    if (all.size() < kPlaces) all.push_back(place);
  }
}

void add(data::ReadReport& all, const data::ReadReport& more, const std::string& role) {
  for (const std::string& path : more.paths) all.paths.push_back(role + path);
  all.sha256.insert(all.sha256.end(), more.sha256.begin(), more.sha256.end());
  all.rows += more.rows;
  all.empty_texts += more.empty_texts;
  all.bad_rows += more.bad_rows;
  all.bad_bytes += more.bad_bytes;
  add_places(all.bad_places, more.bad_places);
  add_places(all.bad_byte_places, more.bad_byte_places);
  all.had_bom |= more.had_bom;
  all.had_crlf |= more.had_crlf;
  if (role.empty()) all.unused_columns = more.unused_columns;
}

void add(PartedRows& all, data::Table table, const std::string& role, const std::vector<data::Part>& parts) {
  add(all.report, table.report, role);
  if (!table.report.doubt.empty()) all.warnings.push_back(table.report.doubt);
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
  const std::string role = part == data::Part::kValid ? "valid: " : "test: ";
  if (!difference.empty()) all.warnings.push_back(role + paths.front() + ": " + difference);
  add(all, std::move(table), role, parts);
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
  const data::TableLayout layout = all.layout = table.layout;
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
