#include "tasks/text/map.h"

#include <cmath>
#include <unordered_map>

#include "base/errors.h"
#include "base/files.h"
#include "base/json.h"

namespace fovea::tasks {
namespace {

constexpr const char* kForm =
    "Its lines are JSON as fovea predict --json prints them: text, tokens with start, end and "
    "weight.";

struct MapWord {
  int64_t start = 0, end = 0;
  double weight = 0;
};
struct MapLine {
  size_t line = 0;
  std::vector<MapWord> words;
};

[[noreturn]] void refuse_map(const std::string& path, size_t line, const std::string& reason,
                             const std::string& remedy = kForm) {
  throw UserError(ExitCode::kBadData, path + ":" + std::to_string(line) + ": " + reason, remedy);
}

MapWord map_word(const Json& token, const std::string& path, size_t line) {
  const auto has = [&](const char* key) { return token.is_object() && token.contains(key); };
  if (!has("start") || !has("end") || !has("weight")) refuse_map(path, line, "a token lacks start, end or weight");
  if (!token["start"].is_number_integer() || !token["end"].is_number_integer() || !token["weight"].is_number()) {
    refuse_map(path, line, "start, end or weight of a token is not a number");
  }
  return {token["start"].get<int64_t>(), token["end"].get<int64_t>(), token["weight"].get<double>()};
}

Json parse_line(std::string_view text, const std::string& path, size_t line) {
  try {
    return parse_json(text);
  } catch (const JsonFault& fault) {
    refuse_map(path, line, fault.what());
  }
}

std::unordered_map<std::string, MapLine> read_lines(const std::string& path) {
  std::unordered_map<std::string, MapLine> out;
  const std::string content = read_file(path);
  size_t number = 0;
  for (size_t begin = 0; begin < content.size();) {
    const size_t end = std::min(content.find('\n', begin), content.size());
    const std::string_view line(content.data() + begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const Json json = parse_line(line, path, number);
    if (!json.is_object() || !json.contains("text") || !json["text"].is_string() || !json.contains("tokens") ||
        !json["tokens"].is_array()) {
      refuse_map(path, number, "lacks text or tokens");
    }
    MapLine one{number, {}};
    for (const Json& token : json["tokens"]) one.words.push_back(map_word(token, path, number));
    out.emplace(json["text"].get<std::string>(), std::move(one));  // of equal texts the first
  }
  return out;
}

std::vector<double> weights_of(const MapLine& line, const std::vector<WeightedToken>& tokens, const std::string& path) {
  constexpr const char* kOther =
      "Make the map with the words of this model: fovea predict MODEL FILE --json shows them.";
  if (line.words.size() != tokens.size()) {
    refuse_map(
        path, line.line,
        "has " + std::to_string(line.words.size()) + " tokens, and the model reads " + std::to_string(tokens.size()),
        kOther);
  }
  std::vector<double> weights;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const MapWord& word = line.words[i];
    if (word.start != tokens[i].start || word.end != tokens[i].end) {
      refuse_map(path, line.line,
                 "token " + std::to_string(i + 1) + " is the bytes " + std::to_string(word.start) + " to " +
                     std::to_string(word.end) + ", and the model's is " + std::to_string(tokens[i].start) + " to " +
                     std::to_string(tokens[i].end),
                 kOther);
    }
    if (!std::isfinite(word.weight)) refuse_map(path, line.line, "a weight is not finite");
    weights.push_back(word.weight);
  }
  return weights;
}

}  // namespace

std::vector<std::vector<double>> read_text_map(const std::string& path, const std::string& data,
                                               const std::vector<const data::Row*>& rows,
                                               const TextClassifier& classifier) {
  const auto lines = read_lines(path);
  std::vector<std::string> texts;
  for (const data::Row* row : rows) texts.push_back(row->text);
  const std::vector<TextAnswer> answers = classifier.answer(texts);
  std::vector<std::vector<double>> out;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto line = lines.find(texts[i]);
    if (line == lines.end()) {
      throw UserError(ExitCode::kBadData,
                      data + ":" + std::to_string(rows[i]->line) + ": " + path + " has no line for this text",
                      "The map needs a line for every text that is audited.");
    }
    out.push_back(weights_of(line->second, answers[i].tokens, path));
  }
  return out;
}

}  // namespace fovea::tasks
