#include "report/evidence_figures.h"

#include <algorithm>

#include "base/text.h"
#include "draw/charts.h"
#include "draw/figure.h"
#include "draw/terminal.h"
#include "report/audit_words.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using audit::Number;
using audit::Result;

constexpr size_t kSlicesDrawn = 16;  // of more the table tells

draw::IntervalRow row_of(const std::string& name, const Number& number, size_t shape = 0) {
  return {name, with_interval(number), number.mean, number.low, number.high, {}, shape};
}

std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  if (name.ends_with(" aopc")) name.replace(name.size() - 4, 4, "AOPC");
  return name;
}

}  // namespace

std::string permutation_figure(const Result& result) {
  const audit::Gate& gate = result.gate;
  const attribution::Nouns& nouns = result.nouns;
  std::vector<draw::IntervalRow> rows = {row_of(nouns.in("permuted, all {inputs}"), gate.permuted)};
  draw::Figure figure{
      "What other weights do to the answer",
      nouns.in("How far the answer moves, from 0 to 1, when the weights of a {input} are given to other {parts} "
               "of it: the further from the dashed line at 0, the more the model uses its attention. By the "
               "largest weight of the {input}: it should move more where one {part} has most of it."),
      "",
      {{"weights", nouns.inputs, "answer moves ↑", "accuracy less its own"}, {}}};
  const auto tell = [&](const std::string& name, const Number& moves, const Number& gain) {
    figure.numbers.rows.push_back({name, with_commas(moves.n), with_interval(moves), with_interval(gain)});
  };
  tell("permuted", gate.permuted, {});
  for (const audit::WeightBin& bin : gate.by_largest_weight) {
    const std::string name = "largest weight " + bare(bin.low) + " to " + bare(bin.high);
    tell("permuted, " + name, bin.permuted, {});
    if (bin.permuted.n > 0) {
      rows.push_back(row_of("largest " + bare(bin.low) + " to " + bare(bin.high) + ": " +
                                counted(bin.permuted.n, nouns.input, nouns.inputs),
                            bin.permuted));
    }
  }
  rows.push_back(row_of(nouns.in("all weight on the last {part}"), gate.last_moves, 1));
  rows.push_back(row_of("even weights", gate.even_moves, 1));
  tell(nouns.in("all on the last {part}"), gate.last_moves, gate.last_gain);
  tell("even", gate.even_moves, gate.even_gain);
  figure.numbers.rows.push_back(
      {"conicity of the states", with_commas(gate.conicity.n), with_interval(gate.conicity), ""});
  figure.chart = draw::interval_chart(rows, "how far the answer moves (total variation distance)", {0.0, {0}});
  return draw::html_figure(figure);
}

std::string removal_figure(const Result& result) {
  const audit::AttentionErasureResult& erasure = result.attention_erasure;
  constexpr const char* kNames[] = {"by weight", "by gradient", "by weight × gradient", "at random"};
  std::vector<draw::IntervalRow> rows;
  draw::Figure figure{
      "How many weights until the answer changes",
      result.nouns.in(
          "Weights are set to 0 from the top until the {answer} changes: the smaller the share removed, the "
          "more the answer hangs on the first of them. The dashed line is removing at random."),
      "",
      {{"", "mean (95 %)"}, {}}};
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (erasure.removed[i].n > 0) rows.push_back(row_of(kNames[i], erasure.removed[i], i == 3 ? 1 : 0));
    figure.numbers.rows.push_back(
        {std::string("share removed, ") + kNames[i] + " ↓", with_interval(erasure.removed[i])});
  }
  figure.numbers.rows.push_back(
      {"JSD without the largest less a random one ↑", with_interval(erasure.top_beyond_random)});
  figure.numbers.rows.push_back(
      {result.nouns.in("{answer} changes without the largest ↑"), per_cent(erasure.only_top + erasure.both)});
  figure.numbers.rows.push_back(
      {result.nouns.in("{answer} changes without a random one"), per_cent(erasure.only_random + erasure.both)});
  figure.chart = draw::interval_chart(rows, "share of the weights removed", {erasure.removed[3].mean, {}});
  return draw::html_figure(figure);
}

