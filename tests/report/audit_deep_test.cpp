// What an audit asks beyond what a grade needs, in the terminal, as JSON and on a page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/audit_json.h"
#include "report/audit_page.h"
#include "report/audit_text.h"
#include "report/made_audit.h"
#include "support/count.h"
#include "support/schema.h"

namespace fovea::report {
namespace {

using test::count_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(AuditDeep, JsonFitsItsSchemaAndIsNullElsewhere) {
  const Json deep = audit_json(made_deep_audit());
  EXPECT_THAT(test::schema_errors(test::read_schema("audit"), deep), ElementsAre());
  EXPECT_EQ(deep.at("depth"), "deep");
  EXPECT_EQ(deep.at("adversary").at("found")[1].at("distance"), 0.427);
  EXPECT_EQ(deep.at("adversary").at("left_out"), 3);
  EXPECT_EQ(deep.at("soft_erasure").at("maps")[0].at("kept"), 0.271);
  EXPECT_EQ(deep.at("soft_erasure").at("metrics")[1].at("blind"), true);
  const Json& map = deep.at("recursive_roar").at("maps")[0];
  EXPECT_EQ(map.at("racu"), 0.367);
  EXPECT_EQ(map.at("by_seed")[1], nullptr);
  EXPECT_EQ(map.at("curve").size(), 11U);
  const Json quick = audit_json(made_audit());
  for (const char* key : {"soft_erasure", "adversary", "recursive_roar"}) EXPECT_EQ(quick.at(key), nullptr) << key;
}

TEST(AuditDeep, TheTerminalTellsItWithAllOnly) {
  const audit::Result result = made_deep_audit();
  draw::Style wide;
  wide.width = 1000;
  const std::string all = audit_text(result, wide, Told::kAll);
  EXPECT_THAT(all, HasSubstr("do other weights give the same answer? (unique or not, never unfaithful)"));
  EXPECT_THAT(all, HasSubstr(".53 (.51 to .56)"));
  EXPECT_THAT(all, HasSubstr("That does not make them unfaithful"));
  EXPECT_THAT(all, HasSubstr("soft sufficiency .51 (.49 to .54) (blind here)"));
  EXPECT_THAT(all, HasSubstr("RACU of attention by seed: .35, -."));
  EXPECT_THAT(all, HasSubstr("Each of the 2 looks has weights of its own"));
  const std::string usual = audit_text(result, draw::Style{});
  EXPECT_THAT(usual, HasSubstr("(deep audit of the weights)"));
  EXPECT_THAT(usual, Not(HasSubstr("same answer")));
  EXPECT_THAT(usual, Not(HasSubstr("RACU")));
}

TEST(AuditDeep, ThePageHasAChartForEach) {
  const std::string standard = audit_page(made_standard_audit(), "1"), deep = audit_page(made_deep_audit(), "1");
  EXPECT_EQ(count_of(deep, "<svg "), count_of(standard, "<svg ") + 7);
  EXPECT_EQ(count_of(deep, "<svg "), count_of(deep, "<details><summary>the numbers</summary>"));
  EXPECT_THAT(deep, HasSubstr("What is still learnt without what a map names"));
  EXPECT_THAT(deep, Not(HasSubstr("Only depth deep asks")));
  EXPECT_THAT(standard, HasSubstr("Only depth deep asks"));
  EXPECT_EQ(count_of(deep, "nan"), 0);
}

}  // namespace
}  // namespace fovea::report
