#include "cli/arguments/declared.h"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace fovea::cli {
namespace {

using options::Facts;

// "-q,--quiet", "DATA", "--refit,!--no-refit"
std::string names_of(const options::Described& option) {
  const Facts& facts = option.facts;
  if (facts.part == options::Part::kArgument) return facts.name;
  const std::string name = facts.name;
  const auto* flag = std::get_if<options::Flag>(&option.field);
  if (flag && flag->form == options::Flag::kEither) return "--" + name + ",!--no-" + name;
  return facts.letter ? std::string("-") + facts.letter + ",--" + name : "--" + name;
}

// What CLI11 asks before it takes a value; the range is shown in --help.
CLI::Validator checked(const options::Described& option) {
  return CLI::Validator([option](const std::string& text) { return options::refusal(option, text); },
                        options::range_of(option.field));
}

// One for each kind of field. What a parser cannot fill by itself has a function that does.
class Adder {
 public:
  Adder(CLI::App& app, const options::Described& option)
      : app_(app), option_(option), facts_(option.facts), names_(names_of(option)) {}

  CLI::Option* operator()(const options::Whole& field) const { return plain(*field.value)->check(checked(option_)); }
  CLI::Option* operator()(const options::WholeOrNone& field) const {
    return plain(*field.value)->check(checked(option_));
  }
  CLI::Option* operator()(const options::Seed& field) const { return plain(*field.value)->check(checked(option_)); }
  CLI::Option* operator()(const options::Number& field) const { return plain(*field.value)->check(checked(option_)); }
  CLI::Option* operator()(const options::Flag& field) const {
    if (field.form != options::Flag::kUnsets) return app_.add_flag(names_, *field.value, facts_.says);
    bool* const value = field.value;
    return app_.add_flag_callback(
        names_, [value] { *value = false; }, facts_.says);
  }
  CLI::Option* operator()(const options::Maybe& field) const {
    std::optional<bool>* const value = field.value;
    const auto take = [value](const std::string& word) {
      value->reset();
      if (word != "auto") *value = word == "yes";
    };
    return written(take, "auto")->check(checked(option_));
  }
  CLI::Option* operator()(const options::Text& field) const {
    CLI::Option* option = plain(*field.value);
    if (!field.words.empty() || field.check) option->check(checked(option_));
    return option;
  }
  CLI::Option* operator()(const options::TextOrNone& field) const { return plain(*field.value); }
  CLI::Option* operator()(const options::List& field) const {
    CLI::Option* option = plain(*field.value);
    if (field.form == options::List::kCommas) option->delimiter(',');
    if (field.form != options::List::kAllThatFollow) option->allow_extra_args(false);
    return option;
  }
  CLI::Option* operator()(const options::Word& field) const {
    const auto take = [field](const std::string& word) {
      field.choose(static_cast<size_t>(std::find(field.names.begin(), field.names.end(), word) - field.names.begin()));
    };
    return written(take, field.names.at(field.chosen()))->check(checked(option_));
  }
  CLI::Option* operator()(const options::Spelled& field) const { return written(field.take, field.usual); }
  CLI::Option* operator()(const options::Weights& field) const { return plain(*field.written); }

 private:
  template <typename Value>
  CLI::Option* plain(Value& value) const {
    return app_.add_option(names_, value, facts_.says)->capture_default_str();
  }
  CLI::Option* written(const std::function<void(const std::string&)>& take, const std::string& usual) const {
    return app_.add_option_function<std::string>(names_, take, facts_.says)->default_str(usual);
  }

  CLI::App& app_;
  const options::Described& option_;
  const Facts& facts_;
  std::string names_;
};

CLI::Option* declare(CLI::App& app, const options::Described& option) {
  CLI::Option* declared = std::visit(Adder(app, option), option.field);
  const Facts& facts = option.facts;
  // An option without a group is not in --help.
  if (facts.part != options::Part::kArgument) declared->group(*facts.lacking ? "" : options::heading(facts.part));
  if (*facts.shown) declared->type_name(facts.shown);
  if (facts.required) declared->required();
  return declared;
}

}  // namespace

Declared::Declared(CLI::App& verb, std::vector<options::Described> options) : verb_(verb) {
  std::erase_if(options, [](const options::Described& one) { return one.facts.part == options::Part::kSettled; });
  std::stable_sort(options.begin(), options.end(), [](const options::Described& a, const options::Described& b) {
    return std::pair(a.facts.part, a.facts.row) < std::pair(b.facts.part, b.facts.row);
  });
  for (options::Described& option : options) {
    entries_.push_back({std::move(option)});
    entries_.back().parsed = declare(verb_, entries_.back().option);
  }
}

Declared::Entry* Declared::find(const std::string& name) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& one) { return one.option.facts.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<std::string> Declared::names() const {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb_.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

options::Given Declared::given() const {
  options::Given given;
  for (const Entry& entry : entries_) {
    const bool argument = entry.option.facts.part == options::Part::kArgument;
    if (!argument && entry.parsed->count() > 0) given.insert(entry.option.facts.name);
  }
  return given;
}

std::vector<options::Written> Declared::written(const void* but) const {
  std::vector<options::Written> written;
  for (const Entry& entry : entries_) {
    if (entry.parsed->count() == 0 || options::address_of(entry.option.field) == but) continue;
    const bool argument = entry.option.facts.part == options::Part::kArgument;
    const bool is_switch = options::is_switch(entry.option.field);
    if (is_switch && !entry.parsed->as<bool>()) continue;  // --freeze-vectors=false
    written.push_back({argument ? "" : entry.option.facts.name,
                       is_switch ? std::vector<std::string>{"true"} : entry.parsed->results()});
  }
  return written;
}

void Declared::exclude(const void* field, const void* by_field) {
  const auto option = [&](const void* wanted) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return options::address_of(entry.option.field) == wanted;
    });
    FOVEA_CHECK(found != entries_.end(), "the field is not declared");
    return found->parsed;
  };
  option(field)->excludes(option(by_field));
}

void Declared::set(Entry& entry, const std::vector<std::string>& values) {
  for (const std::string& value : values) entry.parsed->add_result(value);
  entry.parsed->run_callback();
}

std::string see_help(const CLI::App& verb, const std::string& kind) {
  return "See fovea " + (verb.get_name() == "fovea" ? std::string() : verb.get_name() + " ") +
         (kind.empty() ? "" : kind + " ") + "--help.";
}

}  // namespace fovea::cli
