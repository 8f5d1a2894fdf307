#include "train/schedule.h"

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::train {
namespace {

TEST(Schedule, RisesThenFallsLinearly) {
  TrainOptions options;
  options.learning_rate = 0.8;
  options.warmup = 0.1;
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 0, 100), 0.08);
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 9, 100), 0.8);
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 10, 100), 0.8);
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 55, 100), 0.4);
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 100, 100), 0.0);
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 130, 100), 0.0);
}

TEST(Schedule, CosineAndNone) {
  TrainOptions options;
  options.learning_rate = 0.8;
  options.warmup = 0;
  options.decay = Decay::kCosine;
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 0, 100), 0.8);
  EXPECT_NEAR(learning_rate_at(options, 50, 100), 0.4, 1e-12);
  EXPECT_NEAR(learning_rate_at(options, 25, 100), 0.4 * (1 + std::sqrt(0.5)), 1e-12);
  options.decay = Decay::kNone;
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 99, 100), 0.8);
}

TEST(Schedule, NamesRoundTripAndOthersAreRefused) {
  TrainOptions options;
  for (const Decay decay : {Decay::kLinear, Decay::kCosine, Decay::kNone}) {
    options.decay = decay;
    EXPECT_EQ(options.to_json().at("decay"), decay_name(decay));
    EXPECT_EQ(TrainOptions::from_json(options.to_json()).decay, decay);
  }
  Json json = options.to_json();
  json["decay"] = "exponential";
  EXPECT_THROW(TrainOptions::from_json(json), UserError);
}

}  // namespace
}  // namespace fovea::train
