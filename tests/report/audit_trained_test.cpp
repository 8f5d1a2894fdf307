#include "report/audit_trained.h"

#include <algorithm>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/audit_json.h"
#include "report/made_audit.h"
#include "support/count.h"
#include "support/schema.h"

namespace fovea::report {
namespace {

using test::count_of;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(AuditTrained, TheTerminalHasEveryNumberAndWhatItMeans) {
  const std::string text = audit_trained_text(made_deep_audit(), {});
  std::string words = text;  // wherever a line ends
  std::replace(words.begin(), words.end(), '\n', ' ');
  for (const char* part :
       {"decides beside another one?", "whose order decides?", ".71 (.69 to .74)", "10.32 (10.11 to 10.52)",
        "has not learnt that both are needed", "adversary, λ 0.001", "another seed, 2", ".037 (.027 to .047)",
        "the furthest one (λ 0.001) looks .47 away", "4.2 (1.7 to 6.7)", "adversary, λ 0.001", ".59 (.55 to .62)"}) {
    EXPECT_THAT(words, HasSubstr(part));
  }
  EXPECT_EQ(count_of(words, "has not learnt that both"), 1) << "of the two shortcuts one is learnt";
  for (size_t at = 0, end = 0; at < text.size(); at = end + 1) {
    end = std::min(text.find('\n', at), text.size());
    int64_t width = 0;
    for (size_t i = at; i < end; ++i) width += (text[i] & 0xC0) != 0x80 ? 1 : 0;
    EXPECT_LE(width, 80) << text.substr(at, end - at);
  }
  EXPECT_FALSE(std::regex_search(text, std::regex("\\)[-.]?[0-9]"))) << "columns run into one another: " << text;
  EXPECT_EQ(audit_trained_text(made_standard_audit(), {}), "");
}

TEST(AuditTrained, WhereNoAdversaryAnswersAlikeItIsSaid) {
  audit::Result result = made_deep_audit();
  for (audit::OtherModel& one : result.trained_adversary->adversaries) one.moved.mean = 0.3;
  audit::sum_up(*result.trained_adversary);
  std::string words = audit_trained_text(result, {});
  std::replace(words.begin(), words.end(), '\n', ' ');
  EXPECT_THAT(words, HasSubstr("No adversary answers as much like it as those."));
}

TEST(AuditTrained, WhereAnotherSeedLooksAsFarAwayItIsSaid) {
  audit::Result result = made_deep_audit();
  result.trained_adversary->seeds_distance = 0.5;
  std::string words = audit_trained_text(result, {});
  std::replace(words.begin(), words.end(), '\n', ' ');
  EXPECT_THAT(words, HasSubstr("looks further away than those: the furthest (λ 0.001) is .47 away"));
  EXPECT_THAT(words, Not(HasSubstr("not the only ones")));
}

TEST(AuditTrained, TheJsonIsAsItsSchemaHasIt) {
  for (const audit::Result& result : {made_audit(), made_standard_audit(), made_deep_audit()}) {
    EXPECT_THAT(test::schema_errors(test::read_schema("audit"), audit_json(result)), ::testing::IsEmpty());
  }
  const Json json = audit_json(made_deep_audit());
  EXPECT_EQ(json.at("shortcuts").at(1).at("shortcut"), "ordered-pair");
  EXPECT_EQ(json.at("shortcuts").at(1).at("taught"), false);
  EXPECT_EQ(json.at("shortcuts").at(0).at("incomplete"), 0.347);
  EXPECT_EQ(json.at("trained_adversary").at("furthest"), 0.001);
  EXPECT_EQ(json.at("trained_adversary").at("seeds").at(1).at("seed"), 2);
  EXPECT_EQ(json.at("trained_adversary").at("adversaries").at(2).at("jsd"), 0.617);
  EXPECT_EQ(json.at("transfer").at("models").at(2).at("weights"), "adversary");
  EXPECT_EQ(json.at("transfer").at("models").at(1).at("macro_f1_ci"), Json::array({0.789, 0.836}));
  EXPECT_TRUE(audit_json(made_standard_audit()).at("transfer").is_null());
}

TEST(AuditTrained, ThePageHasAChartOfEach) {
  const std::string figures = trained_figures(made_deep_audit());
  EXPECT_EQ(count_of(figures, "<svg "), 4);
  EXPECT_EQ(count_of(figures, "<details><summary>the numbers</summary>"), 4);
  EXPECT_THAT(figures, HasSubstr("adversary, λ 0.01"));
  EXPECT_THAT(figures, Not(HasSubstr("nan")));
  EXPECT_EQ(trained_figures(made_standard_audit()), "");
}

}  // namespace
}  // namespace fovea::report
