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
  EXPECT_EQ(difference_text(0.0031, metrics::kAccuracy), "+0.3");
  EXPECT_EQ(difference_text(-0.0031, metrics::kBleu), "−0.3");
  EXPECT_EQ(difference_text(-0.0001, metrics::kAccuracy), "0.0");
  EXPECT_EQ(difference_text(-0.0031, metrics::kLoss), "−0.003");
  EXPECT_EQ(interval_text({-0.1, 0.0004}, metrics::kLoss), "−0.100 to 0.000");
  EXPECT_EQ(spread_text({0.4567, 0.01, 3}, metrics::kLoss), "0.457 ± 0.010");
  EXPECT_EQ(spread_text({0.4567, 0, 1}, metrics::kBleu), "45.7");
  EXPECT_EQ(axis_text(metrics::kBleu), "BLEU");
  EXPECT_EQ(axis_text(metrics::kWordErrors), "WER, per cent");
  EXPECT_EQ(sizes_text({"text", "texts", "words"}), "words in a text");
  EXPECT_EQ(sizes_text({"utterance", "utterances", "frames"}), "frames in an utterance");
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

// What rises is worse: more errors than the first's are no gain.
TEST(ComparisonText, OfErrorsFewerAreBetter) {
  const study::Comparison made = made_comparison_of_errors();
  EXPECT_EQ(verdict(made, made.variants[2]),
            "attention (additive) bought −2.6 points over frozen (−3.6 to −1.6): frozen was better, p <.001");
  EXPECT_THAT(verdict(made, made.variants[4]), HasSubstr("+2.9 points beside additive (+1.9 to +3.9): worse, p <.001"));
  study::Comparison turned = made;
  turned.variants[2].difference = study::Difference{0.02, {0.01, 0.03}, 0.001, 0.003, 2};
  EXPECT_EQ(verdict(turned, turned.variants[2]),
            "attention (additive) bought +2.0 points over frozen (+1.0 to +3.0): it helped, p = .003");
  EXPECT_THAT(method_text(made), HasSubstr("points of WER to the first variant, and lower is better, on the 1,684 "
                                           "utterances of the test part"));
  EXPECT_THAT(method_text(made_comparison()), Not(HasSubstr("lower")));
}

// Nothing of texts, words and accuracy is said of other tasks.
TEST(ComparisonText, SpeaksOfTheMeasuresAndInputsOfItsTask) {
  const std::string text = comparison_text(made_comparison_of_errors(), draw::Style{});
  for (const char* name : {"accuracy", "macro", "text", "words"}) EXPECT_THAT(text, Not(HasSubstr(name))) << name;
  EXPECT_THAT(text, HasSubstr("WER by frames in an utterance"));
  const Json json = comparison_json(made_comparison_of_errors());
  EXPECT_THAT(test::schema_errors(test::read_schema("compare"), json), ElementsAre());
  EXPECT_EQ(json.at("variants")[1].at("wer"), 0.818);
  EXPECT_EQ(json.at("variants")[1].at("runs")[0].at("validation_wer"), 0.8);
  EXPECT_EQ(json.at("variants")[1].at("quartiles")[0].at("wer"), 0.818);
  EXPECT_EQ(json.at("quartiles")[0].at("utterances"), 421);
  EXPECT_FALSE(json.at("variants")[1].contains("loss")) << "of each training alone";
}

// Five were asked for, one was finished by both.
TEST(ComparisonText, OneFinishedSeedIsNotSeveral) {
  study::Comparison made = made_comparison();
  made.variants.resize(2);
  made.variants[1].points.resize(1);
  made.variants[1].scores[0].seeds = made.variants[1].difference->seeds = 1;
  const std::string text = comparison_text(made, draw::Style{});
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
  const std::string text = comparison_text(made_comparison(), draw::Style{});
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = text.find('\n', begin);
    EXPECT_LE(draw::display_width(text.substr(begin, end - begin)), 80) << text.substr(begin, end - begin);
    begin = end + 1;
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("82.1 ± 0.4"));
  EXPECT_THAT(text, HasSubstr("26–1,052"));
  EXPECT_THAT(text, HasSubstr("attention=dot: it cannot apply"));
  EXPECT_THAT(text, HasSubstr("randomisation test over texts and seeds"));
}

TEST(ComparisonText, TheJsonFitsItsSchema) {
  const Json variant = comparison_json(made_comparison()).at("variants")[0];
  for (const char* name : {"accuracy", "accuracy_sd", "accuracy_ci", "macro_f1", "macro_f1_sd"}) {
    EXPECT_TRUE(variant.contains(name)) << name;
  }
  for (const char* name : {"accuracy", "macro_f1", "loss", "validation_accuracy"}) {
    EXPECT_TRUE(variant.at("runs")[0].contains(name)) << name;
  }
  EXPECT_THAT(test::schema_errors(test::read_schema("compare"), comparison_json(made_comparison())), ElementsAre());
}

}  // namespace
}  // namespace fovea::report
