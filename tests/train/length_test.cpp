#include "train/length.h"

#include <gtest/gtest.h>

namespace fovea::train {
namespace {

// 64 texts or 1,000 tokens a batch.
TrainOptions usual() {
  TrainOptions options;
  options.batches.max_examples = 64;
  options.batches.max_tokens = 1'000;
  options.max_epochs = 6;
  options.patience = 3;
  return options;
}

TEST(Length, IsTheUsualOneForAMiddlingAmount) {
  const Length length = fitting_length(64 * 100, 64 * 100, usual());
  EXPECT_EQ(length.epochs, 6);
  EXPECT_EQ(length.patience, 3);
}

TEST(Length, FewTextsAreReadMoreOften) {
  const Length length = fitting_length(64 * 9 + 1, 5'000, usual());  // 10 steps
  EXPECT_EQ(length.epochs, 40);
  EXPECT_EQ(length.patience, 10);
  EXPECT_EQ(fitting_length(3, 30, usual()).epochs, 400);
}

// Long texts make more batches than their number says.
TEST(Length, FewLongTextsAreNotFew) {
  const Length length = fitting_length(100, 100'000, usual());  // 100 steps
  EXPECT_EQ(length.epochs, 6);
  EXPECT_EQ(length.patience, 3);
}

TEST(Length, ManyTextsAreReadLessOften) {
  EXPECT_EQ(fitting_length(64 * 439, 0, usual()).epochs, 6);
  EXPECT_EQ(fitting_length(64 * 440, 0, usual()).epochs, 5);
  EXPECT_EQ(fitting_length(64 * 500, 0, usual()).epochs, 5);
  EXPECT_EQ(fitting_length(64 * 500, 0, usual()).patience, 3);
  EXPECT_EQ(fitting_length(64 * 5'000, 0, usual()).epochs, 3);
  EXPECT_EQ(fitting_length(10, 500'000, usual()).epochs, 5);
}

TEST(Length, OfNothingIsFinite) {
  EXPECT_EQ(fitting_length(0, 0, usual()).epochs, 400);
}

}  // namespace
}  // namespace fovea::train
