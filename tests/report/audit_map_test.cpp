// What is said of the picture that explain shows first, and where a method is audited in place of the weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/audit_json.h"
#include "report/audit_page.h"
#include "report/audit_text.h"
#include "report/audit_words.h"
#include "report/made_audit.h"
#include "support/schema.h"

namespace fovea::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

audit::Result with_first_picture(int64_t instead) {
  audit::Result result = made_audit();
  result.first.emplace();
  result.first->method = "contribution";
  result.first->instead = instead;
  result.first->verdict.grade = audit::Grade::kFaithful;
  result.first->recovery.share = {0.93, 0, 0.9, 0.96, 40};
  return result;
}

TEST(AuditMap, ThePictureShownFirstHasALineOfItsOwn) {
  audit::Result result = with_first_picture(0);
  result.first->instead = result.inputs;
  const std::string line = "shows contribution first: faithful, 93 % (90 to 96) of the way";
  EXPECT_EQ(first_picture_text(result), line);
  EXPECT_THAT(audit_text(result, {}, Told::kDeciding), HasSubstr("\nexplain       " + line + "\n"));
  EXPECT_THAT(audit_page(result, "0"), HasSubstr(line));
  result.first->odds = {.mean = 0.5, .n = 40};
  EXPECT_EQ(first_picture_text(result), line + "; bag of words that knows the label: 50 %");
  result.first->instead = result.inputs / 2;
  EXPECT_THAT(first_picture_text(result), HasSubstr("shows contribution in 50 % first: faithful"));
  const Json json = audit_json(result);
  EXPECT_THAT(test::schema_errors(test::read_schema("audit"), json), ElementsAre());
  EXPECT_EQ(json.at("first_picture").at("grade"), "faithful");
  EXPECT_EQ(json.at("first_picture").at("recovered"), 0.93);
  EXPECT_EQ(json.at("first_picture").at("odds_recovered"), 0.5);
}

TEST(AuditMap, TheMethodThatIsAuditedIsNamed) {
  audit::Result result = made_audit();
  EXPECT_THAT(verdict_text(with_first_picture(0)), HasSubstr("audit of the weights)"));
  result.first.reset();
  EXPECT_THAT(verdict_text(result), Not(HasSubstr(" of ")));
  EXPECT_EQ(first_picture_text(result), "");
  EXPECT_TRUE(audit_json(result).at("first_picture").is_null());
  result.method = "ig";
  result.verdict.grade = audit::Grade::kInformative;
  EXPECT_THAT(verdict_text(result), HasSubstr("audit of ig)"));
  EXPECT_EQ(audit_json(result).at("method"), "ig");
  const std::string page = audit_page(result, "0");
  EXPECT_THAT(page, HasSubstr("what ig says as a hint"));
  EXPECT_THAT(page, Not(HasSubstr("Use the weights")));
}

}  // namespace
}  // namespace fovea::report
