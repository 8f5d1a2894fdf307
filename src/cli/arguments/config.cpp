#include "cli/arguments/config.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/errors.h"
#include "base/nearest.h"
#include "cli/config_file.h"

namespace fovea::cli {
namespace {

bool is_whole(const options::Field& field) {
  return options::is_number(field) && !std::holds_alternative<options::Number>(field);
}

// The type of a key against the type its option takes.
void check_type(const ConfigEntry& entry, const options::Described& option, const std::string& place) {
  using Type = ConfigEntry::Type;
  const options::Field& field = option.field;
  const auto refuse = [&](const std::string& kind) {
    throw UserError(ExitCode::kBadData, place + ": '" + entry.key + "' wants " + kind);
  };
  if (options::is_switch(field)) {
    if (entry.type != Type::kBoolean) refuse("true or false");
  } else if (is_whole(field)) {
    if (entry.type != Type::kInteger) refuse("a whole number");
  } else if (options::is_number(field)) {
    if (entry.type != Type::kFloat && entry.type != Type::kInteger) refuse("a number");
  } else if (entry.type != Type::kString && !(option.facts.or_number && entry.type == Type::kInteger)) {
    refuse("a string in quotes");
  }
  if (entry.values.size() != 1 && !std::holds_alternative<options::List>(field)) refuse("one value");
}

// "no-refit" stands for the option "refit", denied.
Declared::Entry* find_denied(Declared& verb, const std::string& key) {
  Declared::Entry* entry = key.starts_with("no-") ? verb.find(key.substr(3)) : nullptr;
  const auto* flag = entry ? std::get_if<options::Flag>(&entry->option.field) : nullptr;
  return flag && flag->form == options::Flag::kEither ? entry : nullptr;
}

void apply(Declared& verb, const ConfigEntry& key, const std::string& place, const std::string& config) {
  Declared::Entry* entry = verb.find(key.key);
  const bool denied = !entry;
  if (denied) entry = find_denied(verb, key.key);
  const bool known = entry && entry->option.facts.part != options::Part::kArgument &&
                     options::address_of(entry->option.field) != &config;
  if (!known) {
    const bool no_key = verb.verb().get_option_no_throw("--" + key.key) != nullptr;  // such as --help
    const std::string guess = no_key ? "" : nearest("--" + key.key, verb.names());
    throw UserError(ExitCode::kBadData, place + ": there is no option '" + key.key + "'",
                    guess.empty() ? see_help(verb.verb()) : "Did you mean '" + guess.substr(2) + "'?");
  }
  check_type(key, entry->option, place);
  if (entry->parsed->count() > 0) return;
  std::vector<std::string> values = key.values;
  if (const auto* flag = std::get_if<options::Flag>(&entry->option.field)) {
    const bool wanted = (values.front() == "true") != denied;
    if (!wanted && flag->form != options::Flag::kEither) return;
    values = {wanted ? "true" : "false"};
  }
  try {
    Declared::set(*entry, values);
  } catch (const CLI::Error& error) {
    throw UserError(ExitCode::kBadData, place + ": " + error.what());
  } catch (const UserError& error) {
    throw UserError(ExitCode::kBadData, place + ": " + error.what(), error.remedy());
  }
}

}  // namespace

void apply_config(Declared& verb, const std::string& config) {
  for (const ConfigEntry& key : read_config(config)) {
    apply(verb, key, config + ":" + std::to_string(key.line), config);
  }
}

}  // namespace fovea::cli
