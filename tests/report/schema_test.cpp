#include "support/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Json kSchema = Json::parse(R"({
  "type": "object", "required": ["n", "list"], "additionalProperties": false,
  "properties": {
    "n": {"$ref": "#/$defs/share"},
    "list": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"enum": ["a", "b"]}},
    "whole": {"type": ["integer", "null"]}
  },
  "$defs": {"share": {"type": "number", "minimum": 0, "maximum": 1}}
})");

TEST(Schema, AcceptsWhatFits) {
  EXPECT_THAT(schema_errors(kSchema, Json::parse(R"({"n": 0.5, "list": ["b"], "whole": null})")), IsEmpty());
  EXPECT_THAT(schema_errors(kSchema, Json::parse(R"({"n": 1, "list": ["a", "b"], "whole": 3.0})")), IsEmpty());
}

TEST(Schema, NamesThePlaceOfEveryFault) {
  EXPECT_THAT(
      schema_errors(kSchema, Json::parse(R"({"n": 1.5, "list": ["a", "c", "b"], "whole": 1.25, "more": 1})")),
      ElementsAre("/n: is above the maximum: 1.5", "/list: has too many items", "/list/1: is not in the enum: \"c\"",
                  "/whole: is not of type [\"integer\",\"null\"]: 1.25", "/more: is not allowed here"));
  EXPECT_THAT(schema_errors(kSchema, Json::parse(R"({"n": "0.5"})")),
              ElementsAre("/: lacks list", "/n: is not of type \"number\": \"0.5\""));
  EXPECT_THAT(schema_errors(kSchema, Json::parse("[]")), ElementsAre("/: is not of type \"object\": []"));
}

TEST(Schema, RefusesWhatItWouldNotCheck) {
  EXPECT_THAT(schema_errors(Json::parse(R"({"pattern": "^a"})"), "b"),
              ElementsAre("/: the schema uses the keyword pattern, which is not checked"));
  EXPECT_THAT(schema_errors(Json::parse(R"({"$ref": "#/$defs/gone"})"), 1),
              ElementsAre("/: the schema refers to nothing: #/$defs/gone"));
}

}  // namespace
}  // namespace fovea::test
