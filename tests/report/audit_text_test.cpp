#include "report/audit_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/audit_json.h"
#include "report/audit_words.h"
#include "report/made_audit.h"
#include "support/schema.h"

namespace fovea::report {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

TEST(AuditText, NumbersAreShort) {
  EXPECT_EQ(bare(0.314), ".31");
  EXPECT_EQ(bare(-0.026), "-.03");
  EXPECT_EQ(bare(-0.001), ".00");
  EXPECT_EQ(bare(1), "1.00");
  EXPECT_EQ(bare(-12.5, 1), "-12.5");
  EXPECT_EQ(bare(audit::kNone), "-");
  EXPECT_EQ(with_interval({0.5, 1, -0.25, 1.25, 9}), ".50 (-.25 to 1.25)");
  EXPECT_EQ(with_interval({}), "-");
  audit::Verdict verdict;
  verdict.grade = audit::Grade::kDecorative;
  verdict.replaceable = verdict.seen_data = true;
  EXPECT_EQ(grade_text(verdict), "decorative, provisional, replaceable, seen-data");
}

TEST(AuditText, FiveLinesOfVerdictFirst) {
  const auto lines = lines_of(audit_text(made_audit(), draw::Style{}));
  EXPECT_EQ(lines[0], "verdict       informative, provisional (quick audit)");
  EXPECT_THAT(lines[1], AllOf(StartsWith("erasing       "), HasSubstr("from the answer, random .")));
  EXPECT_THAT(lines[2], AllOf(StartsWith("beside        "), HasSubstr(", best other ")));
  EXPECT_THAT(lines[3], AllOf(StartsWith("gate          "), HasSubstr("attention is used")));
  EXPECT_THAT(lines[4],
              AllOf(StartsWith("texts         40 of 41 texts, "), HasSubstr("none seen before, 1 too short")));
  EXPECT_EQ(lines[5], "");
}

TEST(AuditText, KeepsToTheWidthAndIsSafe) {
  for (const bool with_map : {false, true}) {
    const std::string text = audit_text(made_audit(with_map, 3), draw::Style{});
    for (const std::string& line : lines_of(text)) EXPECT_LE(draw::display_width(line), 80) << line;
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, HasSubstr("look 3"));
    EXPECT_THAT(text, HasSubstr("1 of more than 40 words were erased"));
    EXPECT_THAT(lines_of(text)[2], Not(HasSubstr("…")));
    EXPECT_EQ(text.find("JSD of") != std::string::npos, with_map);
  }
  EXPECT_THAT(audit_text(made_audit(), {.colour = true}), HasSubstr("\x1b[1m"));
}

// The words of the gate follow what was measured, and not the grade.
TEST(AuditText, TheGateIsUsedDoesLittleOrIsIgnored) {
  audit::Result result = made_audit();
  result.gate.permuted_median = 0.01;
  EXPECT_EQ(verdict_lines(result)[3].text, "permuting weights moves it by .010 (median): attention does little");
  result.verdict.ignored = true;
  EXPECT_EQ(verdict_lines(result)[3].text, "permuting weights moves it by .010 (median): attention is ignored");
}

TEST(AuditText, ABlindMetricIsNamed) {
  audit::Result result = made_audit();
  EXPECT_THAT(audit_text(result, draw::Style{}), Not(HasSubstr("blind here")));
  result.metrics[1].blind = true;
  EXPECT_THAT(audit_text(result, draw::Style{}), HasSubstr("comprehensiveness (blind here)"));
}

TEST(AuditJson, FitsItsSchema) {
  for (const bool with_map : {false, true}) {
    audit::Result result = made_audit(with_map, with_map ? 2 : 1);
    name_made_examples(result);
    const Json json = audit_json(result);
    EXPECT_EQ(json.at("examples")[0].at("tokens").size(), result.examples[0].scores.size());
    EXPECT_THAT(test::schema_errors(test::read_schema("audit"), json), ElementsAre());
    EXPECT_EQ(json.at("verdict").at("replaceable"), nullptr);
    EXPECT_EQ(json.at("map").is_null(), !with_map);
    const Json& first = json.at("erasure").at("words").at("maps")[0];
    EXPECT_EQ(first.at("kind"), "audited");
    EXPECT_LE(first.at("comprehensiveness_ci")[0], first.at("comprehensiveness"));
    EXPECT_EQ(first.at("p"), nullptr);
  }
  Json broken = audit_json(made_audit());
  broken["verdict"]["grade"] = "good";
  EXPECT_EQ(test::schema_errors(test::read_schema("audit"), broken).size(), 1U);
}

TEST(AuditJson, WhatThereIsNoneOfIsNull) {
  audit::Result result = made_audit();
  result.accuracy = {};
  result.slices[0].grade.reset();
  const Json json = audit_json(result);
  EXPECT_THAT(test::schema_errors(test::read_schema("audit"), json), ElementsAre());
  EXPECT_EQ(json.at("accuracy"), nullptr);
  EXPECT_EQ(json.at("accuracy_ci"), nullptr);
  EXPECT_EQ(json.at("accuracy_n"), 0);
}

}  // namespace
}  // namespace fovea::report
