// Two passes: the first sees every key, also those that the object of the second would drop as given twice.
#include "checkpoint/strict_json.h"

#include <set>
#include <vector>

namespace fovea::checkpoint {
namespace {

class Inspector : public nlohmann::json_sax<SortedJson> {
 public:
  Inspector(size_t max_depth, size_t first_byte) : max_depth_(max_depth), first_byte_(first_byte) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second) throw JsonFault("names " + shown(name) + " twice");
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    throw JsonFault("is not JSON (byte " + std::to_string(first_byte_ + position) + ")");
  }

 private:
  bool enter() {
    if (keys_.size() == max_depth_) throw JsonFault("is nested too deeply");
    keys_.emplace_back();
    return true;
  }
  bool leave() {
    keys_.pop_back();
    return true;
  }

  size_t max_depth_, first_byte_;
  std::vector<std::set<std::string>> keys_;  // of every open object; an open array has none
};

}  // namespace

SortedJson parse_strictly(std::string_view text, size_t max_depth, size_t first_byte) {
  Inspector inspector(max_depth, first_byte);
  SortedJson::sax_parse(text.begin(), text.end(), &inspector);
  SortedJson value = SortedJson::parse(text.begin(), text.end());
  if (!value.is_object()) throw JsonFault("is not a JSON object");
  return value;
}

std::string shown(const SortedJson& value) {
  constexpr size_t kMost = 80;
  const std::string text = value.dump(-1, ' ', true, SortedJson::error_handler_t::replace);
  return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
}

}  // namespace fovea::checkpoint
