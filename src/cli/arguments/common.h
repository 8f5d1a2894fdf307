// Options that several verbs share.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/check_command.h"
#include "cli/options.h"

namespace fovea::cli {

// Puts an option into a group of --help and shows its default there.
CLI::Option* describe(CLI::Option* option, const std::string& group);

enum class JsonFile { kOffered, kNot };  // predict writes a line of JSON per text, so it has no file of one object

void add_common(CLI::App& app, CommonOptions& common, JsonFile file = JsonFile::kOffered);
void add_table(CLI::App& app, data::TableOptions& table, OptionWords& words);

}  // namespace fovea::cli
