#include "data/readers/jsonl.h"

#include <algorithm>

#include "base/json.h"
#include "data/readers/messages.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

// Walks over one JSON value and hands each pair of the top object to on_pair; parsing needs no memory for depth but one
// bit a level, so nesting of any depth is harmless.
class TopLevel : public nlohmann::json_sax<Json> {
 public:
  virtual void on_pair(std::string&& key, CellKind kind, std::string&& text) = 0;
  virtual void on_element(CellKind kind, std::string&& text) {}  // in a list that is a value of the object

  bool is_object() const { return is_object_; }
  const std::string& error() const { return error_; }

  bool null() override { return scalar(CellKind::kNull, {}); }
  bool boolean(bool value) override { return scalar(CellKind::kBoolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return scalar(CellKind::kNumber, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(CellKind::kNumber, std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override {
    return scalar(CellKind::kNumber, std::string(text));
  }
  bool string(string_t& value) override { return scalar(CellKind::kText, std::move(value)); }
  bool binary(binary_t&) override { return scalar(CellKind::kNull, {}); }
  bool start_object(std::size_t) override { return open(CellKind::kObject); }
  bool start_array(std::size_t) override { return open(CellKind::kArray); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    if (depth_ == 1) key_ = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    // "[…] parse error at line 1, column 9: syntax error while parsing value - invalid literal; last read: '…'"
    std::string_view reason = error.what();
    const size_t dash = reason.find(" - ");
    if (dash != std::string_view::npos) reason.remove_prefix(dash + 3);
    reason = reason.substr(0, reason.find("; last read"));
    error_ = "is not valid JSON (byte " + std::to_string(position) + ": " + shown_text(reason, 120) + ")";
    return false;
  }

 private:
  bool scalar(CellKind kind, std::string&& text) {
    if (depth_ == 1 && is_object_) on_pair(std::move(key_), kind, std::move(text));
    if (depth_ == 2 && is_object_ && inside_array_) on_element(kind, std::move(text));
    return true;
  }
  bool open(CellKind kind) {
    if (depth_ == 0) is_object_ = kind == CellKind::kObject;
    if (depth_ == 1 && is_object_) {
      inside_array_ = kind == CellKind::kArray;
      on_pair(std::move(key_), kind, {});
    }
    if (depth_ == 2 && is_object_ && inside_array_) on_element(kind, {});
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  int64_t depth_ = 0;
  bool is_object_ = false;
  bool inside_array_ = false;  // what was opened at the top level last
  std::string key_;
  std::string error_;
};

class KeyCollector : public TopLevel {
 public:
  std::vector<std::string> keys;
  std::unordered_map<std::string, bool> seen;
  void on_pair(std::string&& key, CellKind, std::string&&) override {
    if (seen.emplace(key, true).second) keys.push_back(std::move(key));
  }
};

class ValueCollector : public TopLevel {
 public:
  ValueCollector(const std::unordered_map<std::string, size_t>& index, std::vector<JsonlReader::Value>* values)
      : index_(index), values_(*values) {}
  void on_pair(std::string&& key, CellKind kind, std::string&& text) override {
    const auto found = index_.find(key);
    last_ = nullptr;
    if (found == index_.end()) return;
    JsonlReader::Value& value = values_[found->second];
    value.kind = value.kind == CellKind::kMissing ? kind : CellKind::kTwice;
    value.text = std::move(text);
    last_ = &value;
  }
  void on_element(CellKind kind, std::string&& text) override {
    if (!last_ || last_->kind != CellKind::kArray) return;
    const bool scalar = kind == CellKind::kText || kind == CellKind::kNumber || kind == CellKind::kBoolean;
    if (!scalar) last_->kind = CellKind::kMixedArray;
    last_->text += text + kListEnd;
  }

 private:
  const std::unordered_map<std::string, size_t>& index_;
  std::vector<JsonlReader::Value>& values_;
  JsonlReader::Value* last_ = nullptr;
};

// The parser refuses bad bytes; whoever wants them counted repairs the text before.
bool parse_top_level(std::string_view line, TopLevel* sink) {
  return Json::sax_parse(line.begin(), line.end(), sink);
}

}  // namespace

std::vector<std::string> json_keys(std::string_view line) {
  KeyCollector collector;
  const std::string repaired = is_utf8(line) ? std::string() : repair_utf8(line, nullptr);
  if (!parse_top_level(repaired.empty() ? line : repaired, &collector) || !collector.is_object()) return {};
  return std::move(collector.keys);
}

JsonlReader::JsonlReader(std::string_view text, const std::vector<std::string>& keys)
    : lines_(text), values_(keys.size()) {
  for (size_t i = 0; i < keys.size(); ++i) index_.emplace(keys[i], i);
}

bool JsonlReader::next(Record* record) {
  std::string_view line;
  if (!lines_.next_filled(&line)) return false;
  record->line = lines_.number();
  record->cells.clear();
  record->problem.clear();
  std::fill(values_.begin(), values_.end(), Value{});
  ValueCollector collector(index_, &values_);
  if (!parse_top_level(line, &collector)) {
    record->problem = collector.error();
  } else if (!collector.is_object()) {
    record->problem = "is not a JSON object ({\"text\": …, \"label\": …})";
  }
  record->problem_line = record->line;
  record->problem_column = 0;
  for (const Value& value : values_) record->cells.push_back({value.text, record->line, value.kind});
  return true;
}

}  // namespace fovea::data
