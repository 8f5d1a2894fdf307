#include "cli/arguments/apply_config.h"

#include "base/errors.h"
#include "cli/config_file.h"
#include "cli/nearest.h"

namespace fovea::cli {
namespace {

// The type of a key against the type its option takes.
void check_type(const ConfigEntry& entry, const CLI::Option& option, const std::string& place) {
  const std::string wanted = option.get_type_name();
  using Type = ConfigEntry::Type;
  const bool flag = option.get_expected_min() == 0;
  const bool whole = wanted.rfind("INT", 0) == 0 || wanted.rfind("UINT", 0) == 0;
  const bool number = wanted.rfind("FLOAT", 0) == 0;
  const auto refuse = [&](const std::string& kind) {
    throw UserError(ExitCode::kBadData, place + ": '" + entry.key + "' wants " + kind);
  };
  if (flag && entry.type != Type::kBoolean) refuse("true or false");
  if (!flag && whole && entry.type != Type::kInteger) refuse("a whole number");
  if (!flag && number && entry.type != Type::kFloat && entry.type != Type::kInteger) refuse("a number");
  const bool column = entry.key == "text-column" || entry.key == "label-column" || entry.key == "weight-column";
  if (!flag && !whole && !number && entry.type != Type::kString && !(column && entry.type == Type::kInteger))
    refuse("a string in quotes");
  if (entry.values.size() != 1 && option.get_items_expected_max() <= 1 && entry.key != "text-column")
    refuse("one value");
}

}  // namespace

std::vector<std::string> option_names(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string see_help(const CLI::App& verb) {
  return "See fovea " + (verb.get_name() == "fovea" ? std::string() : verb.get_name() + " ") + "--help.";
}

void apply_config(CLI::App& verb, const std::string& path) {
  for (const ConfigEntry& entry : read_config(path)) {
    const std::string place = path + ":" + std::to_string(entry.line);
    CLI::Option* option = verb.get_option_no_throw("--" + entry.key);
    if (!option || entry.key == "help" || entry.key == "config") {
      const std::string guess = option ? "" : nearest("--" + entry.key, option_names(verb));
      throw UserError(ExitCode::kBadData, place + ": there is no option '" + entry.key + "'",
                      guess.empty() ? see_help(verb) : "Did you mean '" + guess.substr(2) + "'?");
    }
    check_type(entry, *option, place);
    if (option->count() > 0) continue;
    if (option->get_expected_min() == 0) {
      const std::vector<std::string>& names = option->get_lnames();
      const bool may_be_denied = names.size() > 1;  // by its second name, --no-…
      const bool wanted = (entry.values.front() == "true") == (entry.key == names.front());
      if (!wanted && !may_be_denied) continue;
      option->add_result(wanted ? "true" : "false");
    } else {
      for (const std::string& value : entry.values) option->add_result(value);
    }
    try {
      option->run_callback();
    } catch (const CLI::Error& error) {
      throw UserError(ExitCode::kBadData, place + ": " + error.what());
    } catch (const UserError& error) {
      throw UserError(ExitCode::kBadData, place + ": " + error.what(), error.remedy());
    }
  }
}

}  // namespace fovea::cli
