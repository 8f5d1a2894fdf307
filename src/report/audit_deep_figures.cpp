#include "report/audit_deep_figures.h"

#include <numbers>

#include "base/text.h"
#include "draw/charts.h"
#include "draw/figure.h"
#include "report/audit_deep_words.h"
#include "report/audit_words.h"

namespace fovea::report {
namespace {

using audit::Number;
using audit::Result;

draw::IntervalRow figure_row(const std::string& name, const Number& number, size_t shape) {
  return {name, with_interval(number), number.mean, number.low, number.high, {}, shape};
}

std::string soft_figure(const Result& result) {
  const audit::SoftErasureResult& soft = *result.soft_erasure;
  std::vector<draw::IntervalRow> rows;
  draw::HtmlTable numbers{{"map", "Soft-NC ↑", "Soft-NS ↑", "share of the features kept for it"}, {}};
  const auto tell = [&](const audit::SoftRow& row) {
    if (row.comprehensiveness.n > 0) {
      rows.push_back(figure_row(row.name + ", gone", row.comprehensiveness, 0));
      rows.push_back(figure_row(row.name + ", kept", row.sufficiency, 1));
    }
    numbers.rows.push_back(
        {row.name, with_interval(row.comprehensiveness), with_interval(row.sufficiency), with_interval(row.kept)});
  };
  for (const audit::SoftRow& row : soft.maps) tell(row);
  tell(soft.random);
  return draw::html_figure(
      {"Erasing in shares",
       result.nouns.in("The more a map gives to a {part}, the fewer of its features are left (circles, Soft-NC: the "
                       "share of what can be lost that is lost), or the more (squares, Soft-NS: the share that is "
                       "kept). Both are better when higher, and depend on how many features go: compare maps that keep "
                       "alike. ") +
           soft_told(result),
       draw::interval_chart(rows, "share of what can be lost", {soft.random.comprehensiveness.mean, {0, 1}}), numbers});
}

std::string adversary_figure(const Result& result) {
  const audit::AdversaryResult& adversary = *result.adversary;
  std::vector<draw::IntervalRow> rows;
  draw::HtmlTable numbers{{"the answer moves by no more than", result.nouns.inputs, "farthest JSD found",
                           "of the farthest there is", "near .69", "any found"},
                          {}};
  for (const audit::OtherWeights& one : adversary.found) {
    if (one.distance.n > 0) rows.push_back(figure_row("answer within " + bare(one.same), one.distance, 0));
    numbers.rows.push_back({bare(one.same), with_commas(one.distance.n), with_interval(one.distance),
                            with_interval(one.reached), per_cent_interval(one.near_ln2), per_cent_interval(one.found)});
  }
  return draw::html_figure(
      {"Do other weights give the same answer?",
       result.nouns.in("How far from the model's own map the weights of a {input} can be moved while the answer stays, "
                       "the states being what they are: 0 nowhere, ln 2 = .69 (dashed) to weights that have nothing in "
                       "common with them. ") +
           not_unique_text(result),
       draw::interval_chart(rows, "Jensen–Shannon divergence of two maps", {std::numbers::ln2, {0}}), numbers});
}

std::string roar_figure(const Result& result) {
  const audit::RoarResult& roar = *result.roar;
  std::vector<std::string> shares;
  std::vector<draw::Series> series;
  draw::HtmlTable numbers{{"masked", "at random"}, {}};
  const auto draw_curve = [&](const audit::RoarCurve& curve) {
    draw::Series& line = series.emplace_back(draw::Series{curve.name, {}});
    for (const Number& accuracy : curve.accuracy) {
      line.values.push_back(accuracy.mean);
      line.low.push_back(accuracy.low);
      line.high.push_back(accuracy.high);
    }
  };
  draw_curve(roar.random);
  for (const audit::RoarMap& map : roar.maps) {
    draw_curve(map.curve);
    numbers.head.push_back("by " + map.curve.name);
  }
  for (size_t step = 0; step < roar.random.accuracy.size(); ++step) {
    shares.push_back(std::to_string(100 / audit::kRoarSteps * static_cast<int64_t>(step)) + " %");
    std::vector<std::string>& row = numbers.rows.emplace_back();
    row = {shares.back(), with_interval(roar.random.accuracy[step])};
    for (const audit::RoarMap& map : roar.maps) row.push_back(with_interval(map.curve.accuracy[step]));
  }
  std::vector<std::string>& racu = numbers.rows.emplace_back();
  racu = {"RACU ↑", "0"};
  for (const audit::RoarMap& map : roar.maps) racu.push_back(with_interval(map.racu));
  return draw::html_figure(
      {"What is still learnt without what a map names",
       result.nouns.in(
           "Recursive ROAR: a model is trained anew at every share of {parts} masked. Where the {parts} that "
           "a map names are masked, accuracy should fall sooner than where as many are masked at random. "
           "RACU is the area between the two curves, of the most there could be: 0 as random, 1 the ideal. ") +
           roar_told(result),
       draw::line_chart(shares, series, result.nouns.in("{parts} masked"), "accuracy"), numbers});
}

}  // namespace

std::string audit_deep_figures(const Result& result) {
  std::string out;
  if (result.soft_erasure) out += soft_figure(result);
  if (result.adversary) out += adversary_figure(result);
  if (result.roar) out += roar_figure(result);
  return out;
}

}  // namespace fovea::report
