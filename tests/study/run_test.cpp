#include "study/run.h"

#include <gtest/gtest.h>

#include "study/made_runs.h"

namespace fovea::study {
namespace {

TEST(Run, ComesBackFromItsJson) {
  const study::Run run = made_run("10110");
  EXPECT_DOUBLE_EQ(run.accuracy(), 0.6);
  const Json json = Json::parse(to_line(run.to_json()));
  EXPECT_EQ(study::Run::from_json(json).to_json(), run.to_json());
  EXPECT_EQ(study::Run::from_json(json).right, run.right);
  EXPECT_EQ(study::Run::from_json(json).loss, run.loss);
  EXPECT_EQ(study::Run::from_json(json).lengths, run.lengths);
}

TEST(Run, AFailureKeepsItsReason) {
  study::Run run;
  run.failure = "the loss is not a number";
  EXPECT_EQ(study::Run::from_json(run.to_json()).failure, run.failure);
  EXPECT_EQ(study::Run().accuracy(), 0);
}

TEST(Run, WhatIsNoRunThrows) {
  EXPECT_THROW(study::Run::from_json(Json::object()), Json::exception);
  EXPECT_THROW(study::Run::from_json({{"seconds", "long"}}), Json::exception);
}

}  // namespace
}  // namespace fovea::study
