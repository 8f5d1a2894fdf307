// Options from words, as a command line or a settings file has them, and the writing of such a file.
#pragma once

#include <string>
#include <vector>

#include "base/options/described.h"

namespace fovea::options {

// An option as it was given; "" is the name of DATA.
struct Written {
  std::string name;
  std::vector<std::string> values;
};

// Why `text` is no value of the option, as a message ends that begins with its name; "" where it is one. Throws
// UserError (kUsage) where the words that there are stand in the remedy, and what a field's own check throws.
std::string refusal(const Described& option, const std::string& text);

// The range of a number, "from 1 to 16"; "" of what has none.
std::string range_of(const Field& field);

// Fills the field. Throws UserError (kUsage), beginning with the option's name, for what is no value of it. Of a switch
// the value is "true" or "false".
void take(const Described& option, const std::vector<std::string>& values);

// The option of that name among `options`, "" being the argument; null where there is none.
const Described* find(const std::vector<Described>& options, const std::string& name);

// A settings file: `heading` as comments, then the options, DATA left out. Every one must be among `described`.
std::string toml_text(const std::string& heading, const std::vector<Written>& options,
                      const std::vector<Described>& described);

}  // namespace fovea::options
