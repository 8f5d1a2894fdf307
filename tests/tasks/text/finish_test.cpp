#include "tasks/text/finish.h"

#include <gtest/gtest.h>

#include "ops/aten.h"
#include "tasks/text/fixture.h"

namespace fovea::tasks {
namespace {

using test::Scratch;

// A network that was never trained, and `empty` validation texts without words beside the others.
Calibration fitted(int64_t empty, TextClassifierParts* parts) {
  const Scratch scratch;
  TextDataOptions options = test::review_options(scratch, 900);
  options.ngrams.longest = 0;
  TextData data = load_text_data(options);
  for (int64_t i = 0; i < empty; ++i) data.valid.add(std::vector<int32_t>{}, 0, std::vector<int32_t>{});
  TextTask task(data, test::tiny_model(), 5, {});
  return fit_on_validation(task, data, parts);
}

TEST(FitOnValidation, TheTemperatureIsFittedAndTold) {
  TextClassifierParts parts;
  const Calibration result = fitted(0, &parts);
  EXPECT_TRUE(result.fitted);
  EXPECT_EQ(result.temperature, parts.temperature);
  EXPECT_NE(result.temperature, 1);
  EXPECT_LE(result.error_after, result.error_before + 0.05);
}

// Texts without words are answered by the shares of the labels, which no temperature touches.
TEST(FitOnValidation, TextsWithoutWordsDoNotCount) {
  TextClassifierParts with, without;
  const Calibration counted = fitted(40, &with), alone = fitted(0, &without);
  EXPECT_EQ(with.temperature, without.temperature);
  EXPECT_EQ(counted.error_before, alone.error_before);
  EXPECT_EQ(counted.error_after, alone.error_after);
}

TEST(FitOnValidation, FewRowsLeaveTheTemperature) {
  const Scratch scratch;
  TextData data = load_text_data(test::review_options(scratch, 300));
  ASSERT_LT(data.valid.size(), 50);
  for (int64_t i = 0; i < 40; ++i) data.valid.add(std::vector<int32_t>{}, 0, std::vector<int32_t>{});
  TextTask task(data, test::tiny_model(), 5, {});
  TextClassifierParts parts;
  EXPECT_FALSE(fit_on_validation(task, data, &parts).fitted) << "rows without words are none";
  EXPECT_EQ(parts.temperature, 1);
}

TEST(QuantizeNetwork, IsToldInBytesAndScores) {
  const Scratch scratch;
  const TextData data = load_text_data(test::review_options(scratch, 300));
  TextTask task(data, test::tiny_model(), 5, {});
  const Quantization result = quantize(task);
  EXPECT_TRUE(result.done);
  EXPECT_LT(result.bytes_after, result.bytes_before);
  EXPECT_GT(result.bytes_after, result.bytes_before / 5);
  EXPECT_TRUE(result.validation_before.contains("loss"));
  EXPECT_NEAR(result.validation_after.at("loss"), result.validation_before.at("loss"), 0.01);
  EXPECT_NE(result.validation_after.at("loss"), result.validation_before.at("loss"));
}

}  // namespace
}  // namespace fovea::tasks
