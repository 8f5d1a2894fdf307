#include "base/options/described.h"

#include <algorithm>
#include <sstream>

namespace fovea::options {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

const char* heading(Part part) {
  switch (part) {
    case Part::kComparison:
      return "Comparison";
    case Part::kSearch:
      return "Search";
    case Part::kAudit:
      return "Audit";
    case Part::kFiles:
      return "Files";
    case Part::kDecoding:
      return "Looking for translations";
    case Part::kReading:
      return "Reading the data";
    case Part::kText:
      return "Text";
    case Part::kPreset:
    case Part::kModel:
      return "Model";
    case Part::kStart:
      return "What it starts from";
    case Part::kSeed:
    case Part::kTraining:
      return "Training";
    case Part::kLoss:
    case Part::kLabels:
      return "What it lowers";
    case Part::kAnswers:
    case Part::kMachine:
      return "Output and machine";
    case Part::kArgument:
    case Part::kSettled:
      break;
  }
  return "";
}

bool may_vary(Part part) {
  return part == Part::kPreset || part == Part::kText || part == Part::kModel || part == Part::kStart ||
         part == Part::kTraining || part == Part::kLoss;
}

std::string key_of(const Facts& facts) {
  if (std::string_view(facts.key) != kByName) return facts.key;
  std::string key = facts.name;
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

Value value_of(const Field& field) {
  return std::visit(Overloaded{[](const Word& word) -> Value { return word.names.at(word.chosen()); },
                               [](const Maybe& maybe) { return *maybe.value ? Value(**maybe.value) : Value(); },
                               [](const WholeOrNone& whole) { return *whole.value ? Value(**whole.value) : Value(); },
                               [](const TextOrNone& text) { return *text.value ? Value(**text.value) : Value(); },
                               [](const Spelled& spelled) -> Value {
                                 FOVEA_CHECK(false, "it has no plain value", spelled.usual);
                                 return {};
                               },
                               [](const Weights& weights) -> Value {
                                 std::ostringstream text;
                                 text.precision(17);
                                 text << weights.word.names.at(weights.word.chosen());
                                 for (const auto& [name, number] : *weights.numbers)
                                   text << name << '\n' << number << '\n';
                                 return text.str();
                               },
                               [](const auto& plain) { return Value(*plain.value); }},
                    field);
}

void assign(const Field& field, const Value& value) {
  std::visit(
      Overloaded{[&](const Word& word) {
                   const auto found = std::find(word.names.begin(), word.names.end(), std::get<std::string>(value));
                   FOVEA_CHECK(found != word.names.end(), std::get<std::string>(value));
                   word.choose(static_cast<size_t>(found - word.names.begin()));
                 },
                 [&](const Spelled& spelled) { spelled.take(std::get<std::string>(value)); },
                 [&](const Weights& weights) { FOVEA_CHECK(false, "weights are not assigned", weights.word.names[0]); },
                 [&](const auto& plain) {
                   using Plain = std::remove_cvref_t<decltype(*plain.value)>;
                   if constexpr (requires {
                                   typename Plain::value_type;
                                   plain.value->reset();
                                 }) {
                     plain.value->reset();
                     if (const auto* known = std::get_if<typename Plain::value_type>(&value)) *plain.value = *known;
                   } else {
                     *plain.value = std::get<Plain>(value);
                   }
                 }},
      field);
}

const void* address_of(const Field& field) {
  return std::visit(
      Overloaded{[](const Word& word) { return word.field; }, [](const Spelled& spelled) { return spelled.field; },
                 [](const Weights& weights) { return weights.word.field; },
                 [](const auto& plain) { return static_cast<const void*>(plain.value); }},
      field);
}

bool is_switch(const Field& field) {
  return std::holds_alternative<Flag>(field);
}

bool is_number(const Field& field) {
  return std::holds_alternative<Whole>(field) || std::holds_alternative<WholeOrNone>(field) ||
         std::holds_alternative<Seed>(field) || std::holds_alternative<Number>(field);
}

const Described& option_of(const std::vector<Described>& options, const void* field) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Described& option) { return address_of(option.field) == field; });
  FOVEA_CHECK(found != options.end(), "the field is not described");
  return *found;
}

bool is_given(const std::vector<Described>& options, const Given& given, const void* field) {
  return given.count(option_of(options, field).facts.name) > 0;
}

CannotApply::CannotApply(const std::string& option, const std::string& because)
    : CannotApply(option, because, "Leave --" + option + " out.") {}

CannotApply::CannotApply(const std::string& option, const std::string& because, const std::string& remedy)
    : UserError(ExitCode::kUsage, "--" + option + " cannot apply: " + because, remedy), option_(option) {}

namespace {

void refuse_given(const std::vector<Described>& options, const Given& given, const char* Facts::*why) {
  for (const Described& option : options) {
    for (const char* because : {option.facts.lacking, option.facts.*why}) {
      if (*because && given.contains(option.facts.name)) throw CannotApply(option.facts.name, because);
    }
  }
}

}  // namespace

void refuse_idle(const std::vector<Described>& options, const Given& given) {
  refuse_given(options, given, &Facts::idle);
}

void refuse_with_init(const std::vector<Described>& options, const Given& given) {
  refuse_given(options, given, &Facts::with_init);
}

const Described* first_difference(const std::vector<Described>& now, const std::vector<Described>& before,
                                  const Given& given) {
  FOVEA_CHECK(now.size() == before.size());
  for (size_t i = 0; i < now.size(); ++i) {
    const Facts& facts = now[i].facts;
    if (facts.per_run || !given.count(facts.name)) continue;
    if (value_of(now[i].field) != value_of(before[i].field)) return &now[i];
  }
  return nullptr;
}

void take_anew(const std::vector<Described>& options, const std::vector<Described>& now, const Given& given) {
  FOVEA_CHECK(options.size() == now.size());
  for (size_t i = 0; i < options.size(); ++i) {
    const Facts& facts = options[i].facts;
    if (facts.per_run && given.count(facts.name)) assign(options[i].field, value_of(now[i].field));
  }
}

const Described* take_over(const std::vector<Described>& options, const std::vector<Described>& known,
                           const Given& given) {
  FOVEA_CHECK(options.size() == known.size());
  const auto is_anew = [&](const Facts& facts) { return facts.of_training && given.count(facts.name); };
  for (size_t i = 0; i < options.size(); ++i) {
    const Facts& facts = options[i].facts;
    const bool differs = value_of(options[i].field) != value_of(known[i].field);
    if (differs && given.count(facts.name) && !is_anew(facts)) return &options[i];
  }
  for (size_t i = 0; i < options.size(); ++i) {
    if (!is_anew(options[i].facts)) assign(options[i].field, value_of(known[i].field));
  }
  return nullptr;
}

}  // namespace fovea::options
