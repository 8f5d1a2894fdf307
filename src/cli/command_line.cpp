#include "cli/command_line.h"

#include <sstream>

#include <CLI/CLI.hpp>

#include "base/errors.h"
#include "base/version.h"
#include "cli/arguments/apply_config.h"
#include "cli/arguments/help.h"
#include "cli/arguments/training_with.h"
#include "cli/arguments/verbs.h"
#include "cli/check_command.h"
#include "cli/console.h"
#include "cli/nearest.h"

namespace fovea::cli {
namespace {

bool takes_texts(const CLI::App& verb) {
  return verb.get_name() == "predict" || verb.get_name() == "explain";
}

[[noreturn]] void refuse_extra(const CLI::App& app, const CLI::App* verb, const std::string& word) {
  if (!verb) {
    std::vector<std::string> verbs;
    for (const CLI::App* sub : app.get_subcommands({})) verbs.push_back(sub->get_name());
    const std::string guess = nearest(word, verbs);
    throw UserError(ExitCode::kUsage, "there is no verb '" + word + "'",
                    (guess.empty() ? "" : "Did you mean " + guess + "? ") +
                        "Verbs: train, test, predict, explain, audit, compare, tune, info, demo.");
  }
  if (word.rfind("-", 0) == 0) {
    const std::string name = word.substr(0, word.find('='));
    const std::string guess = nearest(name, option_names(*verb));
    throw UserError(ExitCode::kUsage, "fovea " + verb->get_name() + ": there is no option " + name,
                    guess.empty()
                        ? see_help(*verb) + (takes_texts(*verb) ? " A text that begins with - goes after --." : "")
                        : "Did you mean " + guess + "? " + see_help(*verb));
  }
  throw UserError(ExitCode::kUsage, "fovea " + verb->get_name() + ": one argument too many: '" + word + "'",
                  "A text of several words wants quotes. " + see_help(*verb));
}

void note_given(const CLI::App& verb, CommonOptions& common) {
  for (const CLI::Option* option : verb.get_options()) {
    if (option->count() > 0 && !option->get_lnames().empty()) common.given.insert(option->get_lnames().front());
  }
}

void parse_words(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, const_cast<char**>(argv));
  } catch (const CLI::ExtrasError&) {
    const auto chosen = app.get_subcommands();
    const CLI::App* verb = chosen.empty() ? nullptr : chosen.front();
    const std::vector<std::string> extras = app.remaining(true);
    refuse_extra(app, verb, extras.empty() ? std::string() : extras.front());
  } catch (const CLI::CallForHelp&) {
    throw;
  } catch (const CLI::CallForVersion&) {
    throw;
  } catch (const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    const CLI::App& verb = chosen.empty() ? app : *chosen.front();
    throw UserError(ExitCode::kUsage,
                    (chosen.empty() ? "" : "fovea " + verb.get_name() + ": ") + std::string(error.what()),
                    see_help(verb));
  }
}

constexpr const char* kFooter =
    "\nTry it:     fovea demo\n"
    "Your data:  fovea train reviews.csv --out model\n"
    "            fovea predict model \"one long string of cliches\" --explain\n"
    "            fovea explain model reviews.csv --html page.html\n";

}  // namespace

std::optional<Command> parse_command_line(int argc, const char* const* argv) {
  CLI::App app("Attention models that show where they look.", "fovea");
  app.set_version_flag("--version", std::string("fovea ") + version());
  app.formatter(help_formatter());
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  TrainCommand train;
  TestCommand test;
  PredictCommand predict;
  ExplainCommand explain;
  AuditCommand audit;
  InfoCommand info;
  DemoCommand demo;
  CompareCommand compare;
  TuneCommand tune;
  OptionWords words;
  CLI::App* train_verb = add_train(app, train, words);
  CLI::App* test_verb = add_test(app, test, words);
  CLI::App* predict_verb = add_predict(app, predict, words);
  CLI::App* explain_verb = add_explain(app, explain, words);
  CLI::App* audit_verb = add_audit(app, audit, words);
  CLI::App* info_verb = add_info(app, info);
  CLI::App* compare_verb = add_compare(app, compare, train, words);
  CLI::App* tune_verb = add_tune(app, tune, train, words);
  CLI::App* demo_verb = add_demo(app, demo);
  try {
    parse_words(app, argc, argv);
  } catch (const CLI::Error& asked) {  // --help, --version
    std::ostringstream out;
    app.exit(asked, out, out);
    print(out.str());
    flush_output();
    return std::nullopt;
  }
  if (app.got_subcommand(train_verb)) {
    if (!words.config.empty()) apply_config(*train_verb, words.config);
    note_given(*train_verb, train.common);
    settle(train, words);
    return train;
  }
  if (app.got_subcommand(test_verb)) {
    note_given(*test_verb, test.common);
    settle(test, words);
    return test;
  }
  if (app.got_subcommand(predict_verb)) {
    note_given(*predict_verb, predict.common);
    settle(predict, words);
    return predict;
  }
  if (app.got_subcommand(explain_verb)) {
    note_given(*explain_verb, explain.common);
    settle(explain, words);
    return explain;
  }
  if (app.got_subcommand(audit_verb)) {
    note_given(*audit_verb, audit.common);
    settle(audit, words);
    return audit;
  }
  if (app.got_subcommand(compare_verb)) {
    if (!words.config.empty()) apply_config(*compare_verb, words.config);
    note_given(*compare_verb, compare.common);
    compare.training = given_training(*compare_verb);
    settle(compare, words);
    return compare;
  }
  if (app.got_subcommand(tune_verb)) {
    if (!words.config.empty()) apply_config(*tune_verb, words.config);
    note_given(*tune_verb, tune.common);
    tune.training = given_training(*tune_verb);
    settle(tune, words);
    return tune;
  }
  if (app.got_subcommand(info_verb)) return info;
  if (app.got_subcommand(demo_verb)) return demo;
  throw UserError(ExitCode::kUsage, "which verb?",
                  "Verbs: train, test, predict, explain, audit, compare, tune, info, demo. See fovea --help.");
}

}  // namespace fovea::cli
