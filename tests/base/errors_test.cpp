#include "base/errors.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

std::string message_of(void (*call)()) {
  try {
    call();
  } catch (const InternalError& error) {
    return error.what();
  }
  return "";
}

TEST(Errors, UserErrorCarriesCodeTextAndRemedy) {
  const UserError error(ExitCode::kBadData, "reviews.csv:17: column 2 (label) is empty", "Fill it in.");
  EXPECT_EQ(error.code(), ExitCode::kBadData);
  EXPECT_STREQ(error.what(), "reviews.csv:17: column 2 (label) is empty");
  EXPECT_EQ(error.remedy(), "Fill it in.");
  EXPECT_EQ(UserError(ExitCode::kUsage, "x").remedy(), "");
}

TEST(Errors, ExitCodesAreThoseOfTheDocuments) {
  EXPECT_EQ(static_cast<int>(ExitCode::kFine), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::kRequirementNotMet), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::kUsage), 64);
  EXPECT_EQ(static_cast<int>(ExitCode::kBadData), 65);
  EXPECT_EQ(static_cast<int>(ExitCode::kNoInput), 66);
  EXPECT_EQ(static_cast<int>(ExitCode::kInternal), 70);
  EXPECT_EQ(static_cast<int>(ExitCode::kCannotWrite), 74);
  EXPECT_EQ(static_cast<int>(ExitCode::kInterrupted), 130);
}

TEST(Errors, CheckNamesPlaceConditionAndValues) {
  const std::string message = message_of([] { FOVEA_CHECK(2 + 2 == 5, "shape", 3, "against", 4.5); });
  EXPECT_THAT(message, testing::ContainsRegex(
                           "errors_test\\.cpp:[0-9]+: check failed: 2 \\+ 2 == 5 \\(shape 3 against 4\\.5\\)$"));
}

TEST(Errors, CheckWithoutValues) {
  EXPECT_THAT(message_of([] { FOVEA_CHECK(false); }), testing::EndsWith("check failed: false"));
}

TEST(Errors, CheckThatHoldsDoesNotLookAtItsValues) {
  int looked = 0;
  FOVEA_CHECK(true, ++looked);
  EXPECT_EQ(looked, 0);
}

TEST(Errors, PlacesInOurSourcesBeginWithSrc) {
  try {
    internal::throw_check_failure("x", "/somewhere/else/src/nn/attention/attend.cpp", 12, "a 1 ");
  } catch (const InternalError& error) {
    EXPECT_STREQ(error.what(), "src/nn/attention/attend.cpp:12: check failed: x (a 1)");
  }
}

// The two kinds are told apart by every door, so neither may pass for the other.
TEST(Errors, KindsAreNotRelated) {
  EXPECT_FALSE((std::is_base_of_v<UserError, InternalError> || std::is_base_of_v<InternalError, UserError>));
}

}  // namespace
}  // namespace fovea
