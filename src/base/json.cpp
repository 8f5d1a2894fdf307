// The library builds its ordered objects by looking every key up among those before it, which a hostile file could draw
// out for hours. Here keys are checked against a set and appended; what is too much is refused where it is met.
#include "base/json.h"

#include <cmath>
#include <set>
#include <vector>

namespace fovea {
namespace {

class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(const JsonLimits& limits, size_t first_byte) : limits_(limits), first_byte_(first_byte) {}

  Json take() { return std::move(top_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { throw JsonFault("is not JSON"); }  // no text holds one
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_array() override { return close(); }
  bool end_object() override { return close(); }
  bool key(string_t& name) override {
    if (!open_.back().keys.insert(name).second) throw JsonFault("names " + shown(name) + " twice");
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    throw JsonFault("is not JSON (byte " + std::to_string(first_byte_ + position) + ")");
  }

 private:
  struct Open {
    Json* value;
    std::set<std::string> keys;  // of an object
  };

  // Only the innermost open value grows, so the places of those around it stay.
  Json* put(Json&& value) {
    if (++values_ > limits_.most_values) {
      throw JsonFault("holds more than " + std::to_string(limits_.most_values) + " values");
    }
    if (open_.empty()) return &(top_ = std::move(value));
    Json& around = *open_.back().value;
    if (around.is_array()) return &around.get_ref<Json::array_t&>().emplace_back(std::move(value));
    auto& members = static_cast<std::vector<std::pair<const std::string, Json>>&>(around.get_ref<Json::object_t&>());
    return &members.emplace_back(std::move(key_), std::move(value)).second;
  }
  bool add(Json&& value) {
    put(std::move(value));
    return true;
  }
  bool open(Json&& value) {
    if (open_.size() == limits_.most_levels) throw JsonFault("is nested too deeply");
    open_.push_back({put(std::move(value)), {}});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  JsonLimits limits_;
  size_t first_byte_;
  size_t values_ = 0;
  Json top_;
  std::string key_;
  std::vector<Open> open_;
};

}  // namespace

std::string shown(const Json& value) {
  constexpr size_t kMost = 80;
  const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
}

Json parse_json(std::string_view text, const JsonLimits& limits, size_t first_byte) {
  if (text.size() > limits.most_bytes) {
    throw JsonFault("has " + std::to_string(text.size()) + " bytes, more than the " +
                    std::to_string(limits.most_bytes) + " allowed");
  }
  Builder builder(limits, first_byte);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string reason_of(const Json::exception& error) {
  const std::string what = error.what();  // "[json.exception.type_error.302] type must be number, but is string"
  const size_t end = what.find("] ");
  return end == std::string::npos ? what : what.substr(end + 2);
}

Json json_object(std::string_view content, const std::string& place, const std::string& remedy,
                 const JsonLimits& limits) {
  try {
    Json value = parse_json(content, limits);
    if (!value.is_object()) throw JsonFault("is not a JSON object");
    return value;
  } catch (const JsonFault& fault) {
    throw UserError(ExitCode::kBadData, place + ": is damaged: " + fault.what(), remedy);
  }
}

Json numbers_json(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(std::isfinite(value) ? Json(value) : Json());
  return out;
}

}  // namespace fovea
