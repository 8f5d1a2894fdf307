#include "base/options/words.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <sstream>

#include "base/json.h"

namespace fovea::options {
namespace {

template <typename Number>
std::string range_text(Number low, Number high) {
  std::ostringstream range;
  range.precision(12);  // enough for a million to be written in full
  range << "from " << low;
  if (static_cast<double>(high) < 1e15) range << " to " << high;
  return range.str();
}

// "nan" is no number, nor is what has anything behind it.
template <typename Number>
std::string refuse_number(const std::string& text, Number low, Number high, const char* kind) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole_text = error == std::errc() && end == text.data() + text.size();
  if (whole_text && value >= low && value <= high) return "";
  return "'" + text + "' is not " + kind + " " + range_text(low, high);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!word.empty()) text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

bool is_among(const std::string& text, const std::vector<std::string>& words) {
  return !text.empty() && std::find(words.begin(), words.end(), text) != words.end();
}

std::string refuse_word(const std::string& text, const std::vector<std::string>& words) {
  return is_among(text, words) ? "" : "there is no '" + text + "', choose one of: " + joined(words);
}

constexpr uint64_t kAnySeed = std::numeric_limits<uint64_t>::max();

struct Refusal {
  const std::string& text;

  std::string operator()(const Whole& field) const {
    return refuse_number<uint64_t>(text, static_cast<uint64_t>(field.low), static_cast<uint64_t>(field.high),
                                   "a whole number");
  }
  std::string operator()(const WholeOrNone& field) const {
    return refuse_number<uint64_t>(text, static_cast<uint64_t>(field.low), static_cast<uint64_t>(field.high),
                                   "a whole number");
  }
  std::string operator()(const Seed&) const { return refuse_number<uint64_t>(text, 0, kAnySeed, "a whole number"); }
  std::string operator()(const Number& field) const {
    return refuse_number<double>(text, field.low, field.high, "a number");
  }
  std::string operator()(const Flag&) const { return refuse_word(text, {"true", "false"}); }
  std::string operator()(const Maybe&) const { return refuse_word(text, {"auto", "yes", "no"}); }
  std::string operator()(const Text& field) const {
    if (field.check) field.check(text);
    return field.words.empty() ? "" : refuse_word(text, field.words);
  }
  std::string operator()(const Word& field) const { return refuse_word(text, field.names); }
  std::string operator()(const TextOrNone&) const { return ""; }
  std::string operator()(const List&) const { return ""; }
  std::string operator()(const Spelled&) const { return ""; }  // taking it tells
  std::string operator()(const Weights&) const { return ""; }
};

template <typename Number>
Number parsed(const std::string& text) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

struct Taker {
  const std::vector<std::string>& values;

  const std::string& text() const { return values.front(); }

  void operator()(const Whole& field) const { *field.value = parsed<int64_t>(text()); }
  void operator()(const WholeOrNone& field) const { *field.value = parsed<int64_t>(text()); }
  void operator()(const Seed& field) const { *field.value = parsed<uint64_t>(text()); }
  void operator()(const Number& field) const { *field.value = parsed<double>(text()); }
  void operator()(const Flag& field) const {
    const bool set = text() == "true";
    if (field.form == Flag::kUnsets) {
      if (set) *field.value = false;
    } else {
      *field.value = set;
    }
  }
  void operator()(const Maybe& field) const {
    field.value->reset();
    if (text() != "auto") *field.value = text() == "yes";
  }
  void operator()(const Text& field) const { *field.value = text(); }
  void operator()(const TextOrNone& field) const { *field.value = text(); }
  void operator()(const List& field) const { *field.value = values; }
  void operator()(const Word& field) const {
    field.choose(static_cast<size_t>(std::find(field.names.begin(), field.names.end(), text()) - field.names.begin()));
  }
  void operator()(const Spelled& field) const { field.take(text()); }
  void operator()(const Weights& field) const { *field.written = text(); }
};

// A basic string of TOML escapes what a string of JSON does.
std::string toml_value(const Field& field, const std::string& value) {
  return is_switch(field) || is_number(field) ? value : to_line(value);
}

}  // namespace

std::string refusal(const Described& option, const std::string& text) {
  const bool of_network = option.facts.part == Part::kModel || option.facts.part == Part::kTraining;
  const auto* word = std::get_if<Word>(&option.field);
  if (of_network && word && !is_among(text, word->names)) {
    throw UserError(ExitCode::kUsage, "--" + std::string(option.facts.name) + ": there is no '" + text + "'",
                    "Choose one of: " + joined(word->names) + ".");
  }
  return std::visit(Refusal{text}, option.field);
}

std::string range_of(const Field& field) {
  if (const auto* whole = std::get_if<Whole>(&field)) {
    return range_text(static_cast<uint64_t>(whole->low), static_cast<uint64_t>(whole->high));
  }
  if (const auto* whole = std::get_if<WholeOrNone>(&field)) {
    return range_text(static_cast<uint64_t>(whole->low), static_cast<uint64_t>(whole->high));
  }
  if (std::holds_alternative<Seed>(field)) return range_text<uint64_t>(0, kAnySeed);
  if (const auto* number = std::get_if<Number>(&field)) return range_text(number->low, number->high);
  return "";
}

void take(const Described& option, const std::vector<std::string>& values) {
  const std::string name =
      option.facts.part == Part::kArgument ? option.facts.name : "--" + std::string(option.facts.name);
  if (values.empty() || (values.size() > 1 && !std::holds_alternative<List>(option.field))) {
    throw UserError(ExitCode::kUsage, name + ": wants one value");
  }
  for (const std::string& value : values) {
    const std::string why = refusal(option, value);
    if (!why.empty()) throw UserError(ExitCode::kUsage, name + ": " + why);
  }
  std::visit(Taker{values}, option.field);
}

const Described* find(const std::vector<Described>& options, const std::string& name) {
  for (const Described& option : options) {
    const bool argument = option.facts.part == Part::kArgument;
    if (argument ? name.empty() : !name.empty() && option.facts.name == name) return &option;
  }
  return nullptr;
}

std::string toml_text(const std::string& heading, const std::vector<Written>& options,
                      const std::vector<Described>& described) {
  std::string text;
  for (size_t begin = 0; begin < heading.size();) {
    const size_t end = std::min(heading.find('\n', begin), heading.size());
    text += "# " + heading.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  for (const Written& given : options) {
    if (given.name.empty()) continue;
    const Described* option = find(described, given.name);
    FOVEA_CHECK(option != nullptr, given.name);
    std::string values;
    for (const std::string& value : given.values) {
      values += (values.empty() ? "" : ", ") + toml_value(option->field, value);
    }
    text += given.name + " = " + (given.values.size() == 1 ? values : "[" + values + "]") + "\n";
  }
  return text;
}

}  // namespace fovea::options
