// The file of --config: TOML, one key per long option.
#pragma once

#include <string>
#include <vector>

namespace fovea::cli {

// One key with its values as the command line would have them, and what it was in the file.
struct ConfigEntry {
  enum class Type { kString, kInteger, kFloat, kBoolean };
  std::string key;                  // long name without dashes in front; '_' read as '-'
  std::vector<std::string> values;  // several where the file has an array
  Type type = Type::kString;
  int line = 0;
};

// Throws UserError: kNoInput when missing, kBadData with file and line for broken TOML, tables, dates, mixed arrays.
std::vector<ConfigEntry> read_config(const std::string& path);

}  // namespace fovea::cli
