// The options of the verbs that train many times.
#include "cli/arguments/common.h"
#include "cli/arguments/values.h"
#include "cli/arguments/verbs.h"
#include "cli/quantities.h"

namespace fovea::cli {
namespace {

// A study reads its data again and again, which standard input does not allow.
void add_training_of_files(CLI::App& verb, TrainCommand& training, OptionWords& words) {
  add_training_options(verb, training, words);
  verb.get_option("DATA")->description("Files of labelled texts (__label__ lines, TSV, CSV, JSONL; .gz)");
}

}  // namespace

CLI::App* add_compare(CLI::App& app, CompareCommand& command, TrainCommand& training, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("compare", "Train variants with several seeds: what differs");
  const std::string group = "Comparison";
  describe(verb->add_option("--vary", command.vary,
                            "An option with its values, such as attention=additive,mean; given more than once: a grid")
               ->type_name("OPTION=A,B")
               ->allow_extra_args(false),
           group);
  describe(verb->add_option("--seeds", command.seeds, "Trainings of each variant, from --seed on")
               ->check(whole_number(1, 1000)),
           group);
  describe(verb->add_option("--audit", words.audit,
                            "Say of each model whether its attention can be believed: none, quick, or standard, which "
                            "trains twins of the first seed's models")
               ->type_name("WORD")
               ->check(one_of({"none", "quick", "standard"})),
           group);
  describe(verb->add_option("--html", command.html, "Write a page with charts to this file")->type_name("FILE"), group);
  describe(verb->add_option("--out", command.out, "Folder of finished trainings, which are not trained again")
               ->type_name("FOLDER"),
           "Files");
  describe(verb->add_flag("--force", command.force, "Begin anew: forget the trainings in that folder"), "Files");
  add_training_of_files(*verb, training, words);
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_tune(CLI::App& app, TuneCommand& command, TrainCommand& training, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("tune", "Search settings within a budget of time");
  const std::string group = "Search";
  describe(verb->add_option("--budget", words.budget, "Time for all of it: 90s, 10m or 1.5h")
               ->type_name("TIME")
               ->check(word_of(parse_duration)),
           group);
  describe(verb->add_option("--max-size", words.max_size, "Bytes of the model, at most: 800k, 5M; 0: no limit")
               ->type_name("SIZE")
               ->check(word_of(parse_size)),
           group);
  describe(verb->add_option("--out", command.out, "Folder of the trials, of best.toml and of the model")
               ->type_name("FOLDER"),
           "Files");
  describe(verb->add_flag("--force", command.force, "Begin anew: remove trials, model and settings there"), "Files");
  add_training_of_files(*verb, training, words);
  add_common(*verb, command.common);
  return verb;
}

}  // namespace fovea::cli
