#include "study/run.h"

#include <gtest/gtest.h>

#include "study/made_runs.h"

namespace fovea::study {
namespace {

TEST(Run, ComesBackFromItsJson) {
  const study::Run run = made_run("10110");
  EXPECT_DOUBLE_EQ(run.score(metrics::kAccuracy), 0.6);
  EXPECT_DOUBLE_EQ(run.score(metrics::kLoss), (3 * 0.125 + 2 * 1.5) / 5);
  EXPECT_DOUBLE_EQ(run.score(metrics::kMacroF1), (8.0 / 12 + 8.0 / 12) / 2);
  EXPECT_EQ(run.score(metrics::kBleu), 0) << "it has none";
  const Json json = Json::parse(to_line(run.to_json()));
  EXPECT_EQ(study::Run::from_json(json).to_json(), run.to_json());
  const study::Run again = study::Run::from_json(json);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(again.scores[i].sums.values, run.scores[i].sums.values);
    EXPECT_EQ(again.scores[i].sums.parts, run.scores[i].sums.parts);
    EXPECT_EQ(again.score(kMadeMeasures[i]), run.score(kMadeMeasures[i]));
  }
  EXPECT_EQ(again.sizes, run.sizes);
}

TEST(Run, AFailureKeepsItsReason) {
  study::Run run;
  run.failure = "the loss is not a number";
  EXPECT_EQ(study::Run::from_json(run.to_json()).failure, run.failure);
  EXPECT_EQ(study::Run().score(metrics::kAccuracy), 0);
}

TEST(Run, WhatIsNoRunThrows) {
  EXPECT_THROW(study::Run::from_json(Json::object()), Json::exception);
  EXPECT_THROW(study::Run::from_json({{"seconds", "long"}}), Json::exception);
  for (const Json& values : {Json::array({1}), Json::array(), Json::array({1, 2, 3})}) {
    Json json = made_run("10").to_json();
    json["scores"][0]["values"] = values;
    EXPECT_THROW(study::Run::from_json(json), Json::exception) << values;
  }
}

}  // namespace
}  // namespace fovea::study
