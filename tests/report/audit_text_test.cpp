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

// Made by hand: what the default training on reviews comes to.
audit::Result made_decorative() {
  audit::Result result = made_audit();
  result.verdict.grade = audit::Grade::kDecorative;
  result.erasure.maps[0].normalised = {0.54, 0.2, 0.47, 0.61, 50};
  result.evidence.recovery = {{0.26, 0, 0.19, 0.33, 200}, 200, "ig", 0.4};
  for (audit::MapErasure& map : result.erasure.maps) {
    if (map.kind == audit::MapKind::kAttribution) map.normalised.mean = 0.6;
    if (map.name == "ig") map.normalised = {0.94, 0.1, 0.92, 0.96, 50};
  }
  result.telling = {{"canadians", 7, 0, 0.31}, {"dull\x1b", 9, 3, 0.4}};
  result.mass = {{"punctuation", 0.12, 0.09}, {"the first {part}", 0.06, 0.05}};
  return result;
}

TEST(AuditText, TheVerdictIsFirstAndLast) {
  const auto lines = lines_of(audit_text(made_decorative(), draw::Style{}));
  EXPECT_EQ(lines[0], "verdict       decorative, provisional (quick audit of the weights)");
  EXPECT_THAT(lines[1], StartsWith("explain       shows the weights first: "));
  EXPECT_EQ(lines[2], "the way       26 % (19 to 33) from random words to the best (ig)");
  EXPECT_THAT(lines[3], AllOf(StartsWith("beside        reaches .54 of 1, random ."), HasSubstr(", best other ")));
  EXPECT_THAT(lines[4], AllOf(StartsWith("gate          "), HasSubstr("attention is used")));
  EXPECT_THAT(lines[5],
              AllOf(StartsWith("texts         40 of 41 texts, "), HasSubstr("none seen before, 1 too short")));
  EXPECT_THAT(lines[6], StartsWith("advice        use --method "));
  EXPECT_EQ(lines[7], "");
  EXPECT_EQ(lines[lines.size() - 2], lines[0]);
  EXPECT_THAT(lines.back(), HasSubstr("--all"));
}

// What decides is some sixty numbers; hundreds stand behind --all.
TEST(AuditText, IsShort) {
  const auto numbers = [](const std::string& text) {
    int count = 0;
    for (size_t i = 1; i < text.size(); ++i) {
      const auto digit = [&](size_t at) { return '0' <= text[at] && text[at] <= '9'; };
      count += digit(i) && !digit(i - 1) && text[i - 1] != '.';
      count += text[i] == '.' && i + 1 < text.size() && digit(i + 1) && !digit(i - 1);
    }
    return count;
  };
  const std::string shown = audit_text(made_decorative(), draw::Style{});
  EXPECT_LT(numbers(shown), 110) << shown;
  EXPECT_LT(lines_of(shown).size(), 50U) << shown;
  EXPECT_GT(numbers(audit_text(made_decorative(), draw::Style{}, Told::kAll)), 300);
}

TEST(AuditText, NamesTheWordsThatTheMapDoesNot) {
  const std::string text = audit_text(made_decorative(), draw::Style{});
  EXPECT_THAT(text, HasSubstr("canadians 0 of 7; dull"));
  EXPECT_THAT(text, HasSubstr("punctuation 12 % (9 %); the first word 6 % (5 %)"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

// Green is for what can be believed.
TEST(AuditText, OnlyFaithfulIsGreen) {
  audit::Result result = made_audit();
  for (const auto& [grade, green] : {std::pair(audit::Grade::kFaithful, true),
                                     {audit::Grade::kInformative, false},
                                     {audit::Grade::kDecorative, false},
                                     {audit::Grade::kNotAuditable, false}}) {
    result.verdict.grade = grade;
    const std::string text = audit_text(result, {.colour = true});
    EXPECT_EQ(text.find("\x1b[1;32m") != std::string::npos, green) << audit::grade_name(grade);
    EXPECT_THAT(text, HasSubstr("\x1b[1;3"));
  }
}

TEST(AuditText, AdvisesOnlyWhatIsBetter) {
  EXPECT_EQ(advice(made_decorative()), "use --method ig: it reaches .94");
  audit::Result result = made_decorative();
  result.verdict.grade = audit::Grade::kFaithful;
  EXPECT_EQ(advice(result), "");
  result = made_decorative();
  result.erasure.maps[0].normalised.mean = 0.99;
  EXPECT_EQ(advice(result), "");
  result = made_decorative();
  result.first.emplace();
  result.first->method = "contribution", result.first->instead = result.inputs;
  result.first->normalised = {.mean = 0.9, .n = 40};
  EXPECT_EQ(advised_method(result), "ig") << "a first picture that is not graded well";
  result.first->verdict.grade = audit::Grade::kInformative;
  EXPECT_EQ(advice(result), "look at contribution, which explain shows first: it reaches .90") << "nearly as good";
  EXPECT_EQ(advised_method(result), "contribution");
  result.first->normalised.mean = 0.85;
  EXPECT_EQ(advised_method(result), "ig");
}

TEST(AuditText, APageThatIsSentAwayKnowsNoFolders) {
  EXPECT_EQ(last_name("/home/me/secret/model/"), "model");
  EXPECT_EQ(last_name("a/b/dev.tsv, c"), "dev.tsv, c");
  EXPECT_EQ(last_name(""), "");
}

TEST(AuditText, KeepsToTheWidthAndIsSafe) {
  for (const bool with_map : {false, true}) {
    const std::string text = audit_text(made_audit(with_map, 3), draw::Style{}, Told::kAll);
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
TEST(AuditText, TheGateIsUsedDoesLittleIsIgnoredOrCannotTell) {
  audit::Result result = made_audit();
  result.gate.permuted_median.mean = 0.01;
  EXPECT_EQ(verdict_lines(result)[4].text, "permuting weights moves it by .010 (median): attention does little");
  result.verdict.ignored = true;
  EXPECT_EQ(verdict_lines(result)[4].text, "permuting weights moves it by .010 (median): attention is ignored");
  result.verdict.ignored.reset();
  EXPECT_THAT(verdict_lines(result)[4].text, HasSubstr("cannot tell"));
}

TEST(AuditText, ABlindMetricIsNamed) {
  audit::Result result = made_audit();
  EXPECT_THAT(audit_text(result, draw::Style{}, Told::kAll), Not(HasSubstr("blind here")));
  result.metrics[1].blind = true;
  EXPECT_THAT(audit_text(result, draw::Style{}, Told::kAll), HasSubstr("comprehensiveness (blind here)"));
}

TEST(AuditText, TwinsThatWereFoundAreNamedAsFound) {
  audit::Result result = made_standard_audit();
  result.twins_found = 11;
  result.twins_trained = 1;
  EXPECT_THAT(audit_text(result, draw::Style{}), HasSubstr("twins         11 found beside the model, 1 trained here"));
  EXPECT_THAT(audit_text(result, draw::Style{}, Told::kAll), HasSubstr("71 % (64 to 79)"));
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
