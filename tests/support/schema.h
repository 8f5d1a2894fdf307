// A JSON Schema validator as small as docs/schema/ needs (a part of draft 2020-12): type, required, properties, items,
// additionalProperties, enum, minimum, maximum, minItems, maxItems, and $ref to #/$defs/….
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace fovea::test {

// What of `value` breaks `schema`, one line each, beginning with the place ("/tokens/3/weight: …"); empty where it
// fits. A keyword this validator does not know is an error too, so that a schema cannot promise what nothing checks.
std::vector<std::string> schema_errors(const Json& schema, const Json& value);

// docs/schema/NAME.json. Throws where it is missing or not JSON.
Json read_schema(const std::string& name);

}  // namespace fovea::test
