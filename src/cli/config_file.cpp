#include "cli/config_file.h"

#include <algorithm>
#include <regex>
#include <sstream>

#include <toml.hpp>

#include "base/errors.h"
#include "base/files.h"
#include "data/readers/utf8.h"

namespace fovea::cli {
namespace {

UserError config_error(const std::string& path, int line, const std::string& reason) {
  return UserError(ExitCode::kBadData, path + ":" + std::to_string(line) + ": " + reason);
}

// What toml11 says, without its "[error] " and the name of its function ("toml::insert_value: ").
std::string reason_in(const std::string& text) {
  static const std::regex kHead(R"(^(\[error\] )?(toml::\w+: )?)");
  return std::regex_replace(text.substr(0, text.find('\n')), kHead, "");
}

// toml11 reports a syntax error's place only inside its text: " --> path\n 12 | …".
int line_in_message(const std::string& text) {
  const size_t bar = text.find(" | ");
  if (bar == std::string::npos) return 1;
  size_t begin = bar;
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(text[begin - 1]))) --begin;
  return begin < bar ? std::stoi(text.substr(begin, bar - begin)) : 1;
}

std::string number_text(double value) {
  std::ostringstream out;
  out.precision(17);
  out << value;
  return out.str();
}

void add_value(ConfigEntry& entry, const toml::value& value, const std::string& path, bool first) {
  ConfigEntry::Type type = ConfigEntry::Type::kString;
  if (value.is_string()) {
    entry.values.push_back(value.as_string().str);
  } else if (value.is_integer()) {
    type = ConfigEntry::Type::kInteger;
    entry.values.push_back(std::to_string(value.as_integer()));
  } else if (value.is_floating()) {
    type = ConfigEntry::Type::kFloat;
    entry.values.push_back(number_text(value.as_floating()));
  } else if (value.is_boolean()) {
    type = ConfigEntry::Type::kBoolean;
    entry.values.push_back(value.as_boolean() ? "true" : "false");
  } else {
    throw config_error(path, entry.line,
                       "'" + entry.key + "' must be a string, a number, true or false, or a list of them");
  }
  if (!first && type != entry.type) throw config_error(path, entry.line, "'" + entry.key + "' mixes types in one list");
  entry.type = type;
}

// What no file of settings needs and what toml11 must not see: behind a byte that is not UTF-8 it reads past the end of
// its buffer, and it calls itself once for each bracket or dot of a nested value or key.
void refuse_foreign_text(const std::string& path, const std::string& text) {
  constexpr size_t kMostBytes = size_t{1} << 20;
  constexpr int64_t kMostNested = 100;
  if (text.size() > kMostBytes) throw config_error(path, 1, "has over 1 MB, which is no file of settings");
  std::vector<int64_t> places;
  data::repair_utf8(text, nullptr, &places, 1);
  int line = 1;
  int64_t nested = 0, dots = 0;  // open brackets; dots since the last character that ends a key
  for (size_t i = 0; i < text.size(); ++i) {
    if (!places.empty() && i == static_cast<size_t>(places.front())) {
      throw config_error(path, line, "holds a byte that is not UTF-8");
    }
    const char c = text[i];
    if (c == '[' || c == '{') ++nested;
    if ((c == ']' || c == '}') && nested > 0) --nested;
    dots = c == '.' ? dots + 1 : c == '\n' || c == '=' || c == ',' ? 0 : dots;
    if (c == '\n') ++line;
    if (nested > kMostNested || dots > kMostNested) throw config_error(path, line, "is nested too deeply");
  }
}

}  // namespace

std::vector<ConfigEntry> read_config(const std::string& path) {
  const std::string text = read_file(path);
  refuse_foreign_text(path, text);
  std::istringstream content(text);
  toml::value root;
  try {
    root = toml::parse(content, path);
  } catch (const toml::exception& error) {
    throw config_error(path, line_in_message(error.what()), reason_in(error.what()));
  }
  std::vector<ConfigEntry> entries;
  for (const auto& [key, value] : root.as_table()) {
    ConfigEntry entry;
    entry.key = key;
    entry.line = static_cast<int>(value.location().line());
    std::replace(entry.key.begin(), entry.key.end(), '_', '-');
    if (value.is_table())
      throw config_error(path, entry.line, "[" + key + "]: there are no sections; write the keys at the top level");
    if (value.is_array()) {
      for (const toml::value& item : value.as_array()) add_value(entry, item, path, entry.values.empty());
    } else {
      add_value(entry, value, path, true);
    }
    const auto twin =
        std::find_if(entries.begin(), entries.end(), [&](const ConfigEntry& other) { return other.key == entry.key; });
    if (twin != entries.end()) {
      throw config_error(
          path, std::max(twin->line, entry.line),
          "'" + entry.key + "' is set already in line " + std::to_string(std::min(twin->line, entry.line)));
    }
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const ConfigEntry& a, const ConfigEntry& b) { return a.line < b.line; });
  return entries;
}

}  // namespace fovea::cli
