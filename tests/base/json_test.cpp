#include "base/json.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(Json, KeysKeepTheirOrder) {
  const Json value = {{"zebra", 1}, {"apple", {3, 2}}, {"mango", nullptr}};
  EXPECT_EQ(to_line(value), R"({"zebra":1,"apple":[3,2],"mango":null})");
}

TEST(Json, PrettyIsIndentedAndEndsWithANewline) {
  EXPECT_EQ(to_pretty({{"a", 1}, {"b", Json::array({2})}}), "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n");
}

TEST(Json, BytesThatAreNotUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(to_line(Json("caf\xe9 \xf0\x9f\x98")), "\"caf\xef\xbf\xbd \xef\xbf\xbd\"");
  EXPECT_EQ(to_pretty(Json("\xff")), "\"\xef\xbf\xbd\"\n");
}

TEST(Json, TextStaysText) {
  const std::string hostile("a\"\\\n\0\x1b[31m </script> 好", 24);
  EXPECT_EQ(Json::parse(to_line(Json(hostile))), hostile);
  EXPECT_EQ(to_line(Json(hostile)).find('\n'), std::string::npos);
}

TEST(Json, NumbersComeBackBitForBit) {
  for (const double value : {0.1, 1.0 / 3, -2.5e-310, 1.7976931348623157e308, 9007199254740993.0}) {
    EXPECT_EQ(Json::parse(to_line(Json(value))).get<double>(), value);
  }
  EXPECT_EQ(to_line(Json(int64_t{-9'223'372'036'854'775'807})), "-9223372036854775807");
}

}  // namespace
}  // namespace fovea
