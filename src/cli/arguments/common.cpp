#include "cli/arguments/common.h"

#include "cli/arguments/values.h"

namespace fovea::cli {

CLI::Option* describe(CLI::Option* option, const std::string& group) {
  return option->group(group)->capture_default_str();
}

void add_common(CLI::App& app, CommonOptions& common, JsonFile file) {
  const std::string group = "Output and machine";
  describe(app.add_flag("--json", common.json, "One JSON object on standard output (predict: one a line)"), group);
  if (file == JsonFile::kOffered)
    describe(app.add_option("--json-out", common.json_out, "Write the JSON to this file as well")->type_name("FILE"),
             group);
  describe(app.add_flag("-q,--quiet", common.quiet, "Only warnings and errors on standard error"), group);
  describe(app.add_flag("-v,--verbose", common.verbose, "More about what is done"), group)->excludes("--quiet");
  describe(app.add_option("--threads", common.threads, "Threads; 0: every core")->check(whole_number(0, 1024)), group);
  describe(app.add_option("--color", common.color, "Colours: auto, always, never")
               ->check(one_of({"auto", "always", "never"})),
           group);
  describe(app.add_option("--device", common.device, "cpu; cuda is not there yet")->check(one_of({"cpu", "cuda"})),
           group);
}

void add_table(CLI::App& app, data::TableOptions& table, OptionWords& words) {
  const std::string group = "Reading the data";
  describe(app.add_option("--format", words.format, "auto, fasttext, tsv, csv or jsonl")
               ->check(one_of({"auto", "fasttext", "tsv", "csv", "jsonl"})),
           group);
  describe(app.add_option("--header", words.header, "Does the first row name the columns? auto, yes, no")
               ->check(one_of({"auto", "yes", "no"})),
           group);
  describe(
      app.add_option("--text-column", table.text_columns, "Column of the text, by name or number from 1; 2,3 joins two")
          ->type_name("COLUMN")
          ->delimiter(',')
          ->allow_extra_args(false),
      group);
  describe(app.add_option("--label-column", table.label_column, "Column of the label, by name or number from 1")
               ->type_name("COLUMN"),
           group);
  describe(app.add_option("--label-prefix", table.label_prefix, "What begins a label in the fasttext format")
               ->type_name("TEXT"),
           group);
  describe(app.add_option("--on-bad-row", words.on_bad_row, "stop, or skip and count")->check(one_of({"stop", "skip"})),
           group);
}

}  // namespace fovea::cli
