#include "report/comparison_trust.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "draw/columns.h"
#include "report/comparison_page.h"
#include "report/comparison_text.h"
#include "report/made_comparison.h"
#include "support/schema.h"

namespace fovea::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

void expect_fits(const std::string& text, int width) {
  size_t from = 0;
  for (size_t end = text.find('\n'); end != std::string::npos; from = end + 1, end = text.find('\n', from)) {
    EXPECT_LE(draw::display_width(text.substr(from, end - from)), width) << text.substr(from, end - from);
  }
}

TEST(ComparisonTrust, TheTableHasIntervalsAndGradesOfTheSeeds) {
  draw::Style style;
  const std::string table = trust_table(made_audited_comparison(), 15, style);
  EXPECT_THAT(table, HasSubstr("can the attention be believed?"));
  EXPECT_THAT(table, HasSubstr("additive           43 (30 to 56)    97 (95 to 99)  informative 1, decorative 1\n"));
  EXPECT_THAT(table, HasSubstr("additive            2.0 (1.7 to 2.3)        51 (46 to 56)  .012 (.010 to .014)"));
  EXPECT_THAT(table, HasSubstr("no weights to audit"));
  EXPECT_THAT(table, HasSubstr("on 512 texts of the test part"));
  EXPECT_EQ(trust_table(made_comparison(), 15, style), "");
  expect_fits(table, style.width);
}

TEST(ComparisonTrust, DifferencesAreShownOrSaidNotToBe) {
  std::string table = trust_table(made_audited_comparison(), 15, draw::Style{});
  std::replace(table.begin(), table.end(), '\n', ' ');
  for (size_t at = table.find("  "); at != std::string::npos; at = table.find("  ")) table.erase(at, 1);
  EXPECT_THAT(table, HasSubstr("frozen: the weights go −94 points (−110 to −80): less, p <.001; the first picture goes "
                               "−1 points (−10 to +8): no difference could be shown; median largest lift +10.9 (+.4 to "
                               "+21.0): no difference could be shown, corrected; weights permuted (median) −.007"));
}

// By trust what is chosen and by which numbers, and why others are not.
TEST(ComparisonTrust, TheChoiceHasBothNumbersOfEach) {
  study::Comparison made = made_comparison();
  EXPECT_EQ(choice_text(made, draw::Style{}), "") << "by accuracy nothing is said";
  made.goal = study::Goal::kTrust;
  made.variants.resize(3);
  made.variants[0].candidate = {0.821, 0.3};
  made.variants[1].candidate = {0.93, std::nullopt, true};
  made.variants[1].no_trust = "no weights to audit: --attention \x1b mean has none";
  made.variants[2].candidate = {0.815, 0.62};
  made.chosen = 2;
  const std::string text = choice_text(made, draw::Style{});
  EXPECT_THAT(text, HasSubstr("by trust, on the validation part: frozen (the weights go 62 % of the way,\n"));
  std::string line = text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  for (size_t at = line.find("  "); at != std::string::npos; at = line.find("  ")) line.erase(at, 1);
  EXPECT_THAT(line, HasSubstr("mean (accuracy 93.0): no weights to audit"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b mean")));
  expect_fits(text, 80);
  EXPECT_THAT(comparison_text(made, draw::Style{}), HasSubstr(text));
  EXPECT_THAT(comparison_page(made, "0"), HasSubstr("Chosen by trust"));
  const Json chosen = comparison_json(made).at("chosen");
  EXPECT_EQ(chosen.at("for"), "trust");
  EXPECT_EQ(chosen.at("variant"), "attention=frozen");
  EXPECT_EQ(chosen.at("variants")[2].at("recovered"), 0.62);
  EXPECT_THAT(test::schema_errors(test::read_schema("compare"), comparison_json(made)), ::testing::ElementsAre());
}

TEST(ComparisonTrust, ThePageHasIntervalsAndNoMarkupOfOthers) {
  const std::string section = trust_section(made_audited_comparison());
  EXPECT_THAT(section, HasSubstr("<td>informative 1, decorative 1, provisional</td>"));
  EXPECT_THAT(section, HasSubstr("<td>43 % (30 to 56)</td>"));
  EXPECT_THAT(section, HasSubstr("<td>informative, replaceable</td>"));
  EXPECT_THAT(section, HasSubstr("no difference could be shown"));
  EXPECT_THAT(section, Not(HasSubstr("<mean>")));
  EXPECT_THAT(comparison_page(made_audited_comparison(), "0"), HasSubstr(section));
  EXPECT_THAT(comparison_page(made_comparison(), "0"), Not(HasSubstr("be believed")));
}

TEST(ComparisonTrust, TheJsonFitsItsSchema) {
  const Json json = comparison_json(made_audited_comparison());
  EXPECT_THAT(test::schema_errors(test::read_schema("compare"), json), ::testing::ElementsAre());
  EXPECT_EQ(json.at("audit"), "quick");
  const Json& audits = json.at("variants")[0].at("audits");
  EXPECT_EQ(audits.size(), 2U);
  EXPECT_EQ(audits[1].at("grade"), "decorative");
  EXPECT_EQ(audits[0].at("normalised_aopc"), 0.47);
  EXPECT_TRUE(audits[0].at("comprehensiveness").is_null());
  EXPECT_TRUE(json.at("variants")[3].at("audits").is_null());
  EXPECT_TRUE(json.at("variants")[3].at("trust").is_null());
  const Json& trust = json.at("variants")[2].at("trust");
  EXPECT_EQ(trust.at("recovered").at("difference"), -0.94);
  EXPECT_EQ(trust.at("recovered").at("shown"), true);
  EXPECT_EQ(trust.at("largest_lift").at("shown"), false);
  EXPECT_TRUE(trust.at("marked").at("mean").is_null());
}

}  // namespace
}  // namespace fovea::report
