#include "report/comparison_text.h"

#include <algorithm>

#include "base/text.h"
#include "draw/columns.h"
#include "report/comparison_trust.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using study::Comparison;
using study::VariantResult;

constexpr int kNameWidth = 15;  // at most; the other columns need 65

std::string comparison_heading(const std::string& text, const draw::Style& style) {
  return "\n" + (style.colour ? "\x1b[1m" + text + "\x1b[0m" : text) + "\n";
}

int name_width(const Comparison& comparison) {
  int width = draw::display_width(varied_options(comparison));
  for (const VariantResult& variant : comparison.variants)
    width = std::max(width, draw::display_width(variant_name(variant)));
  return std::min(width, kNameWidth);
}

std::string table_line(const std::string& name, int width, const std::vector<std::string>& cells) {
  return draw::pad_right(draw::ellipsize(name, width), width) + draw::pad_left(cells[0], 11) + "  " +
         draw::pad_right(cells[1], 22) + draw::pad_left(cells[2], 6) + draw::pad_left(cells[3], 6) +
         draw::pad_left(cells[4], 9) + draw::pad_left(cells[5], 9) + "\n";
}

std::string scores_table(const Comparison& comparison, int width) {
  const metrics::Measure& measure = comparison.measure();
  std::string out =
      table_line(varied_options(comparison), width, {measure.shown, "difference (95 %)", "p", "Holm", "time", "size"});
  for (const VariantResult& variant : comparison.variants) {
    const bool first = &variant == &comparison.variants.front();
    if (variant.points.empty()) {
      out += table_line(variant_name(variant), width, {"-", first ? "the first" : "", "", "", "", ""});
      continue;
    }
    std::vector<std::string> cells = {spread_text(variant.scores.front(), measure), first ? "the first" : "", "", "",
                                      seconds_text(variant.seconds.mean),           size_text(variant.bytes)};
    if (variant.difference) {
      cells[1] = difference_text(variant.difference->mean, measure) + " (" +
                 interval_text(variant.difference->interval, measure) + ")";
      cells[2] = p_text(variant.difference->p);
      cells[3] = p_text(variant.difference->p_holm);
    }
    out += table_line(variant_name(variant), width, cells);
  }
  return out;
}

std::string quartile_table(const Comparison& comparison, int width, const draw::Style& style) {
  if (comparison.quartiles.size() < 2) return "";
  constexpr int kCell = 13;
  const study::InputNouns& nouns = comparison.nouns;
  const metrics::Measure& measure = comparison.measure();
  std::string out =
      comparison_heading(measure.shown + (" by " + sizes_text(nouns)), style) + draw::pad_right(nouns.size, width);
  for (const study::Quartile& quartile : comparison.quartiles) out += draw::pad_left(quartile_name(quartile), kCell);
  out += "\n" + draw::pad_right(nouns.several, width);
  for (const study::Quartile& quartile : comparison.quartiles)
    out += draw::pad_left(with_commas(quartile.inputs), kCell);
  out += "\n";
  for (const VariantResult& variant : comparison.variants) {
    if (variant.quartiles.empty()) continue;
    out += draw::pad_right(draw::ellipsize(variant_name(variant), width), width);
    for (const study::QuartileScore& score : variant.quartiles)
      out += draw::pad_left(score_text(score.score, measure), kCell);
    out += "\n";
  }
  return out;
}

// Names too long for their column, said in full once.
std::string full_names(const Comparison& comparison, int width, const draw::Style& style) {
  std::string out;
  for (const VariantResult& variant : comparison.variants) {
    if (draw::display_width(variant_name(variant)) > width) out += draw::wrapped(variant_name(variant), style.width, 2);
  }
  return out.empty() ? "" : comparison_heading("the variants in full", style) + out;
}

std::string failures(const Comparison& comparison, const draw::Style& style) {
  std::string out;
  for (const VariantResult& variant : comparison.variants) {
    for (const study::Failure& failure : variant.failures) {
      out += draw::wrapped(
          variant_name(variant) + ", seed " + std::to_string(failure.seed) + ": " + draw::safe_text(failure.reason),
          style.width, 2);
    }
  }
  for (const study::Skipped& skipped : comparison.skipped) {
    out += draw::wrapped(draw::safe_text(study::long_name(skipped.settings) + ": " + skipped.reason), style.width, 2);
  }
  if (!out.empty()) out = comparison_heading("not trained", style) + out;
  for (const VariantResult& variant : comparison.variants) {
    for (const std::string& option : variant.left_out) {
      out += "\n" + draw::wrapped("--" + option + " does not apply to " + spoken_name(variant) + ".", style.width, 0);
    }
  }
  return out;
}

Json interval_json(const metrics::Interval& interval) {
  return Json::array({interval.low, interval.high});
}

Json settings_json(const study::Settings& settings) {
  Json out = Json::object();
  for (const study::Setting& setting : settings) out[setting.option] = setting.value;
  return out;
}

Json points_json(const Comparison& comparison, const std::vector<study::Point>& points) {
  Json out = Json::array();
  for (const study::Point& point : points) {
    Json run = {{"seed", point.seed}};
    for (size_t i = 0; i < comparison.measures.size(); ++i) run[comparison.measures[i].name] = point.scores[i];
    run["validation_" + std::string(comparison.measure().name)] = point.validation;
    run["seconds"] = point.seconds;
    run["epochs"] = point.epochs;
    run["stopped"] = point.stopped;
    out.push_back(std::move(run));
  }
  return out;
}

