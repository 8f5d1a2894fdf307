#include "study/space.h"

#include <gtest/gtest.h>

namespace fovea::study {
namespace {

TEST(Space, ValuesGoFromEndToEnd) {
  const Dimension rate = {
      .option = "learning-rate", .low = 0.001, .high = 0.1, .scale = Dimension::Scale::kLogarithmic};
  EXPECT_EQ(value_at(rate, 0), "0.001");
  EXPECT_EQ(value_at(rate, 0.5), "0.01");
  EXPECT_EQ(value_at(rate, 1), "0.1");
  Dimension size = {.option = "hidden-size", .low = 32, .high = 256, .scale = Dimension::Scale::kLogarithmic};
  size.multiple_of = 4;
  EXPECT_EQ(value_at(size, 0), "32");
  EXPECT_EQ(value_at(size, 0.01), "32");
  EXPECT_EQ(value_at(size, 1), "256");
  const Dimension word = {.option = "encoder", .choices = {"lstm", "gru"}};
  EXPECT_EQ(value_at(word, 0.49), "lstm");
  EXPECT_EQ(value_at(word, 0.5), "gru");
  EXPECT_EQ(value_at(word, 1), "gru");
}

TEST(Space, ARangeMayDependOnWhatWasChosenBefore) {
  Dimension rate = {.option = "learning-rate", .low = 0.001, .high = 0.1};
  rate.beside = {"optimizer", "sgd"};
  rate.times = 20;
  EXPECT_DOUBLE_EQ(fitted(rate, {{"decay", "none"}, {"optimizer", "sgd"}}).high, 2);
  EXPECT_DOUBLE_EQ(fitted(rate, {{"optimizer", "sgd"}}).low, 0.02);
  EXPECT_EQ(fitted(rate, {{"optimizer", "adam"}}).low, 0.001);
  EXPECT_EQ(fitted({.option = "layers", .low = 3}, {{"optimizer", "sgd"}}).low, 3);
}

}  // namespace
}  // namespace fovea::study
