#include "report/audit_plausibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "draw/html.h"
#include "report/audit_json.h"
#include "report/audit_page.h"
#include "report/audit_text.h"
#include "report/audit_words.h"
#include "report/made_audit.h"
#include "support/count.h"
#include "support/schema.h"

namespace fovea::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

audit::PlausibilityRow people_row(const std::string& name, audit::MapKind kind, double first) {
  audit::PlausibilityRow row;
  row.name = name;
  row.kind = kind;
  double value = first;
  for (audit::Number* number : {&row.precision, &row.recall, &row.f1, &row.iou_micro, &row.iou_macro, &row.auprc,
                                &row.average_precision, &row.beyond_random}) {
    *number = {value, 0.1, value - 0.02, value + 0.03, 37};
    value += 0.06;
  }
  return row;
}

audit::Result with_people() {
  audit::Result result = made_audit();
  audit::Plausibility& people = result.plausibility.emplace();
  people.inputs = 37;
  people.without = 2;
  people.beyond_window = 1;
  people.marked_share = {0.081, 0.02, 0.07, 0.09, 37};
  people.read_share = {0.944, 0, 0.9, 0.97, 38};
  people.maps = {people_row("attention", audit::MapKind::kAudited, 0.21),
                 people_row("ig", audit::MapKind::kAttribution, 0.37),
                 people_row("position<b>\x1b", audit::MapKind::kPrior, 0.13)};
  people.random = people_row("random", audit::MapKind::kPrior, 0.04);
  people.file = "r.jsonl";
  people.not_audited = 5;
  people.joined = 1;
  people.misquoted = 3;
  return result;
}

std::vector<std::string> text_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

TEST(AuditPlausibility, TwoLinesUnlessAllIsAskedFor) {
  EXPECT_EQ(plausibility_line(with_people()),
            "\npeople        F1 with what people marked (no evidence of faithfulness):\n"
            "              attention .33 (.31 to .36), ig .49, random .16\n");
  const std::string brief = audit_text(with_people(), draw::Style{}), none = audit_text(made_audit(), draw::Style{});
  EXPECT_EQ(text_lines(brief).size(), text_lines(none).size() + 3) << "with an empty line before";
  EXPECT_THAT(none, Not(HasSubstr("people")));
}

TEST(AuditPlausibility, TablesHaveEveryNumber) {
  const audit::Result result = with_people();
  const std::string text = audit_text(result, draw::Style{}, Told::kAll), page = audit_page(result, "0.1.0");
  for (const std::string& line : text_lines(text)) EXPECT_LE(draw::display_width(line), 80) << line;
  for (const audit::PlausibilityRow& row : result.plausibility->maps) {
    for (const audit::Number& number : {row.precision, row.recall, row.f1, row.iou_micro, row.iou_macro, row.auprc,
                                        row.average_precision, row.beyond_random}) {
      EXPECT_THAT(text, HasSubstr(with_interval(number)));
      EXPECT_THAT(page, HasSubstr("<td>" + with_interval(number) + "</td>"));
    }
  }
  const std::string facts = "37 texts scored, 2 without a rationale, 1 marked only where the model does not read";
  EXPECT_THAT(page, AllOf(HasSubstr(facts), HasSubstr("5 texts with a rationale not audited"),
                          HasSubstr("1 overlapping span joined, 3 spans whose text is not"),
                          HasSubstr("the model reads 94.4 % of the words that they marked")));
  EXPECT_THAT(text, HasSubstr("37 texts scored, 2 without a rationale"));
  for (const std::string& choice : plausibility_choices(result)) {
    EXPECT_THAT(page, HasSubstr(draw::text_for_html(choice)));
  }
}

TEST(AuditPlausibility, ThePageHasItApartFromTheVerdict) {
  const std::string page = audit_page(with_people(), "0.1.0"), none = audit_page(made_audit(), "0.1.0");
  const size_t section = page.find("<section class=\"people\">");
  ASSERT_NE(section, std::string::npos);
  EXPECT_GT(section, page.find("What twins of the model say"));
  EXPECT_THAT(page.substr(section), HasSubstr("Plausible is not faithful"));
  EXPECT_THAT(page.substr(0, section), Not(HasSubstr("people marked")));
  EXPECT_EQ(test::count_of(page, "position<b>"), 0);
  EXPECT_GE(test::count_of(page, "position&lt;b&gt;"), 2);
  EXPECT_EQ(test::count_of(page, "\x1b"), 0);
  EXPECT_THAT(none, Not(HasSubstr("people marked")));
}

TEST(AuditPlausibility, FitsItsSchema) {
  const Json json = audit_json(with_people());
  EXPECT_THAT(test::schema_errors(test::read_schema("audit"), json), IsEmpty());
  const Json& people = json.at("plausibility");
  EXPECT_EQ(people.at("maps")[1].at("f1"), 0.37 + 0.06 + 0.06);
  EXPECT_EQ(people.at("misquoted_spans"), 3);
  EXPECT_EQ(people.at("random").at("map"), "random");
  EXPECT_EQ(audit_json(made_audit()).at("plausibility"), nullptr);
  audit::Result nothing = made_audit();
  nothing.plausibility.emplace().beyond_window = 4;
  EXPECT_THAT(test::schema_errors(test::read_schema("audit"), audit_json(nothing)), IsEmpty());
  EXPECT_THAT(plausibility_line(nothing), HasSubstr("0 texts scored, 4 marked only where"));
}

}  // namespace
}  // namespace fovea::report
