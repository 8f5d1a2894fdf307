#include "study/space.h"

#include <set>

#include <gtest/gtest.h>

namespace fovea::study {
namespace {

TEST(Space, ScheduleComesFirstAndNoOptionTwice) {
  EXPECT_EQ(search_space().front().name, "optimizer");
  for (const Stage& stage : search_space()) EXPECT_LT(stage.name.size(), 15U) << "the table has no more room";
  EXPECT_EQ(search_space()[1].name, "learning rate");
  std::set<std::string> options;
  for (const Stage& stage : search_space()) {
    for (const Dimension& dimension : stage.dimensions) EXPECT_TRUE(options.insert(dimension.option).second);
  }
}

TEST(Space, ValuesGoFromEndToEnd) {
  const Dimension rate{"learning-rate", {}, 0.001, 0.1, Dimension::Scale::kLogarithmic};
  EXPECT_EQ(rate.value_at(0), "0.001");
  EXPECT_EQ(rate.value_at(0.5), "0.01");
  EXPECT_EQ(rate.value_at(1), "0.1");
  const Dimension size{"hidden-size", {}, 32, 256, Dimension::Scale::kLogarithmic, 4};
  EXPECT_EQ(size.value_at(0), "32");
  EXPECT_EQ(size.value_at(0.01), "32");
  EXPECT_EQ(size.value_at(1), "256");
  const Dimension word{"encoder", {"lstm", "gru"}};
  EXPECT_EQ(word.value_at(0.49), "lstm");
  EXPECT_EQ(word.value_at(0.5), "gru");
  EXPECT_EQ(word.value_at(1), "gru");
}

}  // namespace
}  // namespace fovea::study
