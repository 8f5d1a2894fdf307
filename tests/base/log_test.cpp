#include "base/log.h"

#include <string>

#include <gtest/gtest.h>

namespace fovea::log {
namespace {

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { set_level(Level::kSilent); }

  // What one of each kind writes to standard error at that level.
  static std::string said_at(Level level) {
    set_level(level);
    testing::internal::CaptureStderr();
    warn("3 rows {left} %s out");
    info("read 17 rows");
    verbose("kernel avx2");
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogTest, SilentUntilADoorSaysOtherwise) {
  EXPECT_EQ(level(), Level::kSilent);
  EXPECT_EQ(said_at(level()), "");
}

TEST_F(LogTest, EachLevelSaysMore) {
  const std::string warning = "fovea: warning: 3 rows {left} %s out\n";
  EXPECT_EQ(said_at(Level::kWarnings), warning);
  EXPECT_EQ(said_at(Level::kNormal), warning + "read 17 rows\n");
  EXPECT_EQ(said_at(Level::kVerbose), warning + "read 17 rows\nkernel avx2\n");
  EXPECT_EQ(level(), Level::kVerbose);
}

TEST_F(LogTest, NothingGoesToStandardOutput) {
  set_level(Level::kVerbose);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  warn("x");
  info("y");
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace fovea::log
