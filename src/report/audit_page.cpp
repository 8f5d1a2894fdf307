#include "report/audit_page.h"

#include "base/text.h"
#include "draw/figure.h"
#include "draw/html.h"
#include "embedded/audit_css.h"
#include "embedded/audit_html.h"
#include "report/audit_deep_figures.h"
#include "report/audit_example.h"
#include "report/audit_plausibility.h"
#include "report/audit_trained.h"
#include "report/audit_words.h"
#include "report/deeper_figures.h"
#include "report/erasure_figures.h"
#include "report/evidence_figures.h"

namespace fovea::report {
namespace {

using audit::Grade;
using audit::Result;

std::string list_items(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += "<li>" + draw::text_for_html(item) + "</li>\n";
  return out;
}

std::string verdict_card(const Result& result) {
  const audit::Verdict& verdict = result.verdict;
  const std::string grade(audit::grade_name(verdict.grade));
  std::string out = "<section class=\"verdict " + grade + "\">\n<h2>" + grade + "</h2>\n";
  std::vector<std::string> tags = {std::string(audit::depth_name(result.depth)) + " audit"};
  if (verdict.provisional) tags.push_back("provisional");
  if (verdict.replaceable == true) tags.push_back("replaceable");
  if (verdict.seen_data) tags.push_back("seen-data");
  out += "<ul class=\"tags\">\n" + list_items(tags) + "</ul>\n<ol class=\"scale\" aria-label=\"the four grades\">\n";
  for (const Grade step : {Grade::kNotAuditable, Grade::kDecorative, Grade::kInformative, Grade::kFaithful}) {
    out += std::string("<li") + (step == verdict.grade ? " aria-current=\"true\">▸ " : ">") +
           std::string(audit::grade_name(step)) + "</li>\n";
  }
  out += "</ol>\n<p class=\"meaning\">" + draw::text_for_html(grade_meaning(result)) + "</p>\n<ul>\n" +
         list_items(verdict.reasons) + "</ul>\n<dl>\n";
  for (const VerdictLine& line : verdict_lines(result)) {
    if (line.name == "verdict") continue;  // said above
    out += "<dt>" + draw::text_for_html(line.name) + "</dt><dd>" + draw::text_for_html(line.text) + "</dd>\n";
  }
  return out + "</dl>\n</section>\n";
}

std::string examples_section(const Result& result) {
  const std::string articles = example_articles(result);
  if (articles.empty()) return "";
  const std::string by = !result.map.empty()  ? "what the map gives to it"
                         : result.by_method() ? "what " + result.method + " gives to it"
                                              : "its weight";
  return result.nouns.in(
             "<h2>Single {inputs}, in words</h2>\n<p class=\"hint\">A {part} is shaded and underlined by ") +
         by +
         result.nouns.in(
             " beside the even share, and from twice that share on its part of the whole is printed behind "
             "it. Dashed frame: the {part} without which the answer loses most.</p>\n") +
         articles;
}

std::string telling_section(const Result& result) {
  const attribution::Nouns& nouns = result.nouns;
  std::string out;
  if (!result.telling.empty()) {
    draw::HtmlTable table{
        {nouns.part, nouns.in("{inputs} in which it takes most"), "of those, put first by the map", "takes, mean"}, {}};
    for (const audit::TellingPart& told : result.telling) {
      table.rows.push_back({told.name, with_commas(told.strongest), with_commas(told.named), bare(told.takes)});
    }
    out +=
        nouns.in("<h2>{Parts} that move answers most, and that the map seldom names</h2>\n") + draw::html_table(table);
  }
  if (!result.mass.empty()) {
    draw::HtmlTable table{{"where its mass lies", "share", "of an even map"}, {}};
    for (const audit::MassAt& at : result.mass) {
      table.rows.push_back({nouns.in(at.where), per_cent(at.share), per_cent(at.even)});
    }
    out += draw::html_table(table);
  }
  return out;
}

std::string deeper_section(const Result& result) {
  const std::string figures = deeper_figures(result) + audit_deep_figures(result) + trained_figures(result),
                    missing = not_measured(result);
  return (figures.empty() ? "" : "<div class=\"flow\">\n" + figures + "</div>\n") +
         (missing.empty() ? "" : draw::html_paragraph(missing));
}

std::string cost_table(const Result& result) {
  draw::HtmlTable table{{"part", result.nouns.in("{inputs} read"), "answers reweighed", "seconds"}, {}};
  double seconds = 0;
  for (const audit::CostPart& part : result.cost) {
    seconds += part.seconds;
    table.rows.push_back({part.part, with_commas(part.passes), with_commas(part.head_passes), fixed(part.seconds, 1)});
  }
  table.rows.push_back({"together", "", "", fixed(seconds, 1)});
  return draw::html_table(table);
}

}  // namespace

std::string audit_page(const Result& result, const std::string& version) {
  const std::string subtitle =
      draw::text_for_html(last_name(result.model) + " · " + last_name(result.data) +
                          (result.map.empty() ? "" : " · map " + last_name(result.map)) +
                          (result.by_method() ? " · " + result.method : "") + " · seed " + std::to_string(result.seed));
  const std::string policy = "default-src 'none'; style-src " + draw::policy_hash(embedded::audit_css) +
                             "; base-uri 'none'; form-action 'none'";
  const std::string title = draw::text_for_html(last_name(result.model)), verdict = verdict_card(result),
                    examples = examples_section(result) + telling_section(result),
                    gate = permutation_figure(result) + removal_figure(result),
                    words = erasure_figures(result.erasure, result.nouns) + agreement_figure(result),
                    parts = slices_figure(result) + sight_figure(result), deeper = deeper_section(result),
                    people = plausibility_section(result), cost = cost_table(result),
                    choice_list = list_items(choices(result)), made_by = draw::text_for_html(version),
                    inputs_capital = result.nouns.in("{Inputs}");
  std::string priors;
  for (const std::string& prior : result.priors) priors += prior + ", ";
  return draw::filled_page(embedded::audit_html, {{"policy", policy},
                                                  {"title", title},
                                                  {"style", embedded::audit_css},
                                                  {"subtitle", subtitle},
                                                  {"verdict", verdict},
                                                  {"examples", examples},
                                                  {"gate", gate},
                                                  {"words", words},
                                                  {"parts", parts},
                                                  {"deeper", deeper},
                                                  {"people", people},
                                                  {"cost", cost},
                                                  {"choices", choice_list},
                                                  {"version", made_by},
                                                  {"part", result.nouns.part},
                                                  {"part_names", result.nouns.parts},
                                                  {"input", result.nouns.input},
                                                  {"inputs", result.nouns.inputs},
                                                  {"Inputs", inputs_capital},
                                                  {"priors", priors}});
}

}  // namespace fovea::report