Json variant_json(const Comparison& comparison, const VariantResult& variant) {
  Json failures = Json::array(), quartiles = Json::array();
  for (const study::Failure& failure : variant.failures) {
    failures.push_back({{"seed", failure.seed}, {"reason", failure.reason}});
  }
  for (const study::QuartileScore& score : variant.quartiles) {
    Json quartile = {{comparison.measure().name, score.score}};
    quartile["difference"] = score.difference ? Json(*score.difference) : Json();
    quartile["difference_ci"] = score.difference ? interval_json(score.interval) : Json();
    quartiles.push_back(std::move(quartile));
  }
  const bool finished = !variant.points.empty();
  const auto measured = [finished](const Json& value) { return finished ? value : Json(); };
  Json out = {{"name", study::long_name(variant.settings)},
              {"settings", settings_json(variant.settings)},
              {"model", variant.model},
              {"runs", points_json(comparison, variant.points)},
              {"failures", failures},
              {"left_out", variant.left_out},
              {"audits", trust_json(variant)},
              {"trust", compared_trust_json(variant)}};
  for (size_t i = 0; i < comparison.measures.size(); ++i) {
    if (!shown_of_variants(comparison, i)) continue;
    const std::string measure = comparison.measures[i].name;
    out[measure] = measured(variant.scores[i].mean);
    out[measure + "_sd"] = measured(variant.scores[i].sd);
    if (i == 0) out[measure + "_ci"] = measured(interval_json(variant.interval));
  }
  out["seconds"] = measured(variant.seconds.mean);
  out["seconds_sd"] = measured(variant.seconds.sd);
  out["parameters"] = measured(variant.parameters);
  out["bytes"] = measured(variant.bytes);
  out["quartiles"] = quartiles;
  const auto& difference = variant.difference;
  out["difference"] = difference ? Json(difference->mean) : Json();
  out["difference_ci"] = difference ? interval_json(difference->interval) : Json();
  out["difference_seeds"] = difference ? Json(difference->seeds) : Json();
  out["p"] = difference ? Json(difference->p) : Json();
  out["p_holm"] = difference ? Json(difference->p_holm) : Json();
  out["shown"] = difference ? Json(difference->shown()) : Json();
  const bool first = &variant == &comparison.variants.front();
  out["verdict"] = first ? "the first: the others are compared with it" : verdict(comparison, variant);
  return out;
}

}  // namespace

std::string comparison_text(const Comparison& comparison, const draw::Style& style) {
  const int width = name_width(comparison);
  const std::string unit = unit_text(comparison.measure());
  std::string out =
      draw::wrapped(draw::safe_text(comparison.data) + ": " +
                        counted(static_cast<int64_t>(comparison.variants.size()), "variant", "variants") + ", " +
                        counted(static_cast<int64_t>(comparison.seeds.size()), "seed", "seeds") + ", " +
                        counted(comparison.inputs, "test " + comparison.nouns.one, "test " + comparison.nouns.several) +
                        "; " + comparison.measure().shown + (unit.empty() ? "" : " in " + unit) +
                        (comparison.seeds.size() > 1 ? ", mean ± sd over the seeds" : ""),
                    style.width, 0);
  out += "\n" + scores_table(comparison, width) + quartile_table(comparison, width, style) +
         trust_table(comparison, width, style);
  out += full_names(comparison, width, style) + failures(comparison, style) + comparison_heading("what differs", style);
  for (const VariantResult& variant : comparison.variants) {
    if (&variant != &comparison.variants.front()) out += draw::wrapped(verdict(comparison, variant), style.width, 2);
  }
  out += choice_text(comparison, style);
  out += "\n" + draw::wrapped(method_text(comparison), style.width, 0);
  if (comparison.interrupted) out += draw::wrapped("Interrupted: some trainings are missing.", style.width, 0);
  return out;
}

Json comparison_json(const Comparison& comparison) {
  Json varied = Json::array(), variants = Json::array(), quartiles = Json::array(), skipped = Json::array();
  for (const study::Axis& axis : comparison.axes) varied.push_back({{"option", axis.option}, {"values", axis.values}});
  for (const VariantResult& variant : comparison.variants) variants.push_back(variant_json(comparison, variant));
  for (const study::Quartile& quartile : comparison.quartiles) {
    quartiles.push_back(
        {{"shortest", quartile.smallest}, {"longest", quartile.largest}, {comparison.nouns.several, quartile.inputs}});
  }
  for (const study::Skipped& one : comparison.skipped) {
    skipped.push_back({{"settings", settings_json(one.settings)}, {"reason", one.reason}});
  }
  return {{"data", comparison.data},
          {"n", comparison.inputs},
          {"seeds", comparison.seeds},
          {"audit", comparison.audit ? Json(audit::depth_name(*comparison.audit)) : Json()},
          {"varied", varied},
          {"compared_with", study::long_name(comparison.variants.front().settings)},
          {"variants", variants},
          {"chosen", choice_json(comparison)},
          {"quartiles", quartiles},
          {"skipped", skipped},
          {"method", method_text(comparison)},
          {"interrupted", comparison.interrupted},
          {"folder", comparison.folder}};
}

}  // namespace fovea::report
