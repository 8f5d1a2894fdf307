#include "base/spilled.h"

#include <numeric>
#include <vector>

#include <gmock/gmock.h>

#include "base/errors.h"
#include "support/scratch.h"

namespace fovea {
namespace {

TEST(Spilled, IsTheSameInMemoryAndInAFile) {
  const test::Scratch scratch;
  std::vector<int32_t> values(3'000'000);
  std::iota(values.begin(), values.end(), -7);
  for (const size_t kept : {size_t{10}, size_t{1} << 30}) {
    Spilled<int32_t> spilled({scratch.path(), kept});
    for (size_t at = 0; at < values.size(); at += 1000) spilled.add(std::span(values).subspan(at, 1000));
    spilled.add(5);
    EXPECT_EQ(spilled.in_memory(), kept > 10);
    spilled.finish();
    ASSERT_EQ(spilled.size(), std::ssize(values) + 1);
    EXPECT_TRUE(std::equal(values.begin(), values.end(), spilled.all().begin()));
    EXPECT_EQ(spilled[2'999'999], values.back());
    EXPECT_EQ(spilled[3'000'000], 5);
    const Spilled<int32_t> moved = std::move(spilled);
    EXPECT_EQ(moved[1], -6);
    EXPECT_TRUE(std::filesystem::is_empty(scratch.path())) << "the file has no name";
  }
}

TEST(Spilled, ThatIsShortIsReadBeforeItsEnd) {
  Spilled<int64_t> spilled;
  EXPECT_EQ(spilled.size(), 0);
  EXPECT_TRUE(spilled.all().empty());
  spilled.add(3);
  EXPECT_EQ(spilled[0], 3);
  spilled.finish();
  EXPECT_EQ(spilled[0], 3);
}

TEST(Spilled, SaysWhereThereIsNoRoom) {
  Spilled<int64_t> spilled({"/nowhere/at/all", 8});
  spilled.add(1);
  EXPECT_THAT([&] { spilled.add(2); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("/nowhere/at/all: cannot write")));
}

}  // namespace
}  // namespace fovea
