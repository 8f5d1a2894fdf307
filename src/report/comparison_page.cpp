#include "report/comparison_page.h"

#include <algorithm>

#include "embedded/compare_css.h"
#include "embedded/compare_html.h"
#include "report/charts.h"
#include "report/columns.h"
#include "report/comparison_trust.h"
#include "report/html.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using study::Comparison;
using study::VariantResult;

constexpr size_t kSeriesDrawn = 6;  // more lines than that nobody can follow; the table has them all

std::string cell(const std::string& text, const char* tag = "td") {
  return std::string("<") + tag + ">" + text_for_html(text) + "</" + tag + ">";
}

std::string verdicts(const Comparison& comparison) {
  std::string out;
  for (const VariantResult& variant : comparison.variants) {
    if (&variant == &comparison.variants.front()) continue;
    const bool shown = variant.difference && variant.difference->shown();
    out += std::string("<li class=\"") + (shown ? "shown" : "open") + "\"><b aria-hidden=\"true\">" +
           (shown ? "≠" : "≈") + "</b> " + text_for_html(verdict(comparison, variant)) + "</li>\n";
  }
  return out;
}

std::string score_rows(const Comparison& comparison) {
  std::string out = "<thead><tr>" + cell(varied_options(comparison), "th");
  for (const char* name : {"accuracy", "macro F1", "difference", "95 % interval", "p", "p (Holm)", "time", "size",
                           "parameters", "trainings"}) {
    out += cell(name, "th");
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const VariantResult& variant : comparison.variants) {
    const bool first = &variant == &comparison.variants.front();
    const auto& difference = variant.difference;
    out += "<tr>" + cell(variant_name(variant), "th");
    if (variant.points.empty()) {
      out += "<td colspan=\"10\">no training was finished</td></tr>\n";
      continue;
    }
    out += cell(spread_text(variant.accuracy)) + cell(spread_text(variant.macro_f1)) +
           cell(difference ? points(difference->mean)
                : first    ? "the first"
                           : "") +
           cell(difference ? interval_points(difference->interval) : "") +
           cell(difference ? p_text(difference->p) : "") + cell(difference ? p_text(difference->p_holm) : "") +
           cell(seconds_text(variant.seconds.mean)) + cell(size_text(variant.bytes)) +
           cell(grouped(variant.parameters)) + cell(grouped(static_cast<int64_t>(variant.points.size()))) + "</tr>\n";
  }
  return out + "</tbody>\n";
}

std::string quartile_rows(const Comparison& comparison) {
  std::string out = "<thead><tr>" + cell("words in a text", "th");
  for (const study::Quartile& quartile : comparison.quartiles) out += cell(quartile_name(quartile), "th");
  out += "</tr></thead>\n<tbody>\n<tr>" + cell("texts", "th");
  for (const study::Quartile& quartile : comparison.quartiles) out += cell(grouped(quartile.texts));
  out += "</tr>\n";
  for (const VariantResult& variant : comparison.variants) {
    if (variant.quartiles.empty()) continue;
    out += "<tr>" + cell(variant_name(variant), "th");
    for (const study::QuartileScore& score : variant.quartiles) {
      out += "<td>" + text_for_html(fixed(100 * score.accuracy, 1));
      if (score.difference) {
        out += "<small>" + text_for_html(points(*score.difference) + " (" + interval_points(score.interval) + ")") +
               "</small>";
      }
      out += "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n";
}

std::string accuracy_chart(const Comparison& comparison) {
  std::vector<IntervalRow> rows;
  for (const VariantResult& variant : comparison.variants) {
    if (variant.points.empty()) continue;
    IntervalRow row{spoken_name(variant),
                    spread_text(variant.accuracy),
                    100 * variant.accuracy.mean,
                    100 * variant.accuracy_interval.low,
                    100 * variant.accuracy_interval.high,
                    {}};
    for (const study::Point& point : variant.points) row.singles.push_back(100 * point.accuracy);
    rows.push_back(std::move(row));
  }
  return interval_chart(rows, "accuracy on the test part, per cent");
}

std::string length_chart(const Comparison& comparison) {
  if (comparison.quartiles.size() < 2) return "<p>The test texts are all about equally long.</p>\n";
  std::vector<std::string> categories;
  for (const study::Quartile& quartile : comparison.quartiles) categories.push_back(quartile_name(quartile));
  std::vector<Series> series;
  for (const VariantResult& variant : comparison.variants) {
    if (variant.quartiles.empty() || series.size() == kSeriesDrawn) continue;
    Series one{spoken_name(variant), {}};
    for (const study::QuartileScore& score : variant.quartiles) one.values.push_back(100 * score.accuracy);
    series.push_back(std::move(one));
  }
  return line_chart(categories, series, "words in a text, a quarter of the texts each", "accuracy, per cent");
}

std::string time_chart(const Comparison& comparison) {
  double longest = 0;
  for (const VariantResult& variant : comparison.variants) longest = std::max(longest, variant.seconds.mean);
  const bool minutes = longest >= 100;
  std::vector<ScatterPoint> points;
  for (const VariantResult& variant : comparison.variants) {
    if (variant.points.empty()) continue;
    points.push_back({spoken_name(variant), variant.seconds.mean / (minutes ? 60 : 1), 100 * variant.accuracy.mean,
                      100 * variant.accuracy.sd});
  }
  return scatter_chart(points, std::string("time of a training, ") + (minutes ? "minutes" : "seconds"),
                       "accuracy, per cent");
}

std::string not_trained(const Comparison& comparison) {
  std::string out;
  const auto add = [&](const std::string& text) { out += "<li>" + text_for_html(text) + "</li>\n"; };
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
      text_for_html(comparison.data + " · " + varied_options(comparison) + " · seeds " + seeds);
  const std::string policy =
      "default-src 'none'; style-src " + policy_hash(embedded::compare_css) + "; base-uri 'none'; form-action 'none'";
  const std::string first = text_for_html(study::long_name(comparison.variants.front().settings));
  const std::string title = text_for_html(comparison.data), method = text_for_html(method_text(comparison));
  const std::string verdict_list = verdicts(comparison), rows = score_rows(comparison),
                    lengths = quartile_rows(comparison), trust = trust_section(comparison),
                    missing = not_trained(comparison), accuracy = accuracy_chart(comparison),
                    by_length = length_chart(comparison), by_time = time_chart(comparison),
                    made_by = text_for_html(version);
  return filled_page(embedded::compare_html, {{"policy", policy},
                                              {"title", title},
                                              {"style", embedded::compare_css},
                                              {"subtitle", subtitle},
                                              {"first", first},
                                              {"verdicts", verdict_list},
                                              {"scores", rows},
                                              {"lengths", lengths},
                                              {"trust", trust},
                                              {"accuracy_chart", accuracy},
                                              {"length_chart", by_length},
                                              {"time_chart", by_time},
                                              {"not_trained", missing},
                                              {"method", method},
                                              {"version", made_by}});
}

}  // namespace fovea::report
