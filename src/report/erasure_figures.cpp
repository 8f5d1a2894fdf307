#include "report/erasure_figures.h"

#include "base/text.h"
#include "draw/charts.h"
#include "draw/figure.h"
#include "report/audit_words.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using attribution::Nouns;
using audit::MapErasure;
using audit::MapKind;
using audit::Number;
using audit::PartErasureResult;
using Curve = std::array<Number, 5>;

const std::vector<std::string> kShares = {"1 %", "5 %", "10 %", "20 %", "50 %"};

draw::Series series_of(const std::string& name, const Curve& curve) {
  draw::Series out{name, {}};
  for (const Number& number : curve) {
    out.values.push_back(number.mean);
    out.low.push_back(number.low);
    out.high.push_back(number.high);
  }
  return out;
}

// The one audited, random, the best other, and the model's own beside a map from a file.
std::vector<const MapErasure*> drawn_maps(const PartErasureResult& erasure) {
  std::vector<const MapErasure*> out = {&erasure.maps.front(), &erasure.random};
  if (const MapErasure* best = best_other(erasure)) out.push_back(best);
  for (const MapErasure& map : erasure.maps) {
    if (map.kind == MapKind::kOwn) out.push_back(&map);
  }
  return out;
}

draw::HtmlTable curve_table(const PartErasureResult& erasure, const Curve MapErasure::*curve, const Curve& least,
                            const Curve& most, const Nouns& nouns) {
  draw::HtmlTable out{{nouns.in("share of the {parts}")}, {}};
  out.head.insert(out.head.end(), kShares.begin(), kShares.end());
  const auto add = [&](const std::string& name, const Curve& numbers) {
    std::vector<std::string>& row = out.rows.emplace_back(std::vector<std::string>{name});
    for (const Number& number : numbers) row.push_back(with_interval(number));
  };
  for (const MapErasure& map : erasure.maps) add(map.name, map.*curve);
  add(erasure.random.name, erasure.random.*curve);
  add("the most", most);
  add("the least", least);
  return out;
}

std::string curve_figure(const PartErasureResult& erasure, const Nouns& nouns, draw::Figure figure,
                         const Curve MapErasure::*curve, const Curve& least, const Curve& most,
                         const std::string& x_axis) {
  std::vector<draw::Series> series;
  for (const MapErasure* map : drawn_maps(erasure)) {
    draw::Series& one = series.emplace_back(series_of(map->name, map->*curve));
    if (map != &erasure.maps.front() && map != &erasure.random) one.low.clear();
  }
  const draw::Series low = series_of("", least), high = series_of("", most);
  const draw::Band band{"the least", "the most", low.values, high.values};
  const bool bounded = most.front().n > 0;
  if (bounded) {
    figure.reading +=
        nouns.in(" Shaded: from the least to the most that erasing so many {parts} did, of all that was tried on ") +
        counted(erasure.bounds.inputs, nouns.input, nouns.inputs) +
        nouns.in("; a curve, which is over all {inputs}, may lie a little outside.");
  }
  figure.chart =
      draw::line_chart(kShares, series, x_axis, "what the answer's probability loses", bounded ? &band : nullptr);
  figure.numbers = curve_table(erasure, curve, least, most, nouns);
  return draw::html_figure(figure);
}

std::string place_figure(const PartErasureResult& erasure, const Nouns& nouns, const std::string& where) {
  std::vector<draw::IntervalRow> rows;
  draw::Figure figure{
      "Between the worst order and the best" + where,
      nouns.in("Normalised AOPC: 0 is the worst order in which {parts} can be erased one by one, 1 the best; "
               "the dashed line is random {parts}, further right is better. Circle: the map audited; triangle: "
               "another method; square: knows nothing of the model; diamond: the model's own attention or one "
               "of its looks."),
      "",
      {{"map", "comprehensiveness ↑", "sufficiency ↓", "normalised AOPC ↑", "comprehensiveness, log-odds ↑",
        "sufficiency, log-odds ↓", "speaks against ↓", "audited less this", "p (Holm)"},
       {}}};
  const auto add = [&](const MapErasure& map) {
    constexpr size_t kShapes[] = {0, 3, 3, 2, 1};  // by MapKind, and as the curves have them
    const Number& place = map.normalised;
    if (place.n > 0) {
      rows.push_back({map.name,
                      with_interval(place),
                      place.mean,
                      place.low,
                      place.high,
                      {},
                      kShapes[static_cast<size_t>(map.kind)]});
    }
    figure.numbers.rows.push_back({map.name, with_interval(map.comprehensiveness), with_interval(map.sufficiency),
                                   with_interval(place), with_interval(map.comprehensiveness_odds),
                                   with_interval(map.sufficiency_odds), with_interval(map.violation),
                                   map.behind ? with_interval(*map.behind) : "", map.behind ? p_text(map.p_holm) : ""});
  };
  for (const MapErasure& map : erasure.maps) add(map);
  add(erasure.random);
  figure.numbers.rows.back()[7] = with_interval(erasure.beyond_random);
  const std::optional<double> random =
      erasure.random.normalised.n > 0 ? std::optional(erasure.random.normalised.mean) : std::nullopt;
  figure.chart = draw::interval_chart(rows, "place between the worst order (0) and the best (1)", {random, {0, 1}});
  return draw::html_figure(figure);
}

}  // namespace

std::string erasure_figures(const PartErasureResult& erasure, const Nouns& nouns, const std::string& where) {
  const std::string way = erasure.masked ? "masked" : "erased";
  const audit::BoundsResult& bounds = erasure.bounds;
  return curve_figure(erasure, nouns,
                      {nouns.in("Without the {parts} it names") + where,
                       nouns.in("Comprehensiveness: the map's first {parts} are ") + way +
                           nouns.in("; the more the answer loses, and the more beyond random {parts}, the better the "
                                    "map."),
                       "",
                       {}},
                      &MapErasure::without, bounds.without_least, bounds.without_most,
                      nouns.in("share of the {parts} ") + way) +
         curve_figure(erasure, nouns,
                      {nouns.in("With only the {parts} it names") + where,
                       nouns.in("Sufficiency: all {parts} but the map's first ones are ") + way +
                           "; the less the answer loses, the better the map.",
                       "",
                       {}},
                      &MapErasure::only, bounds.only_least, bounds.only_most, nouns.in("share of the {parts} left")) +
         place_figure(erasure, nouns, where);
}

}  // namespace fovea::report
