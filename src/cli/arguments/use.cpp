// The options of the verbs that use a model, or need none.
#include "cli/arguments/common.h"
#include "cli/arguments/values.h"
#include "cli/arguments/verbs.h"

namespace fovea::cli {

CLI::App* add_test(CLI::App& app, TestCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("test", "Score a model on labelled texts");
  verb->add_option("MODEL", command.model, "Folder of a trained model")->required();
  verb->add_option("DATA", command.paths, "Files of labelled texts")->required();
  describe(verb->add_flag("--fasttext", command.fasttext, "Print N, P@1 and R@1 as fastText does"),
           "Output and machine");
  describe(
      verb->add_option("--abstain", command.abstain, "Below this probability give no label")->check(number(0.0, 1.0)),
      "Output and machine");
  describe(verb->add_option("--require", command.require,
                            "Exit with 1 unless it holds: accuracy>=0.8, macro_f1, micro_f1, loss<=…")
               ->type_name("CONDITION"),
           "Output and machine")
      ->allow_extra_args(false);
  add_table(*verb, command.table, words);
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_predict(CLI::App& app, PredictCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("predict", "Label texts: one line out per line in");
  verb->add_option("MODEL", command.model, "Folder of a trained model")->required();
  verb->add_option("INPUT", command.input, "A text, a file of one text per line, or - for standard input");
  const std::string group = "Output and machine";
  describe(verb->add_option("--top", command.top, "Labels shown per text")->check(whole_number(1, 10000)), group);
  describe(
      verb->add_option("--abstain", command.abstain, "Below this probability give no label")->check(number(0.0, 1.0)),
      group);
  describe(verb->add_flag("--fasttext", command.fasttext, "Print __label__x p as fastText does"), group);
  describe(verb->add_flag("--explain", command.explain, "Shade the words by their weights"), group);
  add_table(*verb, command.table, words);
  add_common(*verb, command.common, JsonFile::kNot);
  return verb;
}

CLI::App* add_explain(CLI::App& app, ExplainCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("explain", "Show where a model looks: a page, or step by step");
  verb->add_option("MODEL", command.model, "Folder of a trained model")->required();
  verb->add_option("INPUT", command.input, "A file of texts (labelled or not), or one text");
  const std::string group = "Output and machine";
  describe(verb->add_option("--text", command.text, "One text")->type_name("TEXT"), group);
  describe(
      verb->add_flag("--steps", command.steps, "The mechanism as a lesson: scores, weights, contributions, logits"),
      group);
  describe(verb->add_option("--method", command.methods,
                            "What words count for by several methods side by side: attention, gradient, ig, loo, …")
               ->type_name("LIST")
               ->delimiter(','),
           group)
      ->allow_extra_args(false);
  describe(verb->add_option("--html", command.html, "Write a page to this file")->type_name("FILE"), group);
  describe(verb->add_option("--limit", command.limit,
                            "Texts shown, from the beginning; 0: 200 on a page, 20 in the terminal")
               ->check(count()),
           group);
  describe(verb->add_option("--top", command.top, "Labels per text in the JSON")->check(whole_number(1, 10000)), group);
  add_table(*verb, command.table, words);
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_audit(CLI::App& app, AuditCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("audit", "Say whether a model's attention can be believed");
  verb->add_option("MODEL", command.model, "Folder of a trained model")->required();
  verb->add_option("DATA", command.paths, "Files of texts, labelled or not, best not seen in training")->required();
  const std::string group = "Audit";
  describe(verb->add_option("--depth", words.depth,
                            "quick: trains nothing, its grade is provisional; standard: trains twins")
               ->check(one_of({"quick", "standard"})),
           group);
  describe(verb->add_option("--train", command.train, "Where the model's training files are now, in their order")
               ->type_name("FILE"),
           group);
  describe(
      verb->add_option("--valid", command.valid, "Likewise the files of --valid of its training")->type_name("FILE"),
      group);
  describe(verb->add_option("--map", command.map,
                            "Audit this map in place of the attention: JSON lines as fovea predict --json prints them")
               ->type_name("FILE"),
           group);
  describe(verb->add_option("--html", command.html, "Write a page with charts to this file")->type_name("FILE"), group);
  describe(
      verb->add_option("--require", words.require, "Exit with 1 below this grade: decorative, informative or faithful")
          ->type_name("GRADE")
          ->check(one_of({"decorative", "informative", "faithful"})),
      group);
  describe(verb->add_option("--limit", command.limit,
                            "Texts, drawn with the seed; 0: all; usually 1000, fewer where they are long")
               ->check(count()),
           group);
  describe(verb->add_option("--seed", command.seed, "Seed of all that is drawn")->check(whole_number(0, kNoLimit)),
           group);
  add_table(*verb, command.table, words);
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_info(CLI::App& app, InfoCommand& command) {
  CLI::App* verb = app.add_subcommand("info", "This program and machine, or a model");
  verb->add_option("MODEL", command.model, "Folder of a trained model");
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_demo(CLI::App& app, DemoCommand& command) {
  CLI::App* verb = app.add_subcommand("demo", "The whole way in a minute, on made-up texts");
  describe(verb->add_option("--out", command.out, "Folder for its data, model and page")->type_name("FOLDER"), "Files");
  describe(verb->add_flag("--force", command.force, "Write into a folder that is not the demo's own"), "Files");
  describe(
      verb->add_option("--seed", command.seed, "Seed of the texts and the training")->check(whole_number(0, kNoLimit)),
      "Training");
  describe(
      verb->add_option("--kind", command.kind, "Texts: reviews (short), or needle (long, of names but for one clause)")
          ->check(one_of({"reviews", "needle"})),
      "Training");
  describe(verb->add_flag("--texts-only", command.texts_only, "Write the texts and train nothing"), "Training");
  add_common(*verb, command.common);
  return verb;
}

}  // namespace fovea::cli
