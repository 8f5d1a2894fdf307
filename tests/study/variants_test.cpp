#include "study/variants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::study {
namespace {

using ::testing::ElementsAre;

TEST(Variants, AnAxisIsAnOptionWithItsValues) {
  const Axis axis = parse_axis("--embedding_size=64,128,300");
  EXPECT_EQ(axis.option, "embedding-size");
  EXPECT_THAT(axis.values, ElementsAre("64", "128", "300"));
}

TEST(Variants, WhatIsNoAxisIsRefused) {
  for (const char* wrong : {"attention", "=a,b", "attention=", "attention=a,,b", "attention=a,", "attention=a,b,a"}) {
    EXPECT_THROW(parse_axis(wrong), UserError) << wrong;
  }
  EXPECT_THROW(grid({{"a", {"1"}}, {"a", {"2"}}}), UserError);
}

TEST(Variants, TheLastAxisChangesFastest) {
  std::vector<std::string> names;
  for (const Settings& settings : grid({{"a", {"1", "2"}}, {"b", {"x", "y", "z"}}}))
    names.push_back(long_name(settings));
  EXPECT_THAT(names, ElementsAre("a=1 b=x", "a=1 b=y", "a=1 b=z", "a=2 b=x", "a=2 b=y", "a=2 b=z"));
  EXPECT_EQ(short_name({{"a", "1"}, {"b", "x"}}), "1, x");
}

}  // namespace
}  // namespace fovea::study
