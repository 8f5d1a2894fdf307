#include "cli/arguments/training_with.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/errors.h"
#include "cli/arguments/apply_config.h"
#include "cli/arguments/verbs.h"
#include "cli/check_command.h"
#include "cli/nearest.h"

namespace fovea::cli {
namespace {

constexpr const char* kData = "DATA";

// What decides the text, the model, the loss, where it starts or the training; not what decides which texts and labels
// there are.
bool may_differ(const std::string& name, const CLI::Option& option) {
  static constexpr std::array<std::string_view, 5> kOfOtherGroups = {"label-smoothing", "class-weights", "vectors",
                                                                     "vectors-words", "freeze-vectors"};
  const std::string group = option.get_group();
  return group == "Text" || group == "Model" || group == "Training" ||
         std::find(kOfOtherGroups.begin(), kOfOtherGroups.end(), name) != kOfOtherGroups.end();
}

// The options of a training, apart from any command line.
struct Form {
  CLI::App app;
  TrainCommand command;
  OptionWords words;

  Form() { add_training_options(app, command, words); }

  CLI::Option* option(const std::string& name) { return app.get_option_no_throw(name.empty() ? kData : "--" + name); }

  CLI::Option& option_or_refuse(const std::string& name) {
    CLI::Option* found = option(name);
    if (found && name != "help" && name != "config") return *found;
    const std::string guess = nearest("--" + name, option_names(app));
    throw UserError(ExitCode::kUsage, "there is no option '" + name + "' of a training",
                    guess.empty() ? "See fovea train --help." : "Did you mean '" + guess.substr(2) + "'?");
  }

  void set(const std::string& name, const std::vector<std::string>& values) {
    CLI::Option& target = option_or_refuse(name);
    if (target.get_expected_min() == 0) {  // a flag
      if (values.size() != 1 || (values.front() != "true" && values.front() != "false")) {
        throw UserError(ExitCode::kUsage, "--" + name + " is a switch: it can be true or false");
      }
      if (values.front() == "false") return;
    }
    for (const std::string& value : values) target.add_result(value);
    try {
      target.run_callback();
    } catch (const CLI::Error& error) {
      throw UserError(ExitCode::kUsage, error.what(), "See fovea train --help.");
    }
  }
};

}  // namespace

std::vector<GivenOption> given_training(const CLI::App& verb) {
  Form form;
  std::vector<GivenOption> given;
  for (const CLI::Option* option : verb.get_options()) {
    const std::string name = option->get_lnames().empty() ? "" : option->get_lnames().front();
    if (option->count() == 0 || name == "help" || name == "config" || !form.option(name)) continue;
    const bool is_switch = option->get_expected_min() == 0 && !name.empty();
    if (is_switch && !option->as<bool>()) continue;  // --freeze-vectors=false
    given.push_back({name, is_switch ? std::vector<std::string>{"true"} : option->results()});
  }
  return given;
}

void require_settings(const study::Settings& settings) {
  Form form;
  for (const study::Setting& setting : settings) form.set(setting.option, {setting.value});
}

void require_varied(const std::string& option) {
  Form form;
  const CLI::Option& found = form.option_or_refuse(option);
  if (option == "seed") {
    throw UserError(ExitCode::kUsage, "--vary seed: every variant is trained with the same seeds",
                    "--seeds says with how many, --seed where they begin.");
  }
  if (!may_differ(option, found)) {
    throw UserError(ExitCode::kUsage, "--vary " + option + ": every variant sees the same data",
                    "Compare options of the text, the model, the loss or the training: see fovea train --help.");
  }
}

TrainCommand training_with(const std::vector<GivenOption>& given, const study::Settings& settings) {
  Form form;
  for (const GivenOption& option : given) {
    const bool replaced = std::any_of(settings.begin(), settings.end(),
                                      [&](const study::Setting& setting) { return setting.option == option.name; });
    if (!replaced) form.set(option.name, option.values);
  }
  for (const study::Setting& setting : settings) form.set(setting.option, {setting.value});
  for (const CLI::Option* option : form.app.get_options()) {
    if (option->count() > 0 && !option->get_lnames().empty()) {
      form.command.common.given.insert(option->get_lnames().front());
    }
  }
  form.command.out = "study";  // wanted by the checks; nothing is written there
  settle(form.command, form.words);
  form.command.refit = false;  // a study judges by the validation part, or compares networks that saw the same rows
  return form.command;
}

// All are tried together: `--heads 3` is right beside `--hidden-size 96`, and neither would be by itself.
TrainCommand training_fitted(const std::vector<GivenOption>& given, const study::Settings& settings,
                             std::vector<std::string>* left_out) {
  Form form;
  std::vector<GivenOption> kept = given;
  for (;;) {
    try {
      return training_with(kept, settings);
    } catch (const UserError& error) {
      // What makes another option senseless is no option to leave out: `--attention mean` with normalizers to compare.
      const std::string what = error.what();
      const auto refused = std::find_if(kept.begin(), kept.end(), [&](const GivenOption& option) {
        return what.starts_with("--" + option.name + " cannot apply") &&
               may_differ(option.name, form.option_or_refuse(option.name));
      });
      if (refused == kept.end()) throw;
      left_out->push_back(refused->name);
      kept.erase(refused);
    }
  }
}

TrainCommand training_in_common(const std::vector<GivenOption>& given) {
  Form form;
  std::vector<GivenOption> common;
  for (const GivenOption& option : given) {
    if (option.name == "seed" || !may_differ(option.name, form.option_or_refuse(option.name))) common.push_back(option);
  }
  return training_with(common, {});
}

}  // namespace fovea::cli
