#include "tasks/kind.h"

#include <algorithm>

#include "base/errors.h"
#include "base/options/json.h"
#include "base/text.h"

namespace fovea::tasks {

using options::Part;

void visit_files(DataFiles& files, options::Visitor& visitor, const char* says) {
  visitor.list({.name = "DATA", .says = says, .part = Part::kArgument, .key = "paths"}, files.paths);
  visitor.list({.name = "valid",
                .says = "Validation file(s), in place of a part of DATA",
                .part = Part::kFiles,
                .row = 4,
                .shown = "FILE...",
                .more = "validation files, in place of a part of DATA",
                .key = "valid_paths"},
               files.valid_paths);
  visitor.list({.name = "test",
                .says = "Test file(s), read once at the end",
                .part = Part::kFiles,
                .row = 5,
                .shown = "FILE...",
                .more = "test files, read once at the end",
                .key = "test_paths"},
               files.test_paths);
}

void visit_shares(DataFiles& files, options::Visitor& visitor) {
  visitor.inside("split", [&] {
    const auto share = [&](const char* key, double& value) {
      visitor.number({.name = "", .says = "", .part = Part::kSettled, .key = key}, value, {0, 100});
    };
    share("train", files.split.train);
    share("valid", files.split.valid);
    share("test", files.split.test);
    visitor.seed({.name = "", .says = "", .part = Part::kSettled, .key = "seed"}, files.split.seed);
  });
}

void visit_split(DataFiles& files, options::Visitor& visitor) {
  visitor.text({.name = "split",
                .says = "Shares of DATA in per cent: training/validation/test",
                .part = Part::kFiles,
                .row = 6,
                .shown = "A/B/C",
                .more = "shares of DATA in per cent; two numbers leave no test part"},
               files.written_split, [](const std::string& text) { data::parse_split(text, 1); });
  visitor.flag({.name = "", .says = "", .part = Part::kSettled, .key = "split_given"}, files.split_given);
}

Json Settings::to_json() const {
  options::JsonWriter writer;
  clone()->visit(writer);
  return writer.take();
}

Json Settings::reading() const {
  return to_json().at("data");
}

Json Settings::loading() const {
  return to_json().at("data");
}

std::optional<std::string> Settings::adopt(const Model&, const options::Given&) {
  throw UserError(ExitCode::kUsage, "--init cannot apply: trainings of this kind begin anew", "Leave --init out.");
}

std::vector<Told> FileData::told(const std::string& split, uint64_t seed) const {
  std::string text = "training " + with_commas(rows(data::Part::kTrain)) + ", validation " +
                     with_commas(rows(data::Part::kValid)) + ", test " + with_commas(rows(data::Part::kTest));
  if (cut_) text += "\nsplit " + split + " by content, seed " + std::to_string(seed);
  if (report_.empty_texts > 0) text += "\n" + counted(report_.empty_texts, "row is", "rows are") + " empty, left out";
  if (report_.bad_rows > 0) text += "\n" + left_out_text(report_);
  if (report_.bad_bytes > 0) {
    text += "\n" + counted(report_.bad_bytes, "byte is", "bytes are") + " not UTF-8, read as U+FFFD";
  }
  return {{"data", text}};
}

Json FileData::summary(int64_t predicted_memory) const {
  return {{"files", report_.paths},
          {"train", rows(data::Part::kTrain)},
          {"valid", rows(data::Part::kValid)},
          {"test", rows(data::Part::kTest)},
          {"empty_texts", report_.empty_texts},
          {"bad_rows", report_.bad_rows},
          {"bad_bytes", report_.bad_bytes},
          {"predicted_memory_bytes", predicted_memory}};
}

std::vector<std::string> Inputs::warnings() const {
  std::vector<std::string> all = {difference(), left_out(), doubt()};
  std::erase(all, "");
  return all;
}

std::string left_out_text(const data::ReadReport& report) {
  if (report.bad_rows == 0) return "";
  const data::Place& first = report.bad_places.front();
  return counted(report.bad_rows, "bad row is", "bad rows are") + " left out, the first at " + first.path + ":" +
         std::to_string(first.line) + ": " + first.reason;
}

std::vector<data::Part> parts_of(const data::Table& table, const DataFiles& files) {
  std::vector<uint64_t> identities;
  std::vector<std::string> labels;
  for (const data::Row& row : table.rows) {
    identities.push_back(data::text_identity(row.text));
    labels.push_back(row.label);
  }
  return data::split_rows(identities, labels, files.split).parts;
}

std::optional<std::string> Settings::why_no_second_reading() const {
  for (const auto* paths : {&files().paths, &files().valid_paths, &files().test_paths}) {
    if (std::find(paths->begin(), paths->end(), "-") != paths->end()) return "standard input can be read only once";
  }
  return std::nullopt;
}

std::vector<std::string> Kind::scores() const {
  std::vector<std::string> names;
  for (const metrics::Measure& measure : measures()) names.emplace_back(measure.name);
  return names;
}

std::optional<double> TestResult::score(std::string_view name) const {
  for (const Scored& one : scored()) {
    if (one.measure.name == name) return metrics::mean_score(one.sums, one.measure);
  }
  return std::nullopt;
}

metrics::Interval TestResult::interval() const {
  const Scored first = scored().front();
  return metrics::bootstrap(first.sums, first.measure);
}

std::string TestResult::fasttext_report() const {
  throw UserError(ExitCode::kUsage, "--fasttext cannot apply: models of this kind give no labels",
                  "Leave --fasttext out.");
}

std::unique_ptr<Explanation> Model::explain(const Inputs&, int64_t, std::optional<int64_t>) const {
  throw UserError(ExitCode::kUsage, "--steps cannot apply: models of this kind have no lesson", "Leave --steps out.");
}

std::vector<attribution::Attribution> Model::pictured_by(const attribution::MethodFacts&, const Inputs&,
                                                         std::span<const std::unique_ptr<Answer>>, uint64_t) const {
  FOVEA_CHECK(false, "its answers are no sequences");
  return {};
}

std::vector<std::vector<double>> Model::read_map(const std::string&, const std::string&, const Inputs&,
                                                 std::span<const int64_t>) const {
  throw UserError(ExitCode::kUsage, "--map cannot apply: models of this kind take no maps", "Leave --map out.");
}

}  // namespace fovea::tasks
