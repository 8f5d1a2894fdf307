#include "study/trust.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace fovea::study {
namespace {

using attribution::Method;

audit::Result made_result() {
  audit::Result result;
  result.inputs = 40;
  result.verdict.grade = audit::Grade::kInformative;
  result.verdict.replaceable = true;
  result.gate.permuted = {0.1, 0.2, 0.05, 0.15, 40};
  result.erasure.maps.resize(1);
  result.erasure.maps[0].normalised = {0.6, 0.1, 0.5, 0.7, 30};
  result.erasure.random.normalised = {0.4, 0.1, 0.3, 0.5, 30};
  result.evidence.recovery.share = {0.31, 0, 0.2, 0.4, 30};
  result.first.emplace();
  result.first->method = "ig";
  result.first->verdict.grade = audit::Grade::kFaithful;
  result.first->recovery.share = {0.92, 0, 0.9, 0.95, 30};
  result.agreement.pairs = {
      {"attention", "loo", Method::kAttention, Method::kLeaveOneOut, {0.9, 0, 0, 0, 3}, {}, {}},
      {"attention", "gradient", Method::kAttention, Method::kGradient, {0.3, 0.1, 0.2, 0.4, 40}, {}, {}}};
  return result;
}

TEST(Trust, IsWhatDecidedTheGrade) {
  audit::Result result = made_result();
  const Trust trust = trust_of(result);
  EXPECT_EQ(trust.grade, audit::Grade::kInformative);
  EXPECT_EQ(trust.replaceable, true);
  EXPECT_EQ(trust.normalised.mean, 0.6);
  EXPECT_EQ(trust.normalised_random.mean, 0.4);
  EXPECT_EQ(trust.gradient.mean, 0.3);
  EXPECT_EQ(trust.recovered.mean, 0.31);
  EXPECT_EQ(trust.first_recovered.mean, 0.92);
  EXPECT_EQ(trust.first_grade, audit::Grade::kFaithful);
  EXPECT_EQ(trust.first_method, "ig");

  result.masked_erasure = result.erasure;
  result.masked_erasure->maps[0].normalised.mean = 0.8;
  result.mask_twin.emplace();
  EXPECT_EQ(trust_of(result).normalised.mean, 0.6) << "the twin is not accepted";
  result.mask_twin->accepted = true;
  EXPECT_EQ(trust_of(result).normalised.mean, 0.8);
}

TEST(Trust, ComesBackFromItsJson) {
  Trust trust = trust_of(made_result());
  trust.by_input.inputs = {3, 8};
  for (auto* values : {&trust.by_input.lift, &trust.by_input.marked, &trust.by_input.permuted, &trust.by_input.beyond,
                       &trust.by_input.best_beyond, &trust.by_input.first_beyond, &trust.by_input.first_best_beyond}) {
    *values = {0.25, std::numeric_limits<double>::quiet_NaN()};
  }
  const Json json = Json::parse(to_line(trust.to_json()));
  const Trust again = Trust::from_json(json);
  EXPECT_EQ(again.to_json(), trust.to_json());
  EXPECT_EQ(again.permuted.high, 0.15);
  EXPECT_EQ(again.comprehensiveness.n, 0) << "nothing stays nothing";
  EXPECT_EQ(again.by_input.inputs, trust.by_input.inputs);
  EXPECT_EQ(again.by_input.first_best_beyond[0], 0.25);
  EXPECT_TRUE(std::isnan(again.by_input.first_best_beyond[1]));
  Json damaged = json;
  damaged["by_input"]["lift"].erase(0);
  EXPECT_THROW(Trust::from_json(damaged), Json::exception);
  Trust failed;
  failed.failure = "no weights";
  failed.no_weights = true;
  EXPECT_EQ(Trust::from_json(failed.to_json()).failure, "no weights");
  EXPECT_TRUE(Trust::from_json(failed.to_json()).no_weights);
  EXPECT_THROW(Trust::from_json(Json::object()), Json::exception);
}

}  // namespace
}  // namespace fovea::study
