#include "report/comparison_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/made_comparison.h"
#include "report/study_words.h"
#include "support/schema.h"

namespace fovea::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ComparisonText, NumbersAreShort) {
  EXPECT_EQ(points(0.0031), "+0.3");
  EXPECT_EQ(points(-0.0031), "−0.3");
  EXPECT_EQ(points(-0.0001), "0.0");
  EXPECT_EQ(p_text(0.0123), ".012");
  EXPECT_EQ(p_text(0.0001), "<.001");
  EXPECT_EQ(p_text(1), "1");
  EXPECT_EQ(seconds_text(6.54), "6.5 s");
  EXPECT_EQ(seconds_text(162), "2.7 min");
  EXPECT_EQ(size_text(4'182'932), "4.2 MB");
  EXPECT_EQ(quartile_name({7, 7, 3}), "7");
  study::VariantResult variant;
  variant.settings = {{"layers", "2"}, {"encoder", "gru"}};
  EXPECT_EQ(spoken_name(variant), "layers=2, gru");
}

TEST(ComparisonText, SaysWhichWayItWent) {
  const study::Comparison made = made_comparison();
  EXPECT_EQ(verdict(made, made.variants[1]),
            "attention (additive) bought +0.3 points over mean (−0.7 to +1.3): no difference could be shown");
  EXPECT_EQ(verdict(made, made.variants[2]),
            "attention (additive) bought +2.6 points over frozen (+1.6 to +3.6): it helped, p <.001");
  EXPECT_THAT(verdict(made, made.variants[3]), HasSubstr("no difference could be shown, corrected for 4 comparisons"));
  EXPECT_THAT(verdict(made, made.variants[4]),
              HasSubstr("+2.9 points beside additive (+1.9 to +3.9): better, p <.001"));
  EXPECT_EQ(verdict(made, made.variants[5]), "general: no training succeeded: the loss is not a number <any more>");
}

TEST(ComparisonText, AControlThatWinsIsSaidToWin) {
  study::Comparison made = made_comparison();
  made.variants[1].difference = study::Difference{0.02, {0.01, 0.03}, 0.001, 0.003, 2};
  EXPECT_EQ(verdict(made, made.variants[1]),
            "attention (additive) bought −2.0 points over mean (−3.0 to −1.0): mean was better, p = .003");
}

// Five were asked for, one was finished by both.
TEST(ComparisonText, OneFinishedSeedIsNotSeveral) {
  study::Comparison made = made_comparison();
  made.variants.resize(2);
  made.variants[1].points.resize(1);
  made.variants[1].accuracy.seeds = made.variants[1].difference->seeds = 1;
  const std::string text = comparison_text(made, Style{});
  EXPECT_THAT(text, HasSubstr("82.1 ± 0.4"));
  EXPECT_THAT(text, Not(HasSubstr("81.8 ±")));
  EXPECT_THAT(verdict(made, made.variants[1]), HasSubstr("no difference could be shown (1 of 2 seeds)"));
  EXPECT_THAT(method_text(made), HasSubstr("paired bootstrap over texts, 4,000 draws"));
  EXPECT_THAT(method_text(made), HasSubstr("With one seed nothing is known of the luck"));
}

TEST(ComparisonText, WhatWasNotTrainedHasNoNumbers) {
  const Json failed = comparison_json(made_comparison()).at("variants")[5];
  for (const char* name : {"accuracy", "accuracy_ci", "macro_f1", "seconds", "bytes", "difference_seeds"}) {
    EXPECT_TRUE(failed.at(name).is_null()) << name;
  }
}

TEST(ComparisonText, KeepsToTheWidthAndIsSafe) {
  const std::string text = comparison_text(made_comparison(), Style{});
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = text.find('\n', begin);
    EXPECT_LE(display_width(text.substr(begin, end - begin)), 80) << text.substr(begin, end - begin);
    begin = end + 1;
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("82.1 ± 0.4"));
  EXPECT_THAT(text, HasSubstr("26–1,052"));
  EXPECT_THAT(text, HasSubstr("attention=dot: it cannot apply"));
  EXPECT_THAT(text, HasSubstr("randomisation test over texts and seeds"));
}

TEST(ComparisonText, TheJsonFitsItsSchema) {
  EXPECT_THAT(test::schema_errors(test::read_schema("compare"), comparison_json(made_comparison())), ElementsAre());
}

}  // namespace
}  // namespace fovea::report
