#include "tasks/text/kind.h"

#include <gtest/gtest.h>

namespace fovea::tasks {
namespace {

constexpr data::BatchOptions kBatches = {.max_examples = 64, .max_tokens = 1'000};
constexpr Length kUsual = {.epochs = 6, .patience = 3};

TEST(Length, IsTheUsualOneForAMiddlingAmount) {
  const Length length = fitting_length(64 * 100, 64 * 100, kBatches, kUsual);
  EXPECT_EQ(length.epochs, 6);
  EXPECT_EQ(length.patience, 3);
}

TEST(Length, FewTextsAreReadMoreOften) {
  const Length length = fitting_length(64 * 9 + 1, 5'000, kBatches, kUsual);  // 10 steps
  EXPECT_EQ(length.epochs, 40);
  EXPECT_EQ(length.patience, 10);
  EXPECT_EQ(fitting_length(3, 30, kBatches, kUsual).epochs, 400);
}

// Long texts make more batches than their number says.
TEST(Length, FewLongTextsAreNotFew) {
  const Length length = fitting_length(100, 100'000, kBatches, kUsual);  // 100 steps
  EXPECT_EQ(length.epochs, 6);
  EXPECT_EQ(length.patience, 3);
}

TEST(Length, ManyTextsAreReadLessOften) {
  EXPECT_EQ(fitting_length(64 * 439, 0, kBatches, kUsual).epochs, 6);
  EXPECT_EQ(fitting_length(64 * 440, 0, kBatches, kUsual).epochs, 5);
  EXPECT_EQ(fitting_length(64 * 500, 0, kBatches, kUsual).epochs, 5);
  EXPECT_EQ(fitting_length(64 * 500, 0, kBatches, kUsual).patience, 3);
  EXPECT_EQ(fitting_length(64 * 5'000, 0, kBatches, kUsual).epochs, 3);
  EXPECT_EQ(fitting_length(10, 500'000, kBatches, kUsual).epochs, 5);
}

TEST(Length, OfNothingIsFinite) {
  EXPECT_EQ(fitting_length(0, 0, kBatches, kUsual).epochs, 400);
}

}  // namespace
}  // namespace fovea::tasks
