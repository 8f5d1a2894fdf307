#include "report/comparison_trust.h"

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

TEST(ComparisonTrust, TheTableHasMeansAndGradesOfTheSeeds) {
  draw::Style style;
  const std::string table = trust_table(made_audited_comparison(), 15, style);
  EXPECT_THAT(table, HasSubstr("can the attention be believed?"));
  EXPECT_THAT(table, HasSubstr("additive              .01       .43       .37       .16  informative 1,"));
  EXPECT_THAT(table, HasSubstr("decorative 1"));
  EXPECT_THAT(table, HasSubstr("no weights to audit"));
  EXPECT_THAT(table, HasSubstr("on 512 texts of the test part"));
  EXPECT_EQ(trust_table(made_comparison(), 15, style), "");
  size_t from = 0;
  for (size_t end = table.find('\n'); end != std::string::npos; from = end + 1, end = table.find('\n', from)) {
    EXPECT_LE(draw::display_width(table.substr(from, end - from)), style.width) << table.substr(from, end - from);
  }
}

TEST(ComparisonTrust, ThePageHasIntervalsAndNoMarkupOfOthers) {
  const std::string section = trust_section(made_audited_comparison());
  EXPECT_THAT(section, HasSubstr("<td>informative 1, decorative 1, provisional</td>"));
  EXPECT_THAT(section, HasSubstr("<td>.43 (.39 to .47)</td>")) << "the range of two seeds";
  EXPECT_THAT(section, HasSubstr("<td>informative, replaceable</td>"));
  EXPECT_THAT(section, HasSubstr("<td>.51 (.48 to .54)</td>")) << "the interval of one";
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
}

}  // namespace
}  // namespace fovea::report
