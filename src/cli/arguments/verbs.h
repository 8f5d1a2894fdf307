// The options of each verb, declared: add_VERB makes the verb's part of `app`, which fills `command` and `words`.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/check_command.h"
#include "cli/options.h"

namespace fovea::cli {

CLI::App* add_train(CLI::App& app, TrainCommand& command, OptionWords& words);
CLI::App* add_test(CLI::App& app, TestCommand& command, OptionWords& words);
CLI::App* add_predict(CLI::App& app, PredictCommand& command, OptionWords& words);
CLI::App* add_explain(CLI::App& app, ExplainCommand& command, OptionWords& words);
CLI::App* add_audit(CLI::App& app, AuditCommand& command, OptionWords& words);
CLI::App* add_info(CLI::App& app, InfoCommand& command);
CLI::App* add_demo(CLI::App& app, DemoCommand& command);

// Verbs that train many times: `training` and `words` are filled too, but the command of each training is made anew
// from the options as they were given (training_with.h).
CLI::App* add_compare(CLI::App& app, CompareCommand& command, TrainCommand& training, OptionWords& words);
CLI::App* add_tune(CLI::App& app, TuneCommand& command, TrainCommand& training, OptionWords& words);

// What a training is made of: its data, its text, model and training options, without where it goes and how it is told.
void add_training_options(CLI::App& verb, TrainCommand& command, OptionWords& words);

}  // namespace fovea::cli
