// The formulas of the audit against the same formulas written in Python (tests/support/trust_oracle.py).
#include <memory>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "metrics/trust/distance.h"
#include "metrics/trust/erasure.h"
#include "metrics/trust/fidelity.h"
#include "metrics/trust/rank_correlation.h"

namespace fovea::metrics {
namespace {

using Values = std::vector<double>;

const Json& recorded(const char* part) {
  static const Json all = Json::parse(read_file(FOVEA_SOURCE_DIR "/tests/golden/trust.json"));
  return all.at(part);
}

TEST(TrustRecorded, Distances) {
  ASSERT_EQ(recorded("distances").size(), 3U);
  for (const Json& one : recorded("distances")) {
    const Values p = one.at("p"), q = one.at("q");
    EXPECT_NEAR(total_variation(p, q), one.at("tvd"), 1e-12);
    EXPECT_NEAR(kullback_leibler(p, q), one.at("kl"), 1e-12);
    EXPECT_NEAR(jensen_shannon(p, q), one.at("js"), 1e-12);
  }
}

TEST(TrustRecorded, Tau) {
  ASSERT_EQ(recorded("tau").size(), 7U);
  for (const Json& one : recorded("tau")) {
    const Values a = one.at("a"), b = one.at("b");
    const auto tau = kendall_tau(a, b);
    ASSERT_TRUE(tau);
    EXPECT_NEAR(tau->tau, one.at("tau"), 1e-12) << a.size();
    EXPECT_NEAR(tau->p, one.at("p"), 1e-12) << a.size();
  }
}

TEST(TrustRecorded, Aopc) {
  ASSERT_EQ(recorded("aopc").size(), 6U);
  const size_t lengths[] = {1, 2, 12, 19, 40, 230};
  for (size_t i = 0; i < 6; ++i) {
    const Json& one = recorded("aopc")[i];
    const auto counts = erasure_counts(lengths[i]);
    for (size_t k = 0; k < counts.size(); ++k) EXPECT_EQ(counts[k], one.at("counts")[k].get<size_t>()) << lengths[i];
    EXPECT_NEAR(aopc(one.at("values").get<Values>(), counts), one.at("aopc"), 1e-12);
  }
}

TEST(TrustRecorded, Fidelity) {
  ASSERT_EQ(recorded("fidelity").size(), 4U);
  for (const Json& one : recorded("fidelity")) {
    EXPECT_NEAR(fidelity_drop(one.at("n"), one.at("size")), one.at("drop"), 1e-12);
    const auto draws = one.at("draws").get<std::vector<bool>>();
    const auto right = std::make_unique<bool[]>(draws.size());
    std::copy(draws.begin(), draws.end(), right.get());
    EXPECT_NEAR(fidelity(one.at("right"), {right.get(), draws.size()}), one.at("score"), 1e-12);
  }
}

TEST(TrustRecorded, SoftErasure) {
  ASSERT_EQ(recorded("soft").size(), 9U);
  int there = 0;
  for (const Json& one : recorded("soft")) {
    const double whole = one.at("whole"), nothing = one.at("nothing"), softened = one.at("softened");
    const auto without = soft_comprehensiveness(whole, nothing, softened),
               only = soft_sufficiency(whole, nothing, softened);
    ASSERT_EQ(without.has_value(), !one.at("nc").is_null());
    ASSERT_EQ(only.has_value(), !one.at("ns").is_null());
    if (!without) continue;
    EXPECT_NEAR(*without, one.at("nc"), 1e-12);
    EXPECT_NEAR(*only, one.at("ns"), 1e-12);
    ++there;
  }
  EXPECT_GT(there, 4);
}

TEST(TrustRecorded, RecursiveRoar) {
  ASSERT_EQ(recorded("racu").size(), 3U);
  for (const Json& one : recorded("racu")) {
    const Values map = one.at("map"), random = one.at("random");
    EXPECT_NEAR(*racu(roar_areas(map, random)), one.at("racu"), 1e-12);
  }
}

}  // namespace
}  // namespace fovea::metrics
