#include "study/trust.h"

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

  result.masked_erasure = result.erasure;
  result.masked_erasure->maps[0].normalised.mean = 0.8;
  result.mask_twin.emplace();
  EXPECT_EQ(trust_of(result).normalised.mean, 0.6) << "the twin is not accepted";
  result.mask_twin->accepted = true;
  EXPECT_EQ(trust_of(result).normalised.mean, 0.8);
}

TEST(Trust, ComesBackFromItsJson) {
  const Trust trust = trust_of(made_result());
  const Json json = Json::parse(to_line(trust.to_json()));
  const Trust again = Trust::from_json(json);
  EXPECT_EQ(again.to_json(), trust.to_json());
  EXPECT_EQ(again.permuted.high, 0.15);
  EXPECT_EQ(again.comprehensiveness.n, 0) << "nothing stays nothing";
  Trust failed;
  failed.failure = "no weights";
  EXPECT_EQ(Trust::from_json(failed.to_json()).failure, "no weights");
  EXPECT_THROW(Trust::from_json(Json::object()), Json::exception);
}

}  // namespace
}  // namespace fovea::study
