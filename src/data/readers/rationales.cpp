#include "data/readers/rationales.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "base/errors.h"
#include "base/files.h"
#include "base/json.h"
#include "data/readers/lines.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

constexpr const char* kRationaleForms =
    "Lines are LINE START END, three whole numbers: a line of the data, counted from 1, and the words that white space "
    "divides, counted from 0, the last one not included; or ERASER's JSON: annotation_id, evidences with start_token "
    "and end_token.";

// Bytes of the white space that `text` begins with; 0 where it begins with none.
size_t white_space(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0), second = byte(1), third = byte(2);
  if (first == ' ' || (first >= 0x09 && first <= 0x0d) || (first >= 0x1c && first <= 0x1f)) return 1;
  if (first == 0xc2 && (second == 0x85 || second == 0xa0)) return 2;  // U+0085, U+00A0
  if (first == 0xe1 && second == 0x9a && third == 0x80) return 3;     // U+1680
  if (first == 0xe3 && second == 0x80 && third == 0x80) return 3;     // U+3000
  if (first != 0xe2) return 0;
  if (second == 0x81 && third == 0x9f) return 3;  // U+205F
  const bool general = (third >= 0x80 && third <= 0x8a) || third == 0xa8 || third == 0xa9 || third == 0xaf;
  return second == 0x80 && general ? 3 : 0;  // U+2000 … U+200A, U+2028, U+2029, U+202F
}

[[noreturn]] void refuse_rationale(const std::string& path, int64_t line, const std::string& reason,
                                   const std::string& remedy = kRationaleForms) {
  throw UserError(ExitCode::kBadData, path + ":" + std::to_string(line) + ": " + reason, remedy);
}

void require_span(const std::string& path, const RationaleSpan& span) {
  const std::string named = "the span " + std::to_string(span.start) + " to " + std::to_string(span.end);
  if (span.start < 0) refuse_rationale(path, span.line, named + " begins before the text", "Words are counted from 0.");
  if (span.end <= span.start) {
    refuse_rationale(path, span.line, named + " has no word",
                     "The end is the first word that is not in it, and so above the start.");
  }
}

// Plain lines.
class LineRationales {
 public:
  explicit LineRationales(Rationales& out) : out_(out) { out_.by_line = true; }

  void add(std::string_view text, int64_t line) {
    std::array<int64_t, 3> numbers{};
    const auto words = whitespace_words(text);
    bool fits = words.size() == numbers.size();
    for (size_t i = 0; fits && i < numbers.size(); ++i) {
      const char *begin = text.data() + words[i].first, *end = text.data() + words[i].second;
      const auto [stopped, error] = std::from_chars(begin, end, numbers[i]);
      fits = error == std::errc() && stopped == end;
    }
    if (!fits) refuse_rationale(out_.path, line, "is not LINE START END, three whole numbers");
    const RationaleSpan span{numbers[1], numbers[2], line};
    require_span(out_.path, span);
    const auto [place, is_new] = at_.try_emplace(numbers[0], out_.rationales.size());
    if (is_new) out_.rationales.push_back({.row_line = numbers[0], .document = "", .spans = {}});
    out_.rationales[place->second].spans.push_back(span);
  }

 private:
  Rationales& out_;
  std::unordered_map<int64_t, size_t> at_;
};

// ERASER's lines.
class EraserRationales {
 public:
  explicit EraserRationales(Rationales& out) : out_(out) {}

  void add(std::string_view text, int64_t line) {
    line_ = line;
    Json json;
    try {
      json = parse_json(text);
    } catch (const JsonFault& fault) {
      refuse(fault.what());
    }
    if (!json.is_object() || !json.contains("annotation_id") || !json["annotation_id"].is_string() ||
        !json.contains("evidences") || !json["evidences"].is_array()) {
      refuse("lacks annotation_id or evidences");
    }
    const auto id = json["annotation_id"].get<std::string>();
    const auto [known, is_new] = annotations_.try_emplace(id, line);
    if (!is_new) {
      refuse_rationale(out_.path, line,
                       shown(id) + " was annotated on line " + std::to_string(known->second) + " already",
                       "Join the evidences of one annotation in one line.");
    }
    for (const Json& group : json["evidences"]) {
      if (!group.is_array()) refuse("evidences is not a list of lists");
      for (const Json& evidence : group) add_evidence(evidence, id, json);
    }
  }

 private:
  struct Document {
    size_t rationale = 0;  // its number
    std::vector<std::pair<int64_t, int64_t>> words;
  };

  [[noreturn]] void refuse(const std::string& reason) const { refuse_rationale(out_.path, line_, reason); }

