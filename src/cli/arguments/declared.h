// Described options on a command line: every field becomes an option of a verb, which fills it.
#pragma once

#include <string>
#include <vector>

#include "base/options/words.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace fovea::cli {

class Declared {
 public:
  struct Entry {
    options::Described option;
    CLI::Option* parsed = nullptr;
  };

  // Declares them in the order of --help. The fields must outlive it.
  Declared(CLI::App& verb, std::vector<options::Described> options);

  const CLI::App& verb() const { return verb_; }
  std::vector<Entry>& entries() { return entries_; }
  const std::vector<Entry>& entries() const { return entries_; }
  Entry* find(const std::string& name);    // null where there is no such option
  std::vector<std::string> names() const;  // "--seed", …
  options::Given given() const;            // the options that were set
  // Those with their values; of a switch that is set "true". `but`: a field that is left out.
  std::vector<options::Written> written(const void* but) const;
  void exclude(const void* field, const void* by_field);  // the one cannot be given beside the other

  // Takes `values` for an option as if the command line had them. Throws CLI::Error or UserError where they are none.
  static void set(Entry& entry, const std::vector<std::string>& values);

 private:
  CLI::App& verb_;
  std::vector<Entry> entries_;
};

// "See fovea train --help."; kind: of a verb that trains, where it was named.
std::string see_help(const CLI::App& verb, const std::string& kind = "");

}  // namespace fovea::cli
