#include "report/audit_page.h"

#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "draw/html.h"
#include "report/audit_example.h"
#include "report/audit_words.h"
#include "report/made_audit.h"
#include "support/count.h"

namespace fovea::report {
namespace {

using test::count_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string page_of(const audit::Result& result) {
  return audit_page(result, "0.1.0");
}

TEST(AuditPage, OneFileWithoutAScript) {
  for (const bool standard : {false, true}) {
    const std::string page = page_of(standard ? made_standard_audit() : made_audit());
    EXPECT_EQ(count_of(page, "<svg "), standard ? 8 + 7 : 8);
    EXPECT_EQ(count_of(page, "</svg>"), count_of(page, "<svg "));
    EXPECT_EQ(count_of(page, "<script"), 0);
    EXPECT_EQ(count_of(page, "default-src 'none'; style-src 'sha256-"), 1);
    EXPECT_EQ(count_of(page, "://"), 0);
    EXPECT_EQ(count_of(page, " style=\""), 0) << "the content policy would not let it through";
    EXPECT_EQ(count_of(page, "{{"), 0);
    EXPECT_EQ(count_of(page, "nan"), 0);
  }
}

TEST(AuditPage, EveryChartHasItsReadingAndItsNumbers) {
  const std::string page = page_of(made_standard_audit());
  EXPECT_EQ(count_of(page, "<figure>"), count_of(page, "<figcaption><b>"));
  EXPECT_EQ(count_of(page, "<svg "), count_of(page, "<details><summary>the numbers</summary>"));
}

// What has no style would be drawn in black, on a dark page too.
TEST(AuditPage, EveryClassHasAStyle) {
  audit::Result result = made_standard_audit();
  name_made_examples(result);
  const std::string page = page_of(result), opening = "class=\"", style = read_file(FOVEA_SOURCE_DIR "/web/audit.css");
  std::set<std::string> unknown;
  for (size_t at = page.find(opening); at != std::string::npos; at = page.find(opening, at)) {
    at += opening.size();
    std::istringstream names(page.substr(at, page.find('"', at) - at));
    for (std::string name; names >> name;) {
      if (name != "l0" && style.find("." + name) == std::string::npos) unknown.insert(name);  // l0: not shaded
    }
  }
  EXPECT_THAT(unknown, ElementsAre());
}

TEST(AuditPage, TheVerdictComesFirstAndInWords) {
  audit::Result result = made_audit();
  result.verdict.seen_data = true;
  const std::string page = page_of(result);
  EXPECT_THAT(page, HasSubstr("<section class=\"verdict informative\">\n<h2>informative</h2>"));
  EXPECT_THAT(page, HasSubstr("<li aria-current=\"true\">▸ informative</li>"));
  EXPECT_THAT(page, HasSubstr("<li>provisional</li>\n<li>seen-data</li>"));
  EXPECT_THAT(page, HasSubstr(grade_meaning(audit::Grade::kInformative)));
  for (const std::string& reason : result.verdict.reasons) EXPECT_THAT(page, HasSubstr(draw::text_for_html(reason)));
  for (const std::string& choice : choices(result)) EXPECT_THAT(page, HasSubstr(draw::text_for_html(choice)));
  EXPECT_LT(page.find("class=\"verdict"), page.find("<svg "));
}

TEST(AuditPage, EveryNumberIsThereAsText) {
  const audit::Result result = made_standard_audit();
  const std::string page = page_of(result);
  std::vector<audit::Number> numbers = {result.gate.permuted,
                                        result.gate.conicity,
                                        result.gate.last_moves,
                                        result.gate.even_moves,
                                        result.gate.last_gain,
                                        result.gate.even_gain,
                                        result.attention_erasure.top_beyond_random,
                                        result.erasure.beyond_random,
                                        *result.uniform_gap,
                                        result.seeds->distance,
                                        result.seeds->null_distance,
                                        result.seeds->tau,
                                        result.fidelity[0].plus,
                                        result.fidelity[0].minus,
                                        result.planted->rows[0].rank};
  const auto add = [&](const auto& more) { numbers.insert(numbers.end(), more.begin(), more.end()); };
  add(result.attention_erasure.removed);
  std::vector<audit::MapErasure> maps = result.erasure.maps;
  maps.push_back(result.erasure.random);
  for (const audit::MapErasure& map : maps) {
    add(std::vector{map.comprehensiveness, map.sufficiency, map.comprehensiveness_odds, map.sufficiency_odds,
                    map.normalised, map.violation, map.behind.value_or(audit::Number{})});
    add(map.without);
    add(map.only);
  }
  const audit::BoundsResult& bounds = result.erasure.bounds;
  for (const auto& extremes : {bounds.without_least, bounds.without_most, bounds.only_least, bounds.only_most}) {
    EXPECT_GT(extremes[0].n, 0);
    add(extremes);
  }
  for (const audit::PairAgreement& pair : result.agreement.pairs) add(std::vector{pair.tau, pair.tau_top});
  for (const audit::WeightBin& bin : result.gate.by_largest_weight) add(std::vector{bin.permuted});
  for (const audit::MetricSight& metric : result.metrics) add(std::vector{metric.diagnosticity});
  for (const audit::Slice& slice : result.slices) {
    add(std::vector{slice.comprehensiveness, slice.random, slice.beyond_random, slice.recovered, slice.tau,
                    slice.violation});
    EXPECT_THAT(page, HasSubstr("<td>" + with_commas(slice.inputs) + "</td>"));
  }
  EXPECT_GT(numbers.size(), 150U);
  for (const audit::Number& number : numbers) {
    EXPECT_THAT(page, HasSubstr("<td>" + draw::text_for_html(with_interval(number)) + "</td>"));
  }
  for (const char* text : {".97", "99.2 %", "swapped between texts"}) EXPECT_THAT(page, HasSubstr(text));
}

TEST(AuditPage, NothingGivenBecomesMarkup) {
  audit::Result result = made_audit(true);
  result.model = "<b>m";
  result.data = "<b>d\x1b";
  result.map = "<b>map";
  result.verdict.reasons.push_back("<b>why");
  name_made_examples(result);
  const std::string page = page_of(result);
  for (const char* name : {"m", "d", "map", "why"}) {
    EXPECT_EQ(count_of(page, std::string("<b>") + name), 0);
    EXPECT_GE(count_of(page, std::string("&lt;b&gt;") + name), 1);
  }
  EXPECT_EQ(count_of(page, "\x1b"), 0);
  EXPECT_EQ(count_of(page, "<i0>"), 0);
  EXPECT_GE(count_of(page, "&lt;i0&gt;"), 1);
}

TEST(AuditPage, SaysWhatWasNotMeasured) {
  EXPECT_THAT(page_of(made_audit()), HasSubstr("Not measured here, but at depth standard"));
  EXPECT_THAT(page_of(made_standard_audit()), Not(HasSubstr("Not measured here")));
  audit::Result some = made_standard_audit();
  some.planted.reset();
  EXPECT_THAT(page_of(some), HasSubstr("twins of the model: whether a planted word is found."));
}

// Of a kind of model that reads no texts.
TEST(AuditPage, SpeaksOfWhatTheModelReads) {
  audit::Result result = made_standard_audit();
  result.nouns = {"region", "regions", "picture", "pictures", "grey"};
  result.priors = {"centre (regions in the middle first)"};
  name_made_examples(result);
  const std::string page = page_of(result);
  for (const char* said : {"what it has read at each region", "In which pictures, and", "Single pictures",
                           "centre (regions in the middle first), random.", "A region that was planted",
                           "share of the regions masked", "all weight on the last region"}) {
    EXPECT_THAT(page, HasSubstr(said));
  }
}

TEST(AuditPage, ABlindMetricIsNamed) {
  audit::Result result = made_audit();
  EXPECT_THAT(page_of(result), Not(HasSubstr("<td>blind</td>")));
  result.metrics[1].blind = true;
  EXPECT_THAT(page_of(result), HasSubstr("<td>blind</td>"));
  EXPECT_THAT(page_of(result), HasSubstr("comprehensiveness (blind here)"));
}

TEST(AuditPage, OfManyPartsTheChartHasSome) {
  audit::Result result = made_audit();
  while (result.slices.size() < 40) result.slices.push_back(result.slices.front());
  EXPECT_THAT(page_of(result), HasSubstr("The chart has 16 of 40 parts"));
}

const attribution::Nouns kWords = {"word", "words", "text", "texts", "the unknown word"};

audit::Example made_example() {
  audit::Example example;
  example.text = "not bad at all";
  example.words = {{0, 3}, {4, 7}, {8, 10}, {11, 14}};
  example.answer_name = "good";
  example.truth_name = "bad";
  example.answer = 0;
  example.truth = 1;
  example.probability = 0.9;
  example.scores = {0.2, 0.6, 0.1, 0.1};
  example.losses = {0.5, -0.05, 0, 0};
  example.top = 1;
  example.strongest = 0;
  return example;
}

TEST(AuditExample, SaysWhatErasingDoes) {
  EXPECT_THAT(
      example_sentences(made_example(), kWords, false),
      ElementsAre("The model answers “good” with .90; the file says “bad”.",
                  "The word “bad” has the largest weight, .60: 2.4 times the even share. Without it, “good” rises "
                  "to .95: the word speaks against the answer.",
                  "The word that takes most is “not” (framed): without it, “good” falls to .40."));
  audit::Example plain = made_example();
  plain.truth = -1;
  plain.losses = {0, 0.004, 0, 0};
  plain.strongest = 1;
  EXPECT_THAT(example_sentences(plain, kWords, true),
              ElementsAre("The model answers “good” with .90.",
                          "The map puts “bad” first. Without it the answer stays as it was.",
                          "No single word takes anything from the answer."));
}

TEST(AuditExample, IsShadedByTheMap) {
  audit::Result result;
  result.examples = {made_example()};
  const std::string html = example_articles(result);
  EXPECT_THAT(html, HasSubstr("<span class=\"word l0 strongest\">not</span> <span class=\"word l2\">bad</span>"
                              "<small>.60</small> <span class=\"word l0\">at</span>"));
  result.examples[0].words.clear();
  EXPECT_EQ(example_articles(result), "");
}

TEST(AuditExample, OfALongTextTheNeighbourhoodIsShown) {
  audit::Result result;
  audit::Example example = made_example();
  example.text.clear();
  example.words.clear();
  for (int i = 0; i < 3000; ++i) {
    example.words.emplace_back(std::ssize(example.text), std::ssize(example.text) + 1);
    example.text += "w ";
  }
  example.scores.assign(3000, 0);
  example.losses.assign(3000, 0);
  example.scores[2000] = 1;
  example.top = example.strongest = 2000;
  result.examples = {example};
  const std::string html = example_articles(result);
  EXPECT_EQ(count_of(html, "class=\"word"), 80);
  EXPECT_EQ(count_of(html, "class=\"word l6 strongest\""), 1);
  EXPECT_EQ(count_of(html, "<tr>"), 1 + 40);
}

}  // namespace
}  // namespace fovea::report
