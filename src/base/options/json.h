// Options in JSON: written as they are described, and read again with every value held against its range.
#pragma once

#include <string>
#include <vector>

#include "base/errors.h"
#include "base/json.h"
#include "base/options/visitor.h"

namespace fovea::options {

class JsonWriter : public Visitor {
 public:
  // Into `json`, an object: keys that it has already keep their places.
  explicit JsonWriter(Json json = Json::object()) : json_(std::move(json)) {}
  Json take() { return std::move(json_); }
  void inside(const char* key, const std::function<void()>& visit_inside, bool late) override;

 private:
  void field(const Facts& facts, const Field& field) override;

  Json json_;
};

// Fills the fields that it visits. Throws UserError (kBadData), beginning with `place`, for one that is missing and not
// late, and for a value that is none of the option's.
class JsonReader : public Visitor {
 public:
  JsonReader(const Json& json, std::string place, std::string remedy);
  void inside(const char* key, const std::function<void()>& visit_inside, bool late) override;
  void refuse_unknown() const;  // throws where the object has a key that was not visited

 private:
  void field(const Facts& facts, const Field& field) override;
  [[noreturn]] void refuse(const std::string& what) const;
  void require_object() const;

  const Json* json_;
  std::string place_, remedy_;
  std::vector<std::string> visited_;
};

template <typename Struct>
Json to_json(const Struct& options) {
  Struct copy = options;
  JsonWriter writer;
  visit(copy, writer);
  return writer.take();
}

template <typename Struct>
void read_json(Struct& options, const Json& json, const std::string& place, const std::string& remedy = "") {
  JsonReader reader(json, place, remedy);
  visit(options, reader);
}

}  // namespace fovea::options
