#include "base/options/json.h"

#include <algorithm>
#include <limits>
#include <sstream>

#include "base/options/described.h"

namespace fovea::options {
namespace {

template <typename Limit>
std::string range_text(const char* kind, Limit low, Limit high) {
  std::ostringstream text;
  text.precision(12);
  text << kind << " from " << low;
  if (static_cast<double>(high) < 1e15) text << " to " << high;
  return text.str();
}

// "words, char or whitespace"
std::string alternatives(std::vector<std::string> words) {
  std::erase(words, "");
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  return text;
}

bool holds_whole(const Json& json, int64_t low, int64_t high) {
  if (!json.is_number_integer()) return false;
  if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return false;
  }
  return json.get<int64_t>() >= low && json.get<int64_t>() <= high;
}

// Each of these puts the value into its field, or returns what it should have been.
std::string read(const Whole& field, const Json& json) {
  if (!holds_whole(json, field.low, field.high)) return range_text("a whole number", field.low, field.high);
  *field.value = json.get<int64_t>();
  return "";
}

std::string read(const WholeOrNone& field, const Json& json) {
  if (!json.is_null() && !holds_whole(json, field.low, field.high)) {
    return "null or " + range_text("a whole number", field.low, field.high);
  }
  field.value->reset();
  if (!json.is_null()) *field.value = json.get<int64_t>();
  return "";
}

std::string read(const Seed& field, const Json& json) {
  const bool fine = json.is_number_unsigned() || (json.is_number_integer() && json.get<int64_t>() >= 0);
  if (!fine) return "a whole number from 0";
  *field.value = json.get<uint64_t>();
  return "";
}

std::string read(const Number& field, const Json& json) {
  const double value = json.is_number() ? json.get<double>() : std::numeric_limits<double>::quiet_NaN();
  if (!(value >= field.low && value <= field.high)) return range_text("a number", field.low, field.high);
  *field.value = value;
  return "";
}

std::string read(const Flag& field, const Json& json) {
  if (!json.is_boolean()) return "true or false";
  *field.value = json.get<bool>();
  return "";
}

std::string read(const Maybe& field, const Json& json) {
  if (!json.is_null() && !json.is_boolean()) return "null, true or false";
  field.value->reset();
  if (json.is_boolean()) *field.value = json.get<bool>();
  return "";
}

std::string read(const Text& field, const Json& json) {
  if (!json.is_string()) return field.words.empty() ? "a text" : alternatives(field.words);
  const std::string text = json.get<std::string>();
  const bool known = std::find(field.words.begin(), field.words.end(), text) != field.words.end();
  if (!field.words.empty() && !known) return alternatives(field.words);
  *field.value = text;
  return "";
}

std::string read(const TextOrNone& field, const Json& json) {
  if (!json.is_null() && !json.is_string()) return "null or a text";
  field.value->reset();
  if (json.is_string()) *field.value = json.get<std::string>();
  return "";
}

std::string read(const List& field, const Json& json) {
  const bool texts =
      json.is_array() && std::all_of(json.begin(), json.end(), [](const Json& one) { return one.is_string(); });
  if (!texts) return "a list of texts";
  *field.value = json.get<std::vector<std::string>>();
  return "";
}

std::string read(const Word& field, const Json& json) {
  const std::string name = json.is_string() ? json.get<std::string>() : std::string();
  const auto found = std::find(field.names.begin(), field.names.end(), name);
  if (name.empty() || found == field.names.end()) return alternatives(field.names);
  field.choose(static_cast<size_t>(found - field.names.begin()));
  return "";
}

std::string read(const Weights& field, const Json& json) {
  field.numbers->clear();
  if (!json.is_array()) return read(field.word, json).empty() ? "" : read(field.word, json) + ", or a list of pairs";
  for (const Json& pair : json) {
    const bool fine =
        pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_number() && pair[1].get<double>() >= 0;
    if (!fine) return "a list of pairs, each a name and a number from 0";
    (*field.numbers)[pair[0].get<std::string>()] = pair[1].get<double>();
  }
  field.word.choose(
      static_cast<size_t>(std::find(field.word.names.begin(), field.word.names.end(), "") - field.word.names.begin()));
  return "";
}

std::string read(const Spelled& field, const Json&) {
  FOVEA_CHECK(false, "it is not saved", field.usual);
  return "";
}

}  // namespace

void JsonWriter::inside(const char* key, const std::function<void()>& visit_inside, bool) {
  Json outer = std::move(json_);
  json_ = Json::object();
  visit_inside();
  outer[key] = std::move(json_);
  json_ = std::move(outer);
}

void JsonWriter::field(const Facts& facts, const Field& field) {
  const std::string key = key_of(facts);
  if (key.empty()) return;
  const auto* const weights = std::get_if<Weights>(&field);
  if (weights && weights->word.names.at(weights->word.chosen()).empty()) {
    json_[key] = Json::array();
    for (const auto& [name, number] : *weights->numbers) json_[key].push_back({name, number});
    return;
  }
  std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          json_[key] = nullptr;
        } else {
          json_[key] = value;
        }
      },
      value_of(field));
}

JsonReader::JsonReader(const Json& json, std::string place, std::string remedy)
    : json_(&json), place_(std::move(place)), remedy_(std::move(remedy)) {
  require_object();
}

void JsonReader::refuse(const std::string& what) const {
  throw UserError(ExitCode::kBadData, place_ + ": " + what, remedy_);
}

void JsonReader::require_object() const {
  if (!json_->is_object()) refuse("they are " + to_line(*json_).substr(0, 80) + ", not an object");
}

void JsonReader::inside(const char* key, const std::function<void()>& visit_inside, bool late) {
  visited_.push_back(key);
  const auto found = json_->find(key);
  if (found == json_->end()) {
    if (late) return;
    refuse("field \"" + std::string(key) + "\" is missing");
  }
  const Json* const outer = json_;
  const std::string place = place_;
  const std::vector<std::string> visited = std::exchange(visited_, {});
  json_ = &*found;
  place_ += ": " + std::string(key);
  require_object();
  visit_inside();
  json_ = outer;
  place_ = place;
  visited_ = visited;
}

void JsonReader::field(const Facts& facts, const Field& field) {
  const std::string key = key_of(facts);
  if (key.empty()) return;
  visited_.push_back(key);
  const auto found = json_->find(key);
  if (found == json_->end()) {
    if (facts.late) return;
    refuse("field \"" + key + "\" is missing");
  }
  const std::string wanted = std::visit([&](const auto& one) { return read(one, *found); }, field);
  if (!wanted.empty()) refuse("field \"" + key + "\" is " + to_line(*found) + ", not " + wanted);
}

void JsonReader::refuse_unknown() const {
  for (const auto& [key, value] : json_->items()) {
    if (std::find(visited_.begin(), visited_.end(), key) == visited_.end()) {
      refuse("field \"" + key + "\" is not known");
    }
  }
}

}  // namespace fovea::options
