#include "support/schema.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/files.h"

namespace fovea::test {
namespace {

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "integer") {
    return value.is_number_integer() ||
           (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
  }
  return false;
}

class SchemaCheck {
 public:
  explicit SchemaCheck(const Json& root) : root_(root) {}

  std::vector<std::string> errors;

  void check(const Json& schema, const Json& value, const std::string& place) {
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) fail(place, "is not allowed here");
      return;
    }
    refuse_unknown_keywords(schema, place);
    if (schema.contains("$ref")) check_reference(schema["$ref"].get<std::string>(), value, place);
    if (schema.contains("type")) check_type(schema["type"], value, place);
    if (schema.contains("enum")) {
      const Json& allowed = schema["enum"];
      if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
        fail(place, "is not in the enum: " + to_line(value));
    }
    if (value.is_number()) check_number(schema, value, place);
    if (value.is_array()) check_array(schema, value, place);
    if (value.is_object()) check_object(schema, value, place);
  }

 private:
  void fail(const std::string& place, const std::string& what) {
    errors.push_back((place.empty() ? "/" : place) + ": " + what);
  }

  void refuse_unknown_keywords(const Json& schema, const std::string& place) {
    static const std::set<std::string> kKnown = {"$schema",
                                                 "$id",
                                                 "$defs",
                                                 "$ref",
                                                 "$comment",
                                                 "title",
                                                 "description",
                                                 "examples",
                                                 "type",
                                                 "required",
                                                 "properties",
                                                 "items",
                                                 "additionalProperties",
                                                 "enum",
                                                 "minimum",
                                                 "maximum",
                                                 "minItems",
                                                 "maxItems"};
    for (const auto& [keyword, unused] : schema.items()) {
      if (!kKnown.contains(keyword)) fail(place, "the schema uses the keyword " + keyword + ", which is not checked");
    }
  }

  void check_reference(const std::string& reference, const Json& value, const std::string& place) {
    const std::string prefix = "#/$defs/";
    const std::string name = reference.starts_with(prefix) ? reference.substr(prefix.size()) : "";
    if (name.empty() || !root_.contains("$defs") || !root_["$defs"].contains(name)) {
      return fail(place, "the schema refers to nothing: " + reference);
    }
    check(root_["$defs"][name], value, place);
  }

  void check_type(const Json& type, const Json& value, const std::string& place) {
    const bool fits = type.is_array()
                          ? std::any_of(type.begin(), type.end(), [&](const Json& one) { return has_type(value, one); })
                          : has_type(value, type);
    if (!fits) fail(place, "is not of type " + to_line(type) + ": " + to_line(value).substr(0, 60));
  }

  void check_number(const Json& schema, const Json& value, const std::string& place) {
    const double number = value.get<double>();
    if (!std::isfinite(number)) fail(place, "is not finite");
    if (schema.contains("minimum") && number < schema["minimum"].get<double>())
      fail(place, "is below the minimum: " + to_line(value));
    if (schema.contains("maximum") && number > schema["maximum"].get<double>())
      fail(place, "is above the maximum: " + to_line(value));
  }

  void check_array(const Json& schema, const Json& value, const std::string& place) {
    if (schema.contains("minItems") && value.size() < schema["minItems"].get<size_t>())
      fail(place, "has too few items");
    if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<size_t>())
      fail(place, "has too many items");
    if (!schema.contains("items")) return;
    for (size_t at = 0; at < value.size(); ++at) check(schema["items"], value[at], place + "/" + std::to_string(at));
  }

  void check_object(const Json& schema, const Json& value, const std::string& place) {
    for (const Json& name : schema.value("required", Json::array())) {
      if (!value.contains(name.get<std::string>())) fail(place, "lacks " + name.get<std::string>());
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        check(properties[name], member, place + "/" + name);
      } else if (schema.contains("additionalProperties")) {
        check(schema["additionalProperties"], member, place + "/" + name);
      }
    }
  }

  const Json& root_;
};

}  // namespace

std::vector<std::string> schema_errors(const Json& schema, const Json& value) {
  SchemaCheck all(schema);
  all.check(schema, value, "");
  return all.errors;
}

Json read_schema(const std::string& name) {
  return Json::parse(read_file(FOVEA_SOURCE_DIR "/docs/schema/" + name + ".json"));
}

}  // namespace fovea::test
