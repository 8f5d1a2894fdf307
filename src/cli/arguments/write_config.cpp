#include "cli/arguments/write_config.h"

#include <CLI/CLI.hpp>

#include "base/errors.h"
#include "base/json.h"
#include "cli/arguments/verbs.h"
#include "cli/check_command.h"

namespace fovea::cli {
namespace {

// A basic string of TOML escapes what a string of JSON does.
std::string toml_value(const CLI::Option& option, const std::string& value) {
  const std::string type = option.get_type_name();
  const bool plain = option.get_expected_min() == 0 || type.rfind("INT", 0) == 0 || type.rfind("UINT", 0) == 0 ||
                     type.rfind("FLOAT", 0) == 0;
  return plain ? value : to_line(value);
}

}  // namespace

std::string config_text(const std::string& heading, const std::vector<GivenOption>& options) {
  CLI::App app;
  TrainCommand command;
  OptionWords words;
  add_training_options(app, command, words);
  std::string text;
  for (size_t begin = 0; begin < heading.size();) {
    const size_t end = std::min(heading.find('\n', begin), heading.size());
    text += "# " + heading.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  for (const GivenOption& given : options) {
    if (given.name.empty()) continue;
    const CLI::Option* option = app.get_option_no_throw("--" + given.name);
    FOVEA_CHECK(option != nullptr, given.name);
    std::string values;
    for (const std::string& value : given.values) values += (values.empty() ? "" : ", ") + toml_value(*option, value);
    text += given.name + " = " + (given.values.size() == 1 ? values : "[" + values + "]") + "\n";
  }
  return text;
}

}  // namespace fovea::cli
