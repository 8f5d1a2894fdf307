// How the program's threads wait for one another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/process.h"
#include "support/program.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;

Outcome shown_settings(const std::string& setting) {
  return run_program({"env", "OMP_DISPLAY_ENV=verbose", setting, FOVEA_PROGRAM, "--version"});
}

// Spinning threads make training ten times slower beside other programs.
TEST(Waiting, IsWithoutSpinningUnlessItWasAskedFor) {
  const Outcome usual = shown_settings("OTHER=1");
  EXPECT_EQ(usual.exit_code, 0);
  EXPECT_THAT(usual.err, HasSubstr("GOMP_SPINCOUNT = '0'"));
  const Outcome asked = shown_settings("OMP_WAIT_POLICY=active");
  EXPECT_THAT(asked.err, HasSubstr("OMP_WAIT_POLICY = 'ACTIVE'"));
}

}  // namespace
}  // namespace fovea::test
