#include "report/comparison_page.h"

#include <algorithm>

#include "base/text.h"
#include "draw/charts.h"
#include "draw/html.h"
#include "embedded/compare_css.h"
#include "embedded/compare_html.h"
#include "report/comparison_trust.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using metrics::Measure;
using study::Comparison;
using study::VariantResult;

constexpr size_t kSeriesDrawn = 6;  // more lines than that nobody can follow; the table has them all

std::string cell(const std::string& text, const char* tag = "td") {
  return std::string("<") + tag + ">" + draw::text_for_html(text) + "</" + tag + ">";
}

std::string verdicts(const Comparison& comparison) {
  std::string out;
  for (const VariantResult& variant : comparison.variants) {
    if (&variant == &comparison.variants.front()) continue;
    const bool shown = variant.difference && variant.difference->shown();
    out += std::string("<li class=\"") + (shown ? "shown" : "open") + "\"><b aria-hidden=\"true\">" +
           (shown ? "≠" : "≈") + "</b> " + draw::text_for_html(verdict(comparison, variant)) + "</li>\n";
  }
  return out;
}

std::string score_rows(const Comparison& comparison) {
  const Measure& measure = comparison.measure();
  std::string out = "<thead><tr>" + cell(varied_options(comparison), "th");
  size_t columns = 8;
  for (size_t i = 0; i < comparison.measures.size(); ++i) {
    if (!shown_of_variants(comparison, i)) continue;
    out += cell(comparison.measures[i].shown, "th");
    ++columns;
  }
  for (const char* name : {"difference", "95 % interval", "p", "p (Holm)", "time", "size", "parameters", "trainings"}) {
    out += cell(name, "th");
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const VariantResult& variant : comparison.variants) {
    const bool first = &variant == &comparison.variants.front();
    const auto& difference = variant.difference;
    out += "<tr>" + cell(variant_name(variant), "th");
    if (variant.points.empty()) {
      out += "<td colspan=\"" + std::to_string(columns) + "\">no training was finished</td></tr>\n";
      continue;
    }
    for (size_t i = 0; i < comparison.measures.size(); ++i) {
      if (shown_of_variants(comparison, i)) out += cell(spread_text(variant.scores[i], comparison.measures[i]));
    }
    out += cell(difference ? difference_text(difference->mean, measure)
                : first    ? "the first"
                           : "") +
           cell(difference ? interval_text(difference->interval, measure) : "") +
           cell(difference ? p_text(difference->p) : "") + cell(difference ? p_text(difference->p_holm) : "") +
           cell(seconds_text(variant.seconds.mean)) + cell(size_text(variant.bytes)) +
           cell(with_commas(variant.parameters)) + cell(with_commas(static_cast<int64_t>(variant.points.size()))) +
           "</tr>\n";
  }
  return out + "</tbody>\n";
}

