#include "data/vocab/aligned.h"

#include <gtest/gtest.h>
#include <unicode/utf8.h>

#include "base/random.h"

namespace fovea::data {
namespace {

TEST(Aligned, FormIsTheNormalisedTextAndPlacesAreItsUnits) {
  const AlignedForm aligned = align_normalised("Aﬁ①é½", {});
  EXPECT_EQ(aligned.form, "afi1é1\u20442");
  EXPECT_EQ(text_place(aligned, 0), 0U);
  EXPECT_EQ(text_place(aligned, 1), 1U);                 // fi
  EXPECT_EQ(text_place(aligned, 2), std::string::npos);  // inside the ligature
  EXPECT_EQ(text_place(aligned, 3), 4U);                 // ①
  EXPECT_EQ(text_place(aligned, 4), 7U);                 // é
  EXPECT_EQ(text_place(aligned, 6), 9U);                 // ½
  EXPECT_EQ(text_place(aligned, 7), std::string::npos);
}

TEST(Aligned, AsciiStandsWhereItStood) {
  const AlignedForm aligned = align_normalised("Don'T", {});
  EXPECT_EQ(aligned.form, "don't");
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(text_place(aligned, i), i);
}

TEST(Aligned, InvisibleSignsStayWithTheirLetter) {
  const AlignedForm aligned = align_normalised("a\u200Bb", {});
  EXPECT_EQ(aligned.form, "ab");
  EXPECT_EQ(text_place(aligned, 1), 4U);
}

TEST(Aligned, MarksStayWithTheirLetter) {
  const AlignedForm aligned = align_normalised("xe\u0301y", {});
  EXPECT_EQ(aligned.form, "xéy");
  EXPECT_EQ(text_place(aligned, 1), 1U);
  EXPECT_EQ(text_place(aligned, 3), 4U);
}

// Whatever the text and the options, the parts together are what append_normalised makes of the whole.
TEST(Aligned, PartsMakeTheWhole) {
  const uint64_t base = stream_base({11, Purpose::kTest, 3});
  const char32_t kinds[] = {0x41,  0x300, 0xAC00, 0x1100, 0x1161, 0xFB01, 0xDF,
                            0x130, 0x3C3, 0x200B, 0x4E00, 0xFF21, 0x1F3E8};
  for (uint64_t trial = 0; trial < 400; ++trial) {
    std::string text;
    for (uint64_t i = 0; i < 12; ++i) {
      const uint64_t draw = trial * 64 + i * 2;
      const auto c =
          static_cast<UChar32>(kinds[uniform_below(base, draw, std::size(kinds))] + uniform_below(base, draw + 1, 8));
      char bytes[4];
      size_t size = 0;
      U8_APPEND_UNSAFE(bytes, size, c);
      text.append(bytes, size);
    }
    for (const NormaliseOptions& options :
         {NormaliseOptions{true, true}, {true, false}, {false, true}, {false, false}}) {
      std::string whole;
      append_normalised(text, options, &whole);
      EXPECT_EQ(align_normalised(text, options).form, whole) << text;
    }
  }
}

}  // namespace
}  // namespace fovea::data