std::string agreement_figure(const Result& result) {
  std::vector<draw::IntervalRow> rows;
  draw::Figure figure{
      "The same order as other methods?",
      result.nouns.in("Kendall's tau over the {parts} of a {input}: 1 the same order, 0 (dashed) unrelated, −1 "
                      "reversed. It describes and judges nothing: triangles show how well two other methods "
                      "agree with each other."),
      "",
      {{"maps", "tau", result.nouns.in("deviation between {inputs}"), "p < .05 (chance: 5 %)",
        "tau of the top " + std::to_string(result.agreement.top)},
       {}}};
  const std::string& audited = result.erasure.maps.front().name;
  for (const audit::PairAgreement& pair : result.agreement.pairs) {
    const std::string name = pair.first + ", " + pair.second;
    if (pair.tau.n > 0) rows.push_back(row_of(name, pair.tau, pair.first == audited ? 0 : 2));
    figure.numbers.rows.push_back({name, with_interval(pair.tau), pair.tau.n > 0 ? bare(pair.tau.sd) : "-",
                                   pair.significant.n > 0 ? per_cent(pair.significant.mean) : "-",
                                   with_interval(pair.tau_top)});
  }
  if (result.map_distance) {
    figure.numbers.rows.push_back(
        {"map, attention: JSD", with_interval(*result.map_distance), bare(result.map_distance->sd), "", ""});
    figure.numbers.rows.push_back({"the same, attention permuted", with_interval(*result.map_null_distance),
                                   bare(result.map_null_distance->sd), "", ""});
  }
  figure.chart = draw::interval_chart(rows, result.nouns.in("Kendall's tau, mean over the {inputs}"), {0.0, {}});
  return draw::html_figure(figure);
}

std::string sight_figure(const Result& result) {
  std::vector<draw::IntervalRow> rows;
  draw::Figure figure{
      "Can the metrics see?",
      "How often each metric ranks the best other method above a random map. The dashed line at .60 is the limit: "
      "below it a metric is blind on this model, and nothing should be read from it; .50 is chance.",
      "",
      {{"metric", "ranked rightly ↑", "on this model"}, {}}};
  for (const audit::MetricSight& metric : result.metrics) {
    const std::string name = spaced(metric.metric);
    if (metric.diagnosticity.n > 0) {
      rows.push_back(row_of(name + (metric.blind ? " (blind here)" : ""), metric.diagnosticity, metric.blind ? 5 : 0));
    }
    figure.numbers.rows.push_back({name, with_interval(metric.diagnosticity), metric.blind ? "blind" : "can tell"});
  }
  figure.chart =
      draw::interval_chart(rows, "share of the comparisons ranked rightly", {audit::kDiagnosticity, {0.5, 1}});
  return draw::html_figure(figure);
}

std::string slices_figure(const Result& result) {
  const attribution::Nouns& nouns = result.nouns;
  std::vector<draw::IntervalRow> rows;
  draw::Figure figure{
      "By part",
      nouns.in(
          "How far the map goes from random {parts} (0) to the best other method (1), in each part of the {inputs}: "
          "right of the dashed line, at half of the way, it may be informative. Circles: informative there; "
          "crosses: not, or too few. A part of fewer than ") +
          std::to_string(audit::kSliceInputs) + nouns.in(" {inputs} with bounds gets no grade."),
      "",
      {{"part", nouns.inputs, "grade", "of the way ↑", "Holm p of no more than .35", "comprehensiveness ↑", "random",
        "beyond random ↑", "answer moves, median", "tau with gradient", "speaks against ↓"},
       {}}};
  for (const audit::Slice& slice : result.slices) {
    const std::string name = slice.by + " " + slice.name,
                      grade = slice.grade ? std::string(audit::grade_name(*slice.grade)) : "too few";
    if (slice.recovered.n > 0 && rows.size() < kSlicesDrawn) {
      const bool informative = slice.grade && *slice.grade >= audit::Grade::kInformative;
      rows.push_back(
          row_of(draw::ellipsize(draw::safe_text(name), 17) + ": " + grade, slice.recovered, informative ? 0 : 5));
    }
    figure.numbers.rows.push_back({name, with_commas(slice.inputs), grade, with_interval(slice.recovered),
                                   slice.grade ? p_text(slice.p_holm) : "-", with_interval(slice.comprehensiveness),
                                   with_interval(slice.random), with_interval(slice.beyond_random),
                                   bare(slice.permuted_median), with_interval(slice.tau),
                                   with_interval(slice.violation)});
  }
  if (rows.size() < figure.numbers.rows.size()) {
    figure.reading += " The chart has " + std::to_string(rows.size()) + " of " +
                      std::to_string(figure.numbers.rows.size()) + " parts; the table has all.";
  }
  figure.chart = draw::interval_chart(rows, nouns.in("of the way from random {parts} to the best method"),
                                      {audit::kRecovered, {}});
  return draw::html_figure(figure);
}

}  // namespace fovea::report
