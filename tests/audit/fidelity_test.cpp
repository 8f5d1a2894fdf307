#include "audit/fidelity.h"

#include <gtest/gtest.h>

#include "audit/fake_model.h"
#include "audit/number.h"
#include "audit/order.h"

namespace fovea::audit {
namespace {

using test::FakeModel;

std::vector<std::vector<double>> true_map(const Material& material) {
  std::vector<std::vector<double>> scores;
  for (const Text& text : material.texts) {
    scores.emplace_back();
    for (const int32_t id : text.ids) scores.back().push_back(id < 3 ? 1 : 0);
  }
  return scores;
}

// The deciding word alone makes the top part of these texts: with n words of which it is the top ⌈n/5⌉ ≤ 3, it is
// dropped with probability min(.5, .1 n / top).
TEST(Fidelity, TheTopOfAnHonestMapCostsAnswersAndTheRestNone) {
  FakeModel model = test::rule_model();
  const Material material = test::rule_texts(90);
  const std::vector<Map> maps = {{"honest", MapKind::kAudited, true_map(material)},
                                 {"random", MapKind::kPrior, random_scores(material.texts, 1, 0)}};
  const auto texts = fidelity_of(model, material, maps, {}, test::no_progress);
  const Number plus = number_of(texts[0].plus), minus = number_of(texts[0].minus);
  EXPECT_NEAR(plus.mean, 2.0 / 3 * 0.5, 0.08);
  EXPECT_NEAR(minus.mean, 0, 1e-9);
  EXPECT_LT(number_of(texts[1].plus).mean, plus.mean / 2);
  for (size_t text = 0; text < material.texts.size(); ++text) {
    if (material.truth[text] == 2) {
      EXPECT_EQ(texts[0].plus[text], 0) << "nothing decides there";
    }
  }
}

TEST(Fidelity, TextsWithoutATruthHaveNone) {
  FakeModel model = test::rule_model();
  Material material = test::rule_texts(3);
  material.truth[1] = -1;
  const auto texts =
      fidelity_of(model, material, {{"honest", MapKind::kAudited, true_map(material)}}, {}, test::no_progress);
  EXPECT_TRUE(std::isnan(texts[0].plus[1]));
  EXPECT_FALSE(std::isnan(texts[0].plus[0]));
}

TEST(Fidelity, IsTheSameForTheSameSeed) {
  FakeModel model = test::rule_model();
  const Material material = test::rule_texts(12);
  const std::vector<Map> maps = {{"honest", MapKind::kAudited, true_map(material)}};
  const auto once = fidelity_of(model, material, maps, {.seed = 4}, test::no_progress);
  EXPECT_EQ(once[0].plus, fidelity_of(model, material, maps, {.seed = 4}, test::no_progress)[0].plus);
  EXPECT_NE(once[0].plus, fidelity_of(model, material, maps, {.seed = 5}, test::no_progress)[0].plus);
}

}  // namespace
}  // namespace fovea::audit
