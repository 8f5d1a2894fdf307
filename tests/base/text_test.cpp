#include "base/text.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(Text, NumbersHaveCommas) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(7), "7");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(1234567), "1,234,567");
  EXPECT_EQ(with_commas(-100), "-100");
  EXPECT_EQ(with_commas(-1000), "-1,000");
  EXPECT_EQ(with_commas(std::numeric_limits<int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(Text, DecimalsAreRoundedAndNothingIsNeverNegative) {
  EXPECT_EQ(fixed(2.345, 1), "2.3");
  EXPECT_EQ(fixed(-0.0004, 3), "0.000");
  EXPECT_EQ(fixed(-0.0006, 3), "-0.001");
  EXPECT_EQ(fixed(1e300, 0).size(), 301U);
  EXPECT_EQ(fixed(std::nan(""), 2), "-");
  EXPECT_EQ(fixed(-std::numeric_limits<double>::infinity(), 2), "-");
}

TEST(Text, Shares) {
  EXPECT_EQ(per_cent(0.8213), "82.1 %");
  EXPECT_EQ(per_cent(0.8213, 0), "82 %");
  EXPECT_EQ(per_cent(-0.00001), "0.0 %");
}

TEST(Text, Counts) {
  EXPECT_EQ(counted(0, "text", "texts"), "0 texts");
  EXPECT_EQ(counted(1, "text", "texts"), "1 text");
  EXPECT_EQ(counted(2000, "text", "texts"), "2,000 texts");
  EXPECT_EQ(short_count(950), "950");
  EXPECT_EQ(short_count(1234), "1.2k");
  EXPECT_EQ(short_count(12345), "12k");
  EXPECT_EQ(short_count(1234567), "1.2 M");
}

TEST(Text, TimesAndSizes) {
  EXPECT_EQ(clock_time(-3), "0:00");
  EXPECT_EQ(clock_time(5.4), "0:05");
  EXPECT_EQ(clock_time(59.6), "1:00");
  EXPECT_EQ(clock_time(3723), "1:02:03");
  EXPECT_EQ(bytes_text(1), "1 bytes");
  EXPECT_EQ(bytes_text(999'999), "999,999 bytes");
  EXPECT_EQ(bytes_text(23'400'000), "23 MB");
  EXPECT_EQ(bytes_text(1'340'000'000), "1.3 GB");
}

}  // namespace
}  // namespace fovea
