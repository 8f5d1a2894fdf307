// TextOptions as JSON, and the names of its choices.
#include <algorithm>
#include <array>

#include "base/errors.h"
#include "data/vocab/segment.h"

namespace fovea::data {
namespace {

constexpr std::array<std::pair<Tokenizer, const char*>, 4> kTokenizerNames = {
    {{Tokenizer::kWords, "words"},
     {Tokenizer::kCharacters, "char"},
     {Tokenizer::kWhitespace, "whitespace"},
     {Tokenizer::kSentencePiece, "sentencepiece"}}};
constexpr std::array<std::pair<Markup, const char*>, 3> kMarkupNames = {
    {{Markup::kAuto, "auto"}, {Markup::kKeep, "keep"}, {Markup::kStrip, "strip"}}};
constexpr std::array<const char*, 7> kTextFields = {"tokenizer", "pieces",     "nfkc",     "case_fold",
                                                    "markup",    "max_tokens", "sentences"};

UserError bad_option(const std::string& what) {
  return UserError(ExitCode::kBadData, "text options: " + what,
                   "The settings were altered or come from another version of Fovea; train the model anew.");
}

const Json& field_of(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  if (found == json.end()) throw bad_option("field \"" + name + "\" is missing");
  return *found;
}

bool flag_of(const Json& json, const std::string& name) {
  const Json& value = field_of(json, name);
  if (!value.is_boolean()) throw bad_option("field \"" + name + "\" is " + to_line(value) + ", not true or false");
  return value.get<bool>();
}

std::string word_of(const Json& json, const std::string& name) {
  const Json& value = field_of(json, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

int64_t max_tokens_of(const Json& json) {
  const Json& value = field_of(json, "max_tokens");
  const bool too_large = value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX);
  if (!value.is_number_integer() || too_large || value.get<int64_t>() < 0) {
    throw bad_option("field \"max_tokens\" is " + to_line(value) + ", not a whole number from 0");
  }
  return value.get<int64_t>();
}

int64_t pieces_of(const Json& json) {
  const Json& value = field_of(json, "pieces");
  const bool whole = value.is_number_integer() && (!value.is_number_unsigned() || value.get<uint64_t>() <= kMostPieces);
  if (!whole || value.get<int64_t>() < kFewestPieces || value.get<int64_t>() > kMostPieces) {
    throw bad_option("field \"pieces\" is " + to_line(value) + ", not a whole number from " +
                     std::to_string(kFewestPieces) + " to " + std::to_string(kMostPieces));
  }
  return value.get<int64_t>();
}

}  // namespace

std::string name_of(Tokenizer tokenizer) {
  for (const auto& [value, name] : kTokenizerNames) {
    if (value == tokenizer) return name;
  }
  FOVEA_CHECK(false, static_cast<int>(tokenizer));
  return {};
}

std::string name_of(Markup markup) {
  for (const auto& [value, name] : kMarkupNames) {
    if (value == markup) return name;
  }
  FOVEA_CHECK(false, static_cast<int>(markup));
  return {};
}

std::optional<Tokenizer> tokenizer_of(std::string_view name) {
  for (const auto& [value, known] : kTokenizerNames) {
    if (name == known) return value;
  }
  return std::nullopt;
}

std::optional<Markup> markup_of(std::string_view name) {
  for (const auto& [value, known] : kMarkupNames) {
    if (name == known) return value;
  }
  return std::nullopt;
}

Json TextOptions::to_json() const {
  FOVEA_CHECK(markup != Markup::kAuto);
  Json json;
  json["tokenizer"] = name_of(tokenizer);
  json["pieces"] = pieces;
  json["nfkc"] = nfkc;
  json["case_fold"] = case_fold;
  json["markup"] = name_of(markup);
  json["max_tokens"] = max_tokens;
  json["sentences"] = sentences;
  return json;
}

TextOptions TextOptions::from_json(const Json& json) {
  if (!json.is_object()) throw bad_option("they are " + to_line(json).substr(0, 80) + ", not an object");
  for (const auto& [name, value] : json.items()) {
    if (std::find(kTextFields.begin(), kTextFields.end(), name) == kTextFields.end()) {
      throw bad_option("field \"" + name + "\" is not known");
    }
  }
  TextOptions options;
  const auto tokenizer = tokenizer_of(word_of(json, "tokenizer"));
  if (!tokenizer) {
    throw bad_option("field \"tokenizer\" is " + to_line(json["tokenizer"]) +
                     ", not words, char, whitespace or sentencepiece");
  }
  options.tokenizer = *tokenizer;
  if (json.contains("pieces")) options.pieces = pieces_of(json);  // models before 0.2 have none
  options.nfkc = flag_of(json, "nfkc");
  options.case_fold = flag_of(json, "case_fold");
  const auto markup = markup_of(word_of(json, "markup"));
  if (!markup || *markup == Markup::kAuto) {
    throw bad_option("field \"markup\" is " + to_line(json["markup"]) + ", not keep or strip");
  }
  options.markup = *markup;
  options.max_tokens = max_tokens_of(json);
  if (json.contains("sentences")) options.sentences = flag_of(json, "sentences");  // models before 0.2 have none
  return options;
}

}  // namespace fovea::data