std::string quartile_rows(const Comparison& comparison) {
  const Measure& measure = comparison.measure();
  std::string out = "<thead><tr>" + cell(sizes_text(comparison.nouns), "th");
  for (const study::Quartile& quartile : comparison.quartiles) out += cell(quartile_name(quartile), "th");
  out += "</tr></thead>\n<tbody>\n<tr>" + cell(comparison.nouns.several, "th");
  for (const study::Quartile& quartile : comparison.quartiles) out += cell(with_commas(quartile.inputs));
  out += "</tr>\n";
  for (const VariantResult& variant : comparison.variants) {
    if (variant.quartiles.empty()) continue;
    out += "<tr>" + cell(variant_name(variant), "th");
    for (const study::QuartileScore& score : variant.quartiles) {
      out += "<td>" + draw::text_for_html(score_text(score.score, measure));
      if (score.difference) {
        out += "<small>" +
               draw::text_for_html(difference_text(*score.difference, measure) + " (" +
                                   interval_text(score.interval, measure) + ")") +
               "</small>";
      }
      out += "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n";
}

std::string score_chart(const Comparison& comparison) {
  const Measure& measure = comparison.measure();
  const double scale = shown_scale(measure);
  std::vector<draw::IntervalRow> rows;
  for (const VariantResult& variant : comparison.variants) {
    if (variant.points.empty()) continue;
    const study::Spread& score = variant.scores.front();
    draw::IntervalRow row{spoken_name(variant),         spread_text(score, measure),   scale * score.mean,
                          scale * variant.interval.low, scale * variant.interval.high, {}};
    for (const study::Point& point : variant.points) row.singles.push_back(scale * point.scores.front());
    rows.push_back(std::move(row));
  }
  const std::string unit = unit_text(measure);
  return draw::interval_chart(rows,
                              measure.shown + std::string(" on the test part") + (unit.empty() ? "" : ", " + unit));
}

std::string size_chart(const Comparison& comparison) {
  const study::InputNouns& nouns = comparison.nouns;
  if (comparison.quartiles.size() < 2) {
    return "<p>" + draw::text_for_html("The test " + nouns.several + " are all about equally long.") + "</p>\n";
  }
  std::vector<std::string> categories;
  for (const study::Quartile& quartile : comparison.quartiles) categories.push_back(quartile_name(quartile));
  std::vector<draw::Series> series;
  for (const VariantResult& variant : comparison.variants) {
    if (variant.quartiles.empty() || series.size() == kSeriesDrawn) continue;
    draw::Series drawn{spoken_name(variant), {}};
    for (const study::QuartileScore& score : variant.quartiles) {
      drawn.values.push_back(shown_scale(comparison.measure()) * score.score);
    }
    series.push_back(std::move(drawn));
  }
  return draw::line_chart(categories, series, sizes_text(nouns) + ", a quarter of the " + nouns.several + " each",
                          axis_text(comparison.measure()));
}

std::string time_chart(const Comparison& comparison) {
  const double scale = shown_scale(comparison.measure());
  double longest = 0;
  for (const VariantResult& variant : comparison.variants) longest = std::max(longest, variant.seconds.mean);
  const bool minutes = longest >= 100;
  std::vector<draw::ScatterPoint> points;
  for (const VariantResult& variant : comparison.variants) {
    if (variant.points.empty()) continue;
    const study::Spread& score = variant.scores.front();
    points.push_back(
        {spoken_name(variant), variant.seconds.mean / (minutes ? 60 : 1), scale * score.mean, scale * score.sd});
  }
  return draw::scatter_chart(points, std::string("time of a training, ") + (minutes ? "minutes" : "seconds"),
                             axis_text(comparison.measure()));
}

// With a capital: "Accuracy".
std::string begun(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

std::string not_trained(const Comparison& comparison) {
  std::string out;
  const auto add = [&](const std::string& text) { out += "<li>" + draw::text_for_html(text) + "</li>\n"; };
  for (const VariantResult& variant : comparison.variants) {
    for (const study::Failure& failure : variant.failures) {
      add(variant_name(variant) + ", seed " + std::to_string(failure.seed) + ": " + failure.reason);
    }
  }
  for (const VariantResult& variant : comparison.variants) {
    for (const std::string& option : variant.left_out) {
      add("--" + option + " does not apply to " + spoken_name(variant) + " and was left out there");
    }
  }
  for (const study::Skipped& skipped : comparison.skipped) {
    add(study::long_name(skipped.settings) + ": " + skipped.reason);
  }
  if (comparison.interrupted) add("The comparison was interrupted: some trainings are missing.");
  return out.empty() ? "" : "<h2>Left out</h2>\n<ul>\n" + out + "</ul>\n";
}

}  // namespace

std::string comparison_page(const Comparison& comparison, const std::string& version) {
  std::string seeds;
  for (const uint64_t seed : comparison.seeds) seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
  const std::string subtitle =
      draw::text_for_html(comparison.data + " · " + varied_options(comparison) + " · seeds " + seeds);
  const std::string policy = "default-src 'none'; style-src " + draw::policy_hash(embedded::compare_css) +
                             "; base-uri 'none'; form-action 'none'";
  const std::string first = draw::text_for_html(study::long_name(comparison.variants.front().settings));
  const std::string title = draw::text_for_html(comparison.data), method = draw::text_for_html(method_text(comparison));
  const Measure& measure = comparison.measure();
  const std::string shown = draw::text_for_html(measure.shown), shown_begun = begun(shown),
                    plural_begun = begun(draw::text_for_html(measure.plural)),
                    inputs = draw::text_for_html(comparison.nouns.several), unit = unit_text(measure),
                    in_unit = unit.empty() ? "" : " in " + unit, in_points = "in " + points_text(measure);
  const std::string verdict_list = verdicts(comparison), rows = score_rows(comparison),
                    lengths = quartile_rows(comparison), trust = trust_section(comparison),
                    missing = not_trained(comparison), scores = score_chart(comparison),
                    by_size = size_chart(comparison), by_time = time_chart(comparison),
                    made_by = draw::text_for_html(version);
  return draw::filled_page(embedded::compare_html, {{"policy", policy},
                                                    {"title", title},
                                                    {"style", embedded::compare_css},
                                                    {"subtitle", subtitle},
                                                    {"first", first},
                                                    {"measure", shown},
                                                    {"measure_begun", shown_begun},
                                                    {"measures_begun", plural_begun},
                                                    {"in_unit", in_unit},
                                                    {"in_points", in_points},
                                                    {"inputs", inputs},
                                                    {"verdicts", verdict_list},
                                                    {"scores", rows},
                                                    {"lengths", lengths},
                                                    {"trust", trust},
                                                    {"score_chart", scores},
                                                    {"size_chart", by_size},
                                                    {"time_chart", by_time},
                                                    {"not_trained", missing},
                                                    {"method", method},
                                                    {"version", made_by}});
}

}  // namespace fovea::report
