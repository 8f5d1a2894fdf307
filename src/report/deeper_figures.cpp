#include "report/deeper_figures.h"

#include <algorithm>
#include <cmath>

#include "report/audit_words.h"
#include "report/charts.h"
#include "report/columns.h"
#include "report/erasure_figures.h"
#include "report/figure.h"

namespace fovea::report {
namespace {

using audit::Number;
using audit::Result;

IntervalRow row_of(const std::string& name, const Number& number, size_t shape = 0) {
  return {name, with_interval(number), number.mean, number.low, number.high, {}, shape};
}

std::string seeds_figure(const audit::SeedStability& seeds) {
  const std::string models = grouped(seeds.seeds) + " trainings";
  return html_figure(
      {"Do trainings agree where to look?",
       "How far apart the maps of " + models +
           " are that differ in their seed only, text by text: 0 (dashed) they are the same, .69 they have nothing in "
           "common.",
       interval_chart({row_of("maps of two trainings", seeds.distance)}, "Jensen–Shannon divergence of two maps",
                      {0.0, {0, std::log(2.0)}}),
       {{"", "trainings compared", "mean JSD ↓", "deviation between texts"},
        {{"maps of two trainings", grouped(seeds.seeds) + " of " + grouped(seeds.trained),
          with_interval(seeds.distance), bare(seeds.distance.sd)}}}});
}

std::string uniform_figure(const Number& gap) {
  return html_figure(
      {"Does the task need attention?",
       "Accuracy less that of a twin that was trained with even weights: where the line reaches 0 "
       "(dashed), the twin may be as good, and attention is replaceable.",
       interval_chart({row_of("learned less even weights", gap)}, "difference of accuracy", {0.0, {0}}),
       {{"", "texts", "difference of accuracy"}, {{"learned less even weights", grouped(gap.n), with_interval(gap)}}}});
}

std::string fidelity_figure(const std::vector<audit::FidelityRow>& fidelity) {
  std::vector<IntervalRow> rows;
  HtmlTable numbers{{"map", "top words dropped ↑", "other words dropped ↓"}, {}};
  for (const audit::FidelityRow& row : fidelity) {
    rows.push_back(row_of(row.name + ", top words", row.plus));
    rows.push_back(row_of(row.name + ", other words", row.minus, 1));
    numbers.rows.push_back({row.name, with_interval(row.plus), with_interval(row.minus)});
  }
  return html_figure({"Erasing no more than the model has seen",
                      "F-Fidelity: accuracy lost when some of the map's top words (circles) or some of the others "
                      "(squares) are dropped from what a twin trained with masks reads; circles should be far to the "
                      "right of the squares of the same map.",
                      interval_chart(rows, "accuracy lost", {0.0, {}}), numbers});
}

std::string planted_figure(const audit::PlantedResult& planted) {
  std::vector<IntervalRow> rows;
  HtmlTable numbers{{"map", "named first ↑", "its place, 1: first ↓"}, {}};
  for (const audit::PlantedRow& row : planted.rows) {
    rows.push_back(row_of(row.name, row.precision));
    numbers.rows.push_back({row.name, with_interval(row.precision), with_interval(row.rank)});
  }
  numbers.rows.push_back({"texts that follow the word", percent(planted.used), ""});
  numbers.rows.push_back({"the same of the model audited, by chance", percent(planted.untaught), ""});
  return html_figure({"A word that was planted",
                      "A twin was taught that made-up words decide the label; a map that can be believed names that "
                      "word first in " +
                          percent(audit::kPlanted) + " of the texts or more (dashed)." +
                          (planted.taught() ? "" : " This twin has not learnt it, so that it counts for nothing."),
                      interval_chart(rows, "share of the texts", {audit::kPlanted, {0, 1}}), numbers});
}

std::string falsification_table(const std::vector<audit::Falsification>& controls) {
  HtmlTable table{{"map that lies", "named first ↓", "grade", "metrics that do not see it"}, {}};
  for (const audit::Falsification& control : controls) {
    std::string fooled;
    for (const std::string& metric : control.fooled) fooled += (fooled.empty() ? "" : ", ") + metric;
    std::replace(fooled.begin(), fooled.end(), '_', ' ');
    table.rows.push_back({control.control, with_interval(control.precision),
                          std::string(audit::grade_name(control.grade)), fooled.empty() ? "none" : fooled});
  }
  return "<figure>\n<figcaption><b>Maps that lie</b> The same audit of maps that are known to be wrong, on the texts "
         "with "
         "planted words: each should be decorative, or not-auditable. A metric that does not put the true map above "
         "them is blind here.</figcaption>\n" +
         html_table(table) + "</figure>\n";
}

std::string mask_twin_note(const audit::MaskTwin& twin) {
  return "<p>The twin trained with masks is right on " + percent(twin.accuracy) + " of the texts, the model on " +
         percent(twin.own_accuracy) + ". Masking a tenth of the words shifts its inner states by an MMD² of " +
         bare(twin.shift, 3) + " (p " + bare(twin.shift_p, 3) + "): it is " +
         (twin.accepted ? "sound enough, and the verdict rests on it."
                        : "not sound enough, and the verdict rests on the model itself.") +
         "</p>\n";
}

}  // namespace

std::string deeper_figures(const Result& result) {
  std::string out;
  if (result.mask_twin) out += mask_twin_note(*result.mask_twin);
  if (result.masked_erasure) out += erasure_figures(*result.masked_erasure, ", on the twin trained with masks");
  if (result.seeds) out += seeds_figure(*result.seeds);
  if (result.uniform_gap) out += uniform_figure(*result.uniform_gap);
  if (!result.fidelity.empty()) out += fidelity_figure(result.fidelity);
  if (result.planted) out += planted_figure(*result.planted);
  if (!result.falsification.empty()) out += falsification_table(result.falsification);
  return out;
}

std::string not_measured(const Result& result) {
  std::string missing;
  const auto add = [&](bool measured, const char* what) {
    if (!measured) missing += (missing.empty() ? "" : "; ") + std::string(what);
  };
  add(result.uniform_gap.has_value(), "whether a twin with even weights is as accurate");
  add(result.seeds.has_value(), "whether several trainings agree where to look");
  add(result.masked_erasure.has_value(), "erasing on a twin that was trained with masked words");
  add(!result.fidelity.empty(), "F-Fidelity");
  add(result.planted.has_value(), "whether a planted word is found");
  add(!result.falsification.empty(), "whether maps that lie are caught");
  if (missing.empty()) return "";
  return std::string("Not measured here, but at depth standard, which trains twins of the model: ") + missing + ".";
}

}  // namespace fovea::report
