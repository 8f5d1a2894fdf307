// The options of the verbs that train many times.
#include "cli/arguments/common.h"
#include "cli/arguments/values.h"
#include "cli/arguments/verbs.h"

namespace fovea::cli {

CLI::App* add_compare(CLI::App& app, CompareCommand& command, TrainCommand& training, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("compare", "Train variants with several seeds and say what differs");
  const std::string group = "Comparison";
  describe(verb->add_option("--vary", command.vary,
                            "An option with its values, such as attention=additive,mean; given more than once: a grid")
               ->type_name("OPTION=A,B")
               ->allow_extra_args(false),
           group);
  describe(verb->add_option("--seeds", command.seeds, "Trainings of each variant, from --seed on")
               ->check(whole_number(1, 1000)),
           group);
  describe(verb->add_option("--html", command.html, "Write a page with charts to this file")->type_name("FILE"), group);
  describe(verb->add_option("--out", command.out, "Folder of finished trainings, which are not trained again")
               ->type_name("FOLDER"),
           "Files");
  describe(verb->add_flag("--force", command.force, "Begin anew: forget the trainings in that folder"), "Files");
  add_training_options(*verb, training, words);
  add_common(*verb, command.common);
  return verb;
}

}  // namespace fovea::cli
