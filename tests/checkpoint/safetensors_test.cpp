#include "checkpoint/safetensors.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::checkpoint {
namespace {

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

NamedArray array(const std::string& name, ElementType type, std::vector<int64_t> shape, std::string bytes) {
  return {name, type, std::move(shape), std::move(bytes)};
}

// Every element type, an empty array, one without dimensions, names beyond ASCII and with quotes.
ArrayFile all_kinds() {
  ArrayFile file;
  file.arrays = {
      array("层.weight", ElementType::kFloat64, {2, 3}, bytes_of<double>({1.5, -0.0, 3e300, -7.25, 1e-310, 11})),
      array("steps", ElementType::kInt64, {}, bytes_of<int64_t>({-9'000'000'000'000'000'007})),
      array("nothing", ElementType::kFloat32, {3, 0, 5}, ""),
      array("a \"quoted\"\\name\n", ElementType::kFloat32, {4}, bytes_of<float>({0.1f, -2.5f, 3e38f, 1e-40f})),
      array("ids", ElementType::kInt32, {1, 3}, bytes_of<int32_t>({-2'000'000'003, 17, 0})),
      array("", ElementType::kUint8, {5}, std::string("\0\xff\x7f\x80\n", 5)),
  };
  file.metadata = {{"made", "by hand"}, {"größe", "\"12\""}};
  return file;
}

void expect_same(const NamedArray& got, const NamedArray& expected) {
  EXPECT_EQ(got.name, expected.name);
  EXPECT_EQ(got.type, expected.type) << expected.name;
  EXPECT_EQ(got.shape, expected.shape) << expected.name;
  EXPECT_EQ(got.bytes, expected.bytes) << expected.name;
}

TEST(Safetensors, RoundTripOfEveryType) {
  const ArrayFile file = all_kinds();
  const ArrayFile back = parse_arrays(serialize_arrays(file), "x");
  ASSERT_EQ(back.arrays.size(), file.arrays.size());
  for (size_t i = 0; i < file.arrays.size(); ++i) expect_same(back.arrays[i], file.arrays[i]);
  EXPECT_EQ(back.metadata, file.metadata);
}

// The bytes of an array go to the sink from where they are, and a view of a file points into it.
TEST(Safetensors, IsWrittenInPiecesAndViewedWithoutACopy) {
  const ArrayFile file = all_kinds();
  std::vector<ArrayView> views;
  for (const NamedArray& array : file.arrays) views.push_back({array.name, array.type, array.shape, array.bytes});
  std::string content;
  std::vector<const char*> pieces;
  write_arrays(views, file.metadata, [&](std::string_view bytes) {
    content += bytes;
    pieces.push_back(bytes.data());
  });
  EXPECT_EQ(content, serialize_arrays(file));
  const ArrayViews read = view_arrays(content, "f");
  EXPECT_EQ(read.metadata, file.metadata);
  ASSERT_EQ(read.arrays.size(), file.arrays.size());
  for (const NamedArray& array : file.arrays) {
    EXPECT_EQ(std::count(pieces.begin(), pieces.end(), array.bytes.data()), 1) << array.name;
    const ArrayView* found = read.find(array.name);
    ASSERT_NE(found, nullptr) << array.name;
    EXPECT_EQ(found->bytes, array.bytes);
    EXPECT_EQ(found->shape, array.shape);
    EXPECT_GE(found->bytes.data(), content.data());
    EXPECT_LE(found->bytes.data() + found->bytes.size(), content.data() + content.size());
  }
  EXPECT_EQ(read.find("no such"), nullptr);
}

TEST(Safetensors, FileWithoutArrays) {
  const ArrayFile back = parse_arrays(serialize_arrays({}), "x");
  EXPECT_TRUE(back.arrays.empty());
  EXPECT_TRUE(back.metadata.empty());
}

TEST(Safetensors, FindsByName) {
  const ArrayFile file = all_kinds();
  EXPECT_EQ(file.find("ids"), &file.arrays[4]);
  EXPECT_EQ(file.find(""), &file.arrays[5]);
  EXPECT_EQ(file.find("id"), nullptr);
}

TEST(Safetensors, ElementSizes) {
  EXPECT_EQ(element_size(ElementType::kFloat32), 4u);
  EXPECT_EQ(element_size(ElementType::kFloat64), 8u);
  EXPECT_EQ(element_size(ElementType::kInt64), 8u);
  EXPECT_EQ(element_size(ElementType::kInt32), 4u);
  EXPECT_EQ(element_size(ElementType::kUint8), 1u);
}

// Other programs map the file into memory and read its arrays where they lie.
TEST(Safetensors, EveryArrayIsAlignedToItsElement) {
  ArrayFile file;
  file.arrays = {array("bytes", ElementType::kUint8, {3}, "abc"),
                 array("floats", ElementType::kFloat32, {1}, bytes_of<float>({2.5f})),
                 array("doubles", ElementType::kFloat64, {1}, bytes_of<double>({-4.5}))};
  const std::string content = serialize_arrays(file);
  EXPECT_EQ(content.find(bytes_of<double>({-4.5})) % 8, 0u);
  EXPECT_EQ(content.find(bytes_of<float>({2.5f})) % 4, 0u);
  const ArrayFile back = parse_arrays(content, "x");
  for (const NamedArray& expected : file.arrays) {
    ASSERT_NE(back.find(expected.name), nullptr);
    expect_same(*back.find(expected.name), expected);
  }
}

TEST(Safetensors, BytesAreFixed) {
  ArrayFile file;
  file.arrays = {array("w", ElementType::kInt32, {2}, bytes_of<int32_t>({258, -1}))};
  EXPECT_EQ(serialize_arrays(file), std::string("\x38\0\0\0\0\0\0\0", 8) +
                                        R"({"w":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}}  )" +
                                        std::string("\x02\x01\0\0\xff\xff\xff\xff", 8));
}

// Written by the format's own Python library (safetensors 0.6): save({"w": float32 [[1.5, -2.25, 3.125]], "läge": int64
// [7, -9], "u": uint8 [250, 3, 17], "e": float64 of shape (0, 4)}, {"made": "by hand"}).
TEST(Safetensors, ReadsWhatTheFormatsOwnLibraryWrote) {
  const std::string content = std::string("\x08\x01\0\0\0\0\0\0", 8) +
                              "{\"__metadata__\":{\"made\":\"by "
                              "hand\"},\"l\xc3\xa4ge\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]},"
                              "\"e\":{\"dtype\":\"F64\",\"shape\":[0,4],\"data_offsets\":[16,16]},"
                              "\"w\":{\"dtype\":\"F32\",\"shape\":[1,3],\"data_offsets\":[16,28]},"
                              "\"u\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[28,31]}}   " +
                              bytes_of<int64_t>({7, -9}) + std::string("\0\0\xc0?\0\0\x10\xc0\0\0H@", 12) +
                              "\xfa\x03\x11";
  const ArrayFile file = parse_arrays(content, "x");
  ASSERT_EQ(file.arrays.size(), 4u);
  expect_same(file.arrays[0], array("läge", ElementType::kInt64, {2}, bytes_of<int64_t>({7, -9})));
  expect_same(file.arrays[1], array("e", ElementType::kFloat64, {0, 4}, ""));
  expect_same(file.arrays[2], array("w", ElementType::kFloat32, {1, 3}, bytes_of<float>({1.5f, -2.25f, 3.125f})));
  expect_same(file.arrays[3], array("u", ElementType::kUint8, {3}, "\xfa\x03\x11"));
  EXPECT_EQ(file.metadata, (std::map<std::string, std::string>{{"made", "by hand"}}));
}

TEST(Safetensors, RefusesToWriteWhatCannotBeRead) {
  const auto write = [](std::vector<NamedArray> arrays) {
    ArrayFile file;
    file.arrays = std::move(arrays);
    return serialize_arrays(file);
  };
  EXPECT_THROW(write({array("w", ElementType::kFloat32, {2}, "1234567")}), InternalError);
  EXPECT_THROW(write({array("w", ElementType::kUint8, {-1}, "")}), InternalError);
  EXPECT_THROW(write({array("__metadata__", ElementType::kUint8, {1}, "a")}), InternalError);
  EXPECT_THROW(write({array("w", ElementType::kUint8, {1}, "a"), array("w", ElementType::kUint8, {1}, "b")}),
               InternalError);
  EXPECT_THROW(write({array("\xff", ElementType::kUint8, {1}, "a")}), InternalError);
}

// A header of our choice before data of our choice.
std::string file_of(const std::string& header, const std::string& data) {
  std::string content;
  for (size_t i = 0; i < 8; ++i) content += static_cast<char>((header.size() >> (8 * i)) & 0xff);
  return content + header + data;
}

std::string array_header(const std::string& name, const std::string& type, const std::string& shape,
                         const std::string& offsets) {
  return "\"" + name + R"(":{"dtype":)" + type + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

struct Hostile {
  std::string name, content, message;
};

std::vector<Hostile> hostile_files() {
  const auto one = [](const std::string& type, const std::string& shape, const std::string& offsets) {
    return file_of("{" + array_header("w", type, shape, offsets) + "}", "12345678");
  };
  const auto two = [](const std::string& first, const std::string& second) {
    return file_of(
        "{" + array_header("a", "\"U8\"", "[4]", first) + "," + array_header("b", "\"U8\"", "[4]", second) + "}",
        "12345678");
  };
  return {
      {"Empty", "", "is truncated: 0 bytes"},
      {"SevenBytes", "1234567", "is truncated: 7 bytes"},
      {"LengthOnly", std::string("\x02\0\0\0\0\0\0\0", 8), "its header should have 2 bytes, only 0 follow"},
      {"HeaderCut", file_of("{  }", "").substr(0, 11), "its header should have 4 bytes, only 3 follow"},
      {"HeaderOver100MB", std::string("\x01\xe1\xf5\x05\0\0\0\0", 8) + "{}",
       "has 100000001 bytes, more than the 100 MB"},
      {"HeaderHuge", std::string(8, '\xff') + "{}", "18446744073709551615 bytes, more than the 100 MB"},
      {"HeaderEmpty", file_of("", ""), "its header is not JSON"},
      {"HeaderNotJson", file_of("{\"w\":", ""), "its header is not JSON (byte 14)"},
      {"HeaderBinary", file_of(std::string("\x80\x04\x95\0", 4), ""), "its header is not JSON (byte 9)"},
      {"HeaderBadUtf8", file_of("{\"\xc3(\":1}", ""), "its header is not JSON"},
      {"HeaderTrailingText", file_of("{} {}", ""), "its header is not JSON"},
      {"HeaderList", file_of("[]", ""), "its header is not a JSON object"},
      {"HeaderNumber", file_of("17", ""), "its header is not a JSON object"},
      {"HeaderDeep", file_of("{\"w\":" + std::string(100'000, '['), ""), "nested too deeply"},
      {"EntryList", file_of("{\"w\":[1]}", ""), "array \"w\": its entry is not a JSON object"},
      {"EntryUnknown", file_of(R"({"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"code":"x"}})", ""),
       "array \"w\": unknown entry \"code\""},
      {"TypeMissing", file_of(R"({"w":{"shape":[0],"data_offsets":[0,0]}})", ""), "dtype is missing"},
      {"ShapeMissing", file_of(R"({"w":{"dtype":"U8","data_offsets":[0,0]}})", ""), "shape is missing"},
      {"OffsetsMissing", file_of(R"({"w":{"dtype":"U8","shape":[0]}})", ""), "data_offsets is missing"},
      {"TypeUnknown", one("\"F16\"", "[4]", "[0,8]"), "unknown type \"F16\" (known: F32, F64, I64, I32, I8, U8)"},
      {"TypeNumber", one("5", "[4]", "[0,8]"), "unknown type 5"},
      {"TypeLowerCase", one("\"f32\"", "[2]", "[0,8]"), "unknown type \"f32\""},
      {"ShapeText", one("\"U8\"", "\"8\"", "[0,8]"), "shape is not a list"},
      {"ShapeNegative", one("\"U8\"", "[-8]", "[0,8]"), "shape holds -8, not a whole number from 0 up"},
      {"ShapeNegativePair", one("\"U8\"", "[-2,-4]", "[0,8]"), "shape holds -2"},
      {"ShapeFraction", one("\"U8\"", "[8.0]", "[0,8]"), "shape holds 8.0"},
      {"ShapeBeyond63Bits", one("\"U8\"", "[9223372036854775808]", "[0,8]"), "shape holds 9223372036854775808"},
      {"ShapeNested", one("\"U8\"", "[[8]]", "[0,8]"), "nested too deeply"},
      {"ShapeOverflows", one("\"F64\"", "[4294967296,4294967297]", "[0,8]"),
       "its shape [4294967296,4294967297] overflows"},
      {"ShapeWrapsToEight", one("\"F64\"", "[2305843009213693953]", "[0,8]"), "overflows"},
      {"SizeTooLarge", one("\"F32\"", "[3]", "[0,8]"), "has 8 bytes, its shape [3] of F32 needs 12"},
      {"SizeTooSmall", one("\"F32\"", "[]", "[0,8]"), "has 8 bytes, its shape [] of F32 needs 4"},
      {"OffsetsOne", one("\"U8\"", "[8]", "[8]"), "data_offsets is not a pair"},
      {"OffsetsThree", one("\"U8\"", "[8]", "[0,8,8]"), "data_offsets is not a pair"},
      {"OffsetsNegative", one("\"U8\"", "[8]", "[-8,0]"), "data_offsets is not a pair of whole numbers from 0 up"},
      {"OffsetsText", one("\"U8\"", "[8]", "[\"0\",8]"), "data_offsets is not a pair"},
      {"OffsetsBackwards", one("\"U8\"", "[8]", "[8,0]"), "data_offsets [8,0] run backwards"},
      {"OffsetsBeyondData", one("\"U8\"", "[9]", "[0,9]"), "is truncated: it ends at byte 9 of the data, which has 8"},
      {"OffsetsFarBeyond", one("\"U8\"", "[8]", "[18446744073709551607,18446744073709551615]"), "is truncated"},
      {"Overlap", two("[0,4]", "[3,7]"), "array \"b\": overlaps the array before it"},
      {"SamePlace", two("[0,4]", "[0,4]"), "array \"b\": overlaps the array before it"},
      {"GapAtStart", one("\"U8\"", "[6]", "[2,8]"), "array \"w\": 2 bytes before it belong to no array"},
      {"RestUncovered", one("\"U8\"", "[5]", "[0,5]"), "the last 3 bytes belong to no array"},
      {"NoArraysButData", file_of("{}", "x"), "the last 1 bytes belong to no array"},
      {"NameTwice",
       file_of(
           "{" + array_header("w", "\"U8\"", "[4]", "[0,4]") + "," + array_header("w", "\"U8\"", "[4]", "[4,8]") + "}",
           "12345678"),
       "its header names \"w\" twice"},
      {"TypeTwice", file_of(R"({"w":{"dtype":"U8","dtype":"F32","shape":[0],"data_offsets":[0,0]}})", ""),
       "its header names \"dtype\" twice"},
      {"MetadataText", file_of(R"({"__metadata__":"x"})", ""), "__metadata__ is not a JSON object"},
      {"MetadataNumber", file_of(R"({"__metadata__":{"a":1}})", ""), "__metadata__ \"a\" is not a text"},
      {"NameWithEscapes", file_of("{\"\\u001b[31m\":1}", ""), "array \"\\u001b[31m\""},
      {"NameEndless", file_of("{\"" + std::string(9000, 'n') + "\":1}", ""), "nnn…: its entry"},
  };
}

class SafetensorsHostile : public testing::TestWithParam<Hostile> {};
INSTANTIATE_TEST_SUITE_P(, SafetensorsHostile, testing::ValuesIn(hostile_files()),
                         [](const auto& info) { return info.param.name; });

TEST_P(SafetensorsHostile, IsRefusedInWords) {
  try {
    parse_arrays(GetParam().content, "m/weights.safetensors");
    FAIL() << "was read";
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    EXPECT_THAT(error.what(), testing::StartsWith("m/weights.safetensors: "));
    EXPECT_THAT(error.what(), testing::HasSubstr(GetParam().message));
    EXPECT_LT(std::strlen(error.what()), 300u);
    EXPECT_FALSE(error.remedy().empty());
  }
}

// The lookup of a name must not take time in proportion to the number of names, or a few megabytes would take minutes.
TEST(Safetensors, ManyNamesAreReadInGoodTime) {
  ArrayFile file;
  std::string header = "{";
  for (int i = 0; i < 50'000; ++i) {
    header += (i ? "," : "") + array_header("array" + std::to_string(i), "\"U8\"", "[0]", "[0,0]");
  }
  EXPECT_EQ(parse_arrays(file_of(header + "}", ""), "x").arrays.size(), 50'000u);
}

// Names are counted while they are read: a header of 100 MB with nothing but names would take minutes and gigabytes.
TEST(Safetensors, TooManyNamesAreRefusedBeforeTheRestIsRead) {
  std::string header = "{";
  for (int i = 0; i < 150'000; ++i) {
    header += (i ? "," : "") + array_header(std::to_string(i), "\"U8\"", "[0]", "[0,0]");
  }
  try {
    parse_arrays(file_of(header + "#", ""), "x");  // not JSON, but only at its end
    FAIL() << "was read";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "x: its header holds more than 1000000 values");
  }
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const std::string content = serialize_arrays(all_kinds());
  for (size_t size = 0; size < content.size(); ++size) {
    EXPECT_THROW(parse_arrays(std::string_view(content).substr(0, size), "x"), UserError) << size;
  }
}

// What a mutated file gives is a refusal or arrays that agree with themselves; nothing else, and no crash.
TEST(Safetensors, MutatedFilesNeverCrash) {
  const std::string valid = serialize_arrays(all_kinds());
  const uint64_t base = stream_base({77, Purpose::kTest, 20'000});
  int refused = 0, read = 0;
  uint64_t drawn = 0;
  const auto below = [&](uint64_t n) { return uniform_below(base, drawn++, n); };
  for (int round = 0; round < 20'000; ++round) {
    std::string content = valid;
    for (uint64_t change = 0, changes = 1 + below(4); change < changes; ++change) {
      const size_t at = below(content.size());
      switch (below(4)) {
        case 0:
          content[at] = static_cast<char>(below(256));
          break;
        case 1:
          content[at] = static_cast<char>(content[at] ^ (1 << below(8)));
          break;
        case 2:
          content.erase(at, 1 + below(9));
          break;
        default:
          content.insert(at, content.substr(below(content.size()), 1 + below(9)));
          break;
      }
    }
    try {
      for (const NamedArray& array : parse_arrays(content, "x").arrays) {
        uint64_t size = element_size(array.type);
        for (const int64_t extent : array.shape) size *= static_cast<uint64_t>(extent);
        ASSERT_EQ(size, array.bytes.size()) << "round " << round;
      }
      ++read;
    } catch (const UserError&) {
      ++refused;
    }
  }
  EXPECT_GT(read, 500);  // changes within the data
  EXPECT_GT(refused, 5'000);
}

}  // namespace
}  // namespace fovea::checkpoint
