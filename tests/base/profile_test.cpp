#include "base/profile.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace fovea {
namespace {

void wait(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

TEST(Profile, GivesEveryMomentToOnePartOrToNone) {
  const Stopwatch whole;
  Profile profile;
  EXPECT_TRUE(profile.parts().empty());
  profile.leave();
  wait(20);  // nobody's
  profile.enter("second by name");
  wait(10);
  profile.enter("first");
  wait(30);
  profile.enter("second by name");
  wait(10);
  profile.leave();
  wait(20);
  profile.leave();
  const Profile::Parts& parts = profile.parts();
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].first, "second by name");  // in the order in which they came
  EXPECT_EQ(parts[1].first, "first");
  EXPECT_GE(parts[0].second, 0.02);
  EXPECT_GE(parts[1].second, 0.03);
  EXPECT_LE(parts[0].second + parts[1].second, whole.seconds() - 0.04);
}

}  // namespace
}  // namespace fovea
