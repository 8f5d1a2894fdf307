#include "report/audit_plausibility.h"

#include <span>

#include "base/text.h"
#include "draw/charts.h"
#include "draw/columns.h"
#include "draw/figure.h"
#include "report/audit_text.h"
#include "report/audit_words.h"

namespace fovea::report {
namespace {

using audit::Number;
using audit::Plausibility;
using audit::PlausibilityRow;
using audit::Result;

constexpr const char* kNoFaith =
    "Plausible is not faithful: a map may name what people would name while the model answers by something else, and "
    "the other way round. None of this enters the verdict.";

std::vector<const PlausibilityRow*> rows_of(const Plausibility& plausibility) {
  std::vector<const PlausibilityRow*> rows;
  for (const PlausibilityRow& row : plausibility.maps) rows.push_back(&row);
  if (plausibility.inputs > 0) rows.push_back(&plausibility.random);
  return rows;
}

const PlausibilityRow* best_plausible(const Plausibility& plausibility) {
  const PlausibilityRow* best = nullptr;
  for (const PlausibilityRow& row : plausibility.maps) {
    if (row.kind == audit::MapKind::kAttribution && (!best || row.f1.mean > best->f1.mean)) best = &row;
  }
  return best;
}

// How many inputs were scored, and what became of the others.
std::string scored_text(const Result& result) {
  const Plausibility& people = *result.plausibility;
  const attribution::Nouns& nouns = result.nouns;
  std::string out = counted(people.inputs, nouns.input, nouns.inputs) + " scored";
  if (people.without > 0) out += ", " + with_commas(people.without) + " without a rationale";
  if (people.beyond_window > 0) {
    out += ", " + with_commas(people.beyond_window) + " marked only where the model does not read";
  }
  if (people.not_audited > 0) {
    out += ", " + with_commas(people.not_audited) + nouns.in(" {inputs} with a rationale not audited");
  }
  if (people.joined > 0) out += ", " + counted(people.joined, "overlapping span", "overlapping spans") + " joined";
  if (people.misquoted > 0) {
    out += ", " + counted(people.misquoted, "span", "spans") + " whose text is not that of the words it names";
  }
  out += nouns.in(". People marked ") + per_cent(people.marked_share.mean) + nouns.in(" of the {parts} read");
  return out + "; the model reads " + per_cent(people.read_share.mean) + " of the words that they marked.";
}

struct PeopleColumn {
  const char* head;
  Number PlausibilityRow::*cell;
};
constexpr PeopleColumn kPeopleColumns[] = {{"precision ↑", &PlausibilityRow::precision},
                                           {"recall ↑", &PlausibilityRow::recall},
                                           {"F1 ↑", &PlausibilityRow::f1},
                                           {"IOU-F1 micro ↑", &PlausibilityRow::iou_micro},
                                           {"IOU-F1 macro ↑", &PlausibilityRow::iou_macro},
                                           {"AUPRC ↑", &PlausibilityRow::auprc},
                                           {"average precision ↑", &PlausibilityRow::average_precision},
                                           {"less random ↑", &PlausibilityRow::beyond_random}};

std::string people_cell(const Plausibility& people, const PlausibilityRow& row, const PeopleColumn& column) {
  const bool itself = &row == &people.random && column.cell == &PlausibilityRow::beyond_random;
  return itself ? "-" : with_interval(row.*column.cell);
}

std::string people_table(const Plausibility& people, const draw::Style& style, const std::string& heading,
                         std::span<const PeopleColumn> columns) {
  const auto line = [&](const std::string& name, const auto& cell) {
    std::string out = draw::pad_right(draw::ellipsize(draw::safe_text(name), 19), 20);
    for (const PeopleColumn& column : columns) out += draw::pad_left(cell(column), 20);
    return out + "\n";
  };
  std::string out =
      heading_of(heading, style) + line("", [](const PeopleColumn& column) { return std::string(column.head); });
  for (const PlausibilityRow* row : rows_of(people)) {
    out += line(row->name, [&](const PeopleColumn& column) { return people_cell(people, *row, column); });
  }
  return out;
}

}  // namespace

std::string plausibility_line(const Result& result) {
  if (!result.plausibility) return "";
  const Plausibility& people = *result.plausibility;
  if (people.inputs == 0) return "\npeople        " + scored_text(result) + "\n";
  const PlausibilityRow& audited = people.maps.front();
  const PlausibilityRow* best = best_plausible(people);
  const std::string beside = audited.name + " " + with_interval(audited.f1) + ", " +
                             (best ? best->name + " " + bare(best->f1.mean) + ", " : "") + "random " +
                             bare(people.random.f1.mean);
  return "\n" +
         draw::summary_lines("people", "F1 with what people marked (no evidence of faithfulness):\n" +
                                           draw::ellipsize(draw::safe_text(beside), draw::kSummaryTextWidth) + "\n");
}

std::string plausibility_tables(const Result& result, const draw::Style& style) {
  if (!result.plausibility) return "";
  const Plausibility& people = *result.plausibility;
  const attribution::Nouns& nouns = result.nouns;
  if (people.inputs == 0) return "";
  const std::span<const PeopleColumn> columns(kPeopleColumns);
  return people_table(people, style, nouns.in("does it name the {parts} that people marked? (not: is it faithful?)"),
                      columns.subspan(0, 3)) +
         people_table(people, style, "the same of whole spans, and the area under precision over recall",
                      columns.subspan(3, 3)) +
         people_table(people, style, "that area by steps", columns.subspan(6)) +
         draw::wrapped(scored_text(result), style.width, 0) + draw::wrapped(kNoFaith, style.width, 0);
}

std::string plausibility_section(const Result& result) {
  if (!result.plausibility) return "";
  const Plausibility& people = *result.plausibility;
  const attribution::Nouns& nouns = result.nouns;
  std::string out = "<section class=\"people\">\n" +
                    nouns.in("<h2>Does it name the {parts} that people marked? No evidence of faithfulness</h2>\n") +
                    "<p class=\"hint\">" + kNoFaith + "</p>\n";
  if (people.inputs > 0) {
    std::vector<draw::IntervalRow> bars;
    draw::HtmlTable numbers{{"map"}, {}};
    for (const PeopleColumn& column : kPeopleColumns) numbers.head.push_back(column.head);
    for (const PlausibilityRow* row : rows_of(people)) {
      bars.push_back({row->name, with_interval(row->f1), row->f1.mean, row->f1.low, row->f1.high, {}, 0});
      numbers.rows.push_back({row->name});
      for (const PeopleColumn& column : kPeopleColumns) {
        numbers.rows.back().push_back(people_cell(people, *row, column));
      }
    }
    out += "<div class=\"charts\">\n" +
           draw::html_figure(
               {"Agreement with people",
                nouns.in("F1 of a map's top {parts}, as many as people mark on average, with the {parts} that they "
                         "marked: 1 the same {parts}, 0 none in common. Dashed: random {parts}. Below, also whether "
                         "whole spans are found, and the area under precision over recall, which takes no number of "
                         "top {parts}: AUPRC by straight lines, average precision by steps."),
                draw::interval_chart(bars, "F1 with people", {people.random.f1.mean, {0}}), numbers}) +
           "</div>\n";
  }
  return out + draw::html_paragraph(scored_text(result)) + "</section>\n";
}

std::vector<std::string> plausibility_choices(const Result& result) {
  if (!result.plausibility) return {};
  const attribution::Nouns& nouns = result.nouns;
  return {
      nouns.in("Of what people marked, a {part} counts as marked that has a byte in common with a marked word or lies "
               "between two of one span. Only {parts} that the model reads are scored. A map names its top {parts}, "
               "the mean share that people marked of each {input}, rounded up; ties are drawn."),
      nouns.in("Precision, recall and F1 with people are means over {inputs}. Spans match at an intersection over "
               "union of .5; macro IOU-F1 is the F1 of mean precision and mean recall. AUPRC is by trapezoids from "
               "recall 0 and precision 1 on, as ERASER has it; {parts} of equal score are named at once.")};
}

}  // namespace fovea::report