  void add_evidence(const Json& evidence, const std::string& annotation, const Json& json) {
    const auto whole = [&](const char* key) {
      if (!evidence.is_object() || !evidence.contains(key) || !evidence[key].is_number_integer()) {
        refuse(std::string("an evidence lacks ") + key + ", a whole number");
      }
      return evidence[key].get<int64_t>();
    };
    const RationaleSpan span{whole("start_token"), whole("end_token"), line_};
    require_span(out_.path, span);
    std::string id = annotation;
    if (evidence.contains("docid")) {
      if (!evidence["docid"].is_string()) refuse("a docid is not a string");
      id = evidence["docid"].get<std::string>();
    }
    const Document& document = document_of(id, json);
    const int64_t words = std::ssize(document.words);
    if (span.end > words) {
      refuse_rationale(out_.path, line_,
                       "the span " + std::to_string(span.start) + " to " + std::to_string(span.end) +
                           " ends behind the document " + shown(id) + ", which has " + std::to_string(words) + " words",
                       "Is it another edition of the document? Its words are what white space divides.");
    }
    Rationale& rationale = out_.rationales[document.rationale];
    rationale.spans.push_back(span);
    if (!evidence.contains("text") || !evidence["text"].is_string()) return;
    const auto begin = static_cast<size_t>(document.words[static_cast<size_t>(span.start)].first);
    const auto end = static_cast<size_t>(document.words[static_cast<size_t>(span.end - 1)].second);
    const std::string said = with_single_spaces(repair_utf8(evidence["text"].get<std::string>(), nullptr));
    out_.misquoted += said != rationale.document.substr(begin, end - begin);
  }

  const Document& document_of(const std::string& id, const Json& json) {
    const auto known = documents_.find(id);
    if (known != documents_.end()) return known->second;
    const std::string text = with_single_spaces(repair_utf8(read_document(id, json), nullptr));
    const auto [place, is_new] = texts_.try_emplace(text, out_.rationales.size());
    if (is_new) out_.rationales.push_back({.row_line = 0, .document = text, .spans = {}});
    return documents_.emplace(id, Document{place->second, whitespace_words(text)}).first->second;
  }

  std::string read_document(const std::string& id, const Json& json) const {
    if (json.contains("docs") && json["docs"].is_object() && json["docs"].contains(id)) {
      if (!json["docs"][id].is_string()) refuse("the document " + shown(id) + " in docs is not a string");
      return json["docs"][id].get<std::string>();
    }
    namespace fs = std::filesystem;
    const fs::path name(id);
    const bool inside = !id.empty() && id.find('\0') == std::string::npos && name.is_relative() &&
                        std::find(name.begin(), name.end(), "..") == name.end();
    if (!inside) refuse("the document " + shown(id) + " is no name of a file in docs");
    const fs::path path = fs::path(out_.path).parent_path() / "docs" / name;
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
      refuse_rationale(out_.path, line_, "the document " + shown(id) + " is not there: no file " + shown(path.string()),
                       "Its text belongs into the folder docs beside the file, or into docs of the line.");
    }
    return read_file(path);
  }

  Rationales& out_;
  int64_t line_ = 0;
  std::unordered_map<std::string, int64_t> annotations_;  // the line of each
  std::unordered_map<std::string, Document> documents_;   // by id
  std::unordered_map<std::string, size_t> texts_;         // the number of the rationale of each text
};

}  // namespace

std::vector<std::pair<int64_t, int64_t>> whitespace_words(std::string_view text) {
  std::vector<std::pair<int64_t, int64_t>> words;
  bool inside = false;
  for (size_t at = 0; at < text.size();) {
    const size_t space = white_space(text.substr(at));
    if (space == 0) {
      if (!inside) words.emplace_back(static_cast<int64_t>(at), 0);
      words.back().second = static_cast<int64_t>(++at);
    }
    inside = space == 0;
    at += space;
  }
  return words;
}

std::string with_single_spaces(std::string_view text) {
  std::string out;
  for (const auto& [start, end] : whitespace_words(text)) {
    if (!out.empty()) out += ' ';
    out += text.substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
  }
  return out;
}

Rationales read_rationales(const std::string& path) {
  Rationales out;
  out.path = path;
  const std::string content = read_file(path);
  std::string_view text = content;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto read_all = [&](auto reader) {
    LineCursor lines(text);
    for (std::string_view line; lines.next(&line);) {
      if (!whitespace_words(line).empty()) reader.add(line, lines.number());
    }
  };
  const auto words = whitespace_words(text);
  if (words.empty()) throw UserError(ExitCode::kBadData, path + ": holds no rationale", kRationaleForms);
  if (text[static_cast<size_t>(words.front().first)] == '{') {
    read_all(EraserRationales(out));
  } else {
    read_all(LineRationales(out));
  }
  return out;
}

}  // namespace fovea::data
