#include "report/deeper_figures.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "draw/charts.h"
#include "draw/figure.h"
#include "report/audit_words.h"
#include "report/erasure_figures.h"

namespace fovea::report {
namespace {

using attribution::Nouns;

constexpr const char* kOnlyDeep =
    "Only depth deep asks whether other weights give the same answer, what another model can learn to look at, whether "
    "two {parts} that decide together are found, and what is still learnt without the {parts} that a map names.";
using audit::Number;
using audit::Result;

draw::IntervalRow deeper_row(const std::string& name, const Number& number, size_t shape = 0) {
  return {name, with_interval(number), number.mean, number.low, number.high, {}, shape};
}

std::string seeds_figure(const audit::SeedStability& seeds, const Nouns& nouns) {
  const std::string models = with_commas(seeds.seeds) + " trainings";
  return draw::html_figure(
      {"Do trainings agree where to look?",
       "How far apart the maps of " + models +
           nouns.in(
               " are that differ in their seed only, {input} by {input}: beside it the same where the {parts} of one "
               "of "
               "the two are permuted, so that they agree on nothing. Flat maps are near each other whatever they say. "
               "Kendall's tau says whether they put the {parts} into one order: 1 the same, 0 unrelated."),
       draw::interval_chart({deeper_row("maps of two trainings", seeds.distance),
                             deeper_row("one of them permuted", seeds.null_distance, 1)},
                            "Jensen–Shannon divergence of two maps", {0.0, {}}),
       {{"", "trainings compared", "mean JSD ↓", nouns.in("deviation between {inputs}")},
        {{"maps of two trainings", with_commas(seeds.seeds) + " of " + with_commas(seeds.trained),
          with_interval(seeds.distance), bare(seeds.distance.sd)},
         {"one of them permuted", with_commas(seeds.seeds), with_interval(seeds.null_distance),
          bare(seeds.null_distance.sd)},
         {"Kendall's tau of the two ↑", with_commas(seeds.seeds), with_interval(seeds.tau), bare(seeds.tau.sd)}}}});
}

std::string uniform_figure(const Number& gap, const Nouns& nouns) {
  return draw::html_figure(
      {"Does the task need attention?",
       "Accuracy less that of a twin that was trained with even weights. Where the line crosses 0 (dashed) no "
       "difference "
       "could be shown; only where it lies wholly within a point of 0 is attention replaceable.",
       draw::interval_chart({deeper_row("learned less even weights", gap)}, "difference of accuracy", {0.0, {0}}),
       {{"", nouns.inputs, "difference of accuracy"},
        {{"learned less even weights", with_commas(gap.n), with_interval(gap)}}}});
}

std::string fidelity_figure(const std::vector<audit::FidelityRow>& fidelity, const Nouns& nouns) {
  std::vector<draw::IntervalRow> rows;
  draw::HtmlTable numbers{{"map", nouns.in("top {parts} dropped ↑"), nouns.in("other {parts} dropped ↓")}, {}};
  for (const audit::FidelityRow& row : fidelity) {
    rows.push_back(deeper_row(row.name + nouns.in(", top {parts}"), row.plus));
    rows.push_back(deeper_row(row.name + nouns.in(", other {parts}"), row.minus, 1));
    numbers.rows.push_back({row.name, with_interval(row.plus), with_interval(row.minus)});
  }
  return draw::html_figure(
      {"Erasing no more than the model has seen",
       nouns.in("F-Fidelity: accuracy lost when some of the map's top {parts} (circles) or some of the "
                "others (squares) are dropped from what a twin trained with masks reads; circles should "
                "be far to the right of the squares of the same map."),
       draw::interval_chart(rows, "accuracy lost", {0.0, {}}), numbers});
}

std::string planted_figure(const audit::PlantedResult& planted, const Nouns& nouns) {
  std::vector<draw::IntervalRow> rows;
  draw::HtmlTable numbers{{"map", "named first ↑", "its place, 1: first ↓"}, {}};
  for (const audit::PlantedRow& row : planted.rows) {
    rows.push_back(deeper_row(row.name, row.precision));
    numbers.rows.push_back({row.name, with_interval(row.precision), with_interval(row.rank)});
  }
  numbers.rows.push_back({nouns.in("{inputs} that follow the {part}"), per_cent(planted.used), ""});
  numbers.rows.push_back({"the same of the model audited, by chance", per_cent(planted.untaught), ""});
  return draw::html_figure(
      {nouns.in("A {part} that was planted"),
       nouns.in("A twin was taught that made-up {parts} decide the label; a map that can be believed "
                "names that {part} first in ") +
           per_cent(audit::kPlanted) + nouns.in(" of the {inputs} or more (dashed).") +
           (planted.taught() ? "" : " This twin has not learnt it, so that it counts for nothing."),
       draw::interval_chart(rows, nouns.in("share of the {inputs}"), {audit::kPlanted, {0, 1}}), numbers});
}

std::string falsification_table(const std::vector<audit::Falsification>& controls, const Nouns& nouns) {
  draw::HtmlTable table{{"map that lies", "named first ↓", "grade", "metrics that do not see it"}, {}};
  for (const audit::Falsification& control : controls) {
    std::string fooled;
    for (const std::string& metric : control.fooled) fooled += (fooled.empty() ? "" : ", ") + metric;
    std::replace(fooled.begin(), fooled.end(), '_', ' ');
    table.rows.push_back({control.control, with_interval(control.precision),
                          std::string(audit::grade_name(control.grade)), fooled.empty() ? "none" : fooled});
  }
  return nouns.in(
             "<figure>\n<figcaption><b>Maps that lie</b> The same audit of maps that are known to be wrong, on the "
             "{inputs} with planted {parts}: each should be decorative, or not-auditable. A metric should put the map "
             "that names the {part} best above them.</figcaption>\n") +
         draw::html_table(table) + "</figure>\n";
}

std::string mask_twin_note(const audit::MaskTwin& twin, const Nouns& nouns) {
  return "<p>The twin trained with masks is right on " + per_cent(twin.accuracy) +
         nouns.in(" of the {inputs}, the model on ") + per_cent(twin.own_accuracy) +
         nouns.in(". Masking a tenth of the {parts} shifts its inner states by an MMD² of ") + bare(twin.shift, 3) +
         " (p " + bare(twin.shift_p, 3) + "): it is " +
         (twin.accepted ? "sound enough, and the verdict rests on it."
                        : "not sound enough, and the verdict rests on the model itself.") +
         "</p>\n";
}

}  // namespace

std::string deeper_figures(const Result& result) {
  std::string out;
  if (result.mask_twin) out += mask_twin_note(*result.mask_twin, result.nouns);
  if (result.masked_erasure)
    out += erasure_figures(*result.masked_erasure, result.nouns, ", on the twin trained with masks");
  if (result.seeds) out += seeds_figure(*result.seeds, result.nouns);
  if (result.uniform_gap) out += uniform_figure(*result.uniform_gap, result.nouns);
  if (!result.fidelity.empty()) out += fidelity_figure(result.fidelity, result.nouns);
  if (result.planted) out += planted_figure(*result.planted, result.nouns);
  if (!result.falsification.empty()) out += falsification_table(result.falsification, result.nouns);
  return out;
}

std::string not_measured(const Result& result) {
  std::string missing;
  const auto add = [&](bool measured, const std::string& what) {
    if (!measured) missing += (missing.empty() ? "" : "; ") + what;
  };
  add(result.uniform_gap.has_value(), "whether a twin with even weights is as accurate");
  add(result.seeds.has_value(), "whether several trainings agree where to look");
  add(result.masked_erasure.has_value(), result.nouns.in("erasing on a twin that was trained with masked {parts}"));
  add(!result.fidelity.empty(), "F-Fidelity");
  add(result.planted.has_value(), result.nouns.in("whether a planted {part} is found"));
  add(!result.falsification.empty(), "whether maps that lie are caught");
  std::string out;
  if (!missing.empty()) {
    out = std::string("Not measured here, but at depth standard, which trains twins of the model: ") + missing + ".";
  }
  if (result.depth != audit::Depth::kDeep) {
    out += std::string(out.empty() ? "" : " ") + result.nouns.in(kOnlyDeep);
  }
  return out;
}

}  // namespace fovea::report
