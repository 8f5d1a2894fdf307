#include "data/vocab/vocabulary.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "base/errors.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

constexpr std::string_view kFirstLine = "fovea-vocab 1";
constexpr int64_t kMostWords = std::numeric_limits<int32_t>::max() - 1;

UserError bad_vocabulary(const std::string& name, int64_t line, const std::string& reason) {
  return UserError(ExitCode::kBadData, name + ":" + std::to_string(line) + ": " + reason,
                   "The vocabulary was altered or damaged; restore it from a copy or train the model anew.");
}

void append_escaped(std::string_view form, std::string* out) {
  for (const char c : form) {
    switch (c) {
      case '\\':
        *out += "\\\\";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      default:
        *out += c;
    }
  }
}

// Undoes append_escaped. Returns the reason why it cannot, or nothing.
std::string unescape(std::string_view escaped, std::string* form) {
  for (size_t i = 0; i < escaped.size(); ++i) {
    const char c = escaped[i];
    if (c == '\r') return "a carriage return that is not written \\r (line ends must be LF)";
    if (c == '\t') return "a second TAB that is not written \\t";
    if (c != '\\') {
      *form += c;
      continue;
    }
    ++i;
    const size_t which = i < escaped.size() ? std::string_view("\\nrt").find(escaped[i]) : std::string_view::npos;
    if (which == std::string_view::npos) return "a backslash that is not part of \\\\, \\n, \\r or \\t";
    *form += "\\\n\r\t"[which];
  }
  return {};
}

// One line, without its LF, as count and form.
std::pair<int64_t, std::string> parse_word(std::string_view line, const std::string& name, int64_t number) {
  const size_t tab = line.find('\t');
  if (tab == std::string_view::npos) throw bad_vocabulary(name, number, "no TAB between count and word");
  const std::string_view digits = line.substr(0, tab);
  int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size() || count < 0) {
    throw bad_vocabulary(name, number, "the count is not a whole number from 0");
  }
  std::string form;
  if (!is_utf8(line)) throw bad_vocabulary(name, number, "the word is not UTF-8");
  const std::string reason = unescape(line.substr(tab + 1), &form);
  if (!reason.empty()) throw bad_vocabulary(name, number, reason);
  return {count, std::move(form)};
}

}  // namespace

void VocabularyBuilder::add(std::string_view form, int64_t count) {
  FOVEA_CHECK(count > 0, form, count);
  const auto found = counts_.find(form);
  if (found != counts_.end()) {
    found->second += count;
  } else {
    counts_.emplace(form, count);
  }
}

void VocabularyBuilder::keep(std::string_view form) {
  kept_.emplace(form, 1);
}

Vocabulary VocabularyBuilder::build(const VocabularyOptions& options) const {
  std::vector<std::pair<int64_t, const std::string*>> words;
  for (const auto& [form, count] : counts_) {
    if (count >= options.min_count || kept_.count(form)) words.emplace_back(count, &form);
  }
  const auto comes_first = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : *a.second < *b.second;
  };
  std::sort(words.begin(), words.end(), comes_first);
  const int64_t limit = options.max_size > 0 ? std::min(options.max_size, kMostWords) : kMostWords;
  if (static_cast<int64_t>(words.size()) > limit) words.resize(static_cast<size_t>(limit));
  const size_t counted = words.size();
  for (const auto& [form, kept] : kept_) {
    if (!counts_.count(form) && static_cast<int64_t>(words.size()) < kMostWords) words.emplace_back(0, &form);
  }
  std::sort(words.begin() + static_cast<std::ptrdiff_t>(counted), words.end(), comes_first);

  Vocabulary vocabulary;
  vocabulary.ids_.reserve(words.size());
  for (const auto& [count, form] : words) {
    vocabulary.forms_.push_back(*form);
    vocabulary.counts_.push_back(count);
    vocabulary.ids_.emplace(*form, static_cast<int32_t>(vocabulary.forms_.size()));
  }
  return vocabulary;
}

int32_t Vocabulary::id(std::string_view form) const {
  const auto found = ids_.find(form);
  return found == ids_.end() ? kUnknown : found->second;
}

const std::string& Vocabulary::form(int32_t id) const {
  static const std::string unknown = "<unknown>";
  FOVEA_CHECK(id >= 0 && id < size(), id, size());
  return id == kUnknown ? unknown : forms_[static_cast<size_t>(id) - 1];
}

int64_t Vocabulary::count(int32_t id) const {
  FOVEA_CHECK(id >= 0 && id < size(), id, size());
  return id == kUnknown ? 0 : counts_[static_cast<size_t>(id) - 1];
}

void Vocabulary::append(const std::string& form, int64_t count) {
  const bool is_new = ids_.emplace(form, static_cast<int32_t>(size())).second;
  FOVEA_CHECK(is_new && size() <= kMostWords, form, size());
  forms_.push_back(form);
  counts_.push_back(count);
}

void Vocabulary::add_count(int32_t id, int64_t count) {
  FOVEA_CHECK(id > kUnknown && id < size(), id, size());
  counts_[static_cast<size_t>(id) - 1] += count;
}

std::string Vocabulary::serialize() const {
  std::string content(kFirstLine);
  content += '\n';
  for (size_t i = 0; i < forms_.size(); ++i) {
    content += std::to_string(counts_[i]);
    content += '\t';
    append_escaped(forms_[i], &content);
    content += '\n';
  }
  return content;
}

Vocabulary Vocabulary::parse(std::string_view content, const std::string& name) {
  const std::string first_line = std::string(kFirstLine) + "\n";
  if (!content.starts_with(first_line)) {
    throw bad_vocabulary(name, 1, "the first line is not \"" + std::string(kFirstLine) + "\"");
  }
  content.remove_prefix(first_line.size());
  Vocabulary vocabulary;
  for (int64_t number = 2; !content.empty(); ++number) {
    const size_t end = content.find('\n');
    if (end == std::string_view::npos) throw bad_vocabulary(name, number, "the last line is cut off");
    auto [count, form] = parse_word(content.substr(0, end), name, number);
    content.remove_prefix(end + 1);
    if (vocabulary.size() > kMostWords) throw bad_vocabulary(name, number, "too many words");
    const auto [found, is_new] = vocabulary.ids_.emplace(form, static_cast<int32_t>(vocabulary.size()));
    if (!is_new) {
      throw bad_vocabulary(name, number, "the word stands in line " + std::to_string(found->second + 1) + " already");
    }
    vocabulary.forms_.push_back(std::move(form));
    vocabulary.counts_.push_back(count);
  }
  return vocabulary;
}

}  // namespace fovea::data
