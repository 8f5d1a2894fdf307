#include "base/json.h"

#include <gtest/gtest.h>

#include "base/timing.h"

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

std::string fault_of(const std::string& text, const JsonLimits& limits = {}, size_t first_byte = 0) {
  try {
    parse_json(text, limits, first_byte);
  } catch (const JsonFault& fault) {
    return fault.what();
  }
  return "";
}

TEST(ReadJson, GivesWhatTheLibraryGives) {
  for (const std::string text :
       {R"({"b":[1,-2,0.5,[],{}],"a":{"x":null,"y":[true,false,{"z":"é\n"}]},"n":18446744073709551615})", "[]", "7",
        "\"word\"", R"([[1],[2,[3]],{"k":[{"l":[]}]}])"}) {
    EXPECT_EQ(to_line(parse_json(text)), to_line(Json::parse(text)));
  }
}

TEST(ReadJson, SaysWhatIsWrong) {
  EXPECT_EQ(fault_of(""), "is not JSON (byte 1)");
  EXPECT_EQ(fault_of("{\"a\": 1,}", {}, 100), "is not JSON (byte 109)");
  EXPECT_EQ(fault_of("[1] 2"), "is not JSON (byte 5)");
  EXPECT_EQ(fault_of("[\"\xff\"]"), "is not JSON (byte 3)") << "not UTF-8";
  EXPECT_EQ(fault_of("[1e999]"), "is not JSON (byte 6)") << "no number that a computer has";
  EXPECT_EQ(fault_of(R"({"a":{"w":1,"v":2,"w":3}})"), R"(names "w" twice)");
  EXPECT_EQ(fault_of(R"([{"w":1},{"w":3}])"), "") << "two objects";
}

TEST(ReadJson, LimitsAreMetWhileReading) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(fault_of(deep), "is nested too deeply");
  EXPECT_EQ(fault_of("[[[]]]", {.most_levels = 3}), "");
  EXPECT_EQ(fault_of("[[{\"a\":[]}]]", {.most_levels = 3}), "is nested too deeply");
  EXPECT_EQ(fault_of("[1,[2],{\"a\":3}]", {.most_values = 6}), "");
  EXPECT_EQ(fault_of("[1,[2],{\"a\":3}]", {.most_values = 5}), "holds more than 5 values");
  EXPECT_EQ(fault_of("[1,2,3,#", {.most_values = 3}), "holds more than 3 values") << "before the fault behind it";
  EXPECT_EQ(fault_of("[1234]", {.most_bytes = 5}), "has 6 bytes, more than the 5 allowed");
}

// The library's own ordered objects look each key up among all before it: a minute for as many.
TEST(ReadJson, ManyKeysCostNoMoreThanTheirSize) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
  const Stopwatch clock;
  EXPECT_EQ(parse_json(text + "}").size(), 200'000U);
  EXPECT_LT(clock.seconds(), 20);
}

TEST(ReadJson, AFileIsNamed) {
  const auto refusal = [](const std::string& content) {
    try {
      json_object(content, "m/config.json", "Do this.");
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_EQ(error.remedy(), "Do this.");
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal("{}"), "");
  EXPECT_EQ(refusal("[]"), "m/config.json: is damaged: is not a JSON object");
  EXPECT_EQ(refusal("{"), "m/config.json: is damaged: is not JSON (byte 2)");
}

TEST(ReadJson, AMissingValueIsToldWithItsFile) {
  const Json json = {{"steps", "many"}};
  const auto refusal = [&](const char* key) {
    try {
      take_json("m/metrics.json", "", [&] { return json.at(key).get<int64_t>(); });
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal("steps"), "m/metrics.json: type must be number, but is string");
  EXPECT_EQ(refusal("seconds"), "m/metrics.json: key 'seconds' not found");
}

TEST(Json, AValueForAMessageIsShortAndPlain) {
  EXPECT_EQ(shown("é\x1b"), R"("\u00e9\u001b")");
  EXPECT_EQ(shown(std::string(500, 'x')).size(), 80 + std::string("…").size());
}

}  // namespace
}  // namespace fovea
