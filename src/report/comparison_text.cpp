#include "report/comparison_text.h"

#include <algorithm>

#include "report/columns.h"
#include "report/comparison_trust.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using study::Comparison;
using study::VariantResult;

constexpr int kNameWidth = 15;  // at most; the other columns need 65

std::string comparison_heading(const std::string& text, const Style& style) {
  return "\n" + (style.colour ? "\x1b[1m" + text + "\x1b[0m" : text) + "\n";
}

int name_width(const Comparison& comparison) {
  int width = display_width(varied_options(comparison));
  for (const VariantResult& variant : comparison.variants)
    width = std::max(width, display_width(variant_name(variant)));
  return std::min(width, kNameWidth);
}

std::string table_line(const std::string& name, int width, const std::vector<std::string>& cells) {
  return pad_right(ellipsize(name, width), width) + pad_left(cells[0], 11) + "  " + pad_right(cells[1], 22) +
         pad_left(cells[2], 6) + pad_left(cells[3], 6) + pad_left(cells[4], 9) + pad_left(cells[5], 9) + "\n";
}

std::string scores_table(const Comparison& comparison, int width) {
  std::string out =
      table_line(varied_options(comparison), width, {"accuracy", "difference (95 %)", "p", "Holm", "time", "size"});
  for (const VariantResult& variant : comparison.variants) {
    const bool first = &variant == &comparison.variants.front();
    if (variant.points.empty()) {
      out += table_line(variant_name(variant), width, {"-", first ? "the first" : "", "", "", "", ""});
      continue;
    }
    std::vector<std::string> cells = {spread_text(variant.accuracy),      first ? "the first" : "", "", "",
                                      seconds_text(variant.seconds.mean), size_text(variant.bytes)};
    if (variant.difference) {
      cells[1] = points(variant.difference->mean) + " (" + interval_points(variant.difference->interval) + ")";
      cells[2] = p_text(variant.difference->p);
      cells[3] = p_text(variant.difference->p_holm);
    }
    out += table_line(variant_name(variant), width, cells);
  }
  return out;
}

std::string quartile_table(const Comparison& comparison, int width, const Style& style) {
  if (comparison.quartiles.size() < 2) return "";
  constexpr int kCell = 13;
  std::string out = comparison_heading("accuracy by words in a text", style) + pad_right("words", width);
  for (const study::Quartile& quartile : comparison.quartiles) out += pad_left(quartile_name(quartile), kCell);
  out += "\n" + pad_right("texts", width);
  for (const study::Quartile& quartile : comparison.quartiles) out += pad_left(grouped(quartile.texts), kCell);
  out += "\n";
  for (const VariantResult& variant : comparison.variants) {
    if (variant.quartiles.empty()) continue;
    out += pad_right(ellipsize(variant_name(variant), width), width);
    for (const study::QuartileScore& score : variant.quartiles) out += pad_left(fixed(100 * score.accuracy, 1), kCell);
    out += "\n";
  }
  return out;
}

// Names too long for their column, said in full once.
std::string full_names(const Comparison& comparison, int width, const Style& style) {
  std::string out;
  for (const VariantResult& variant : comparison.variants) {
    if (display_width(variant_name(variant)) > width) out += wrapped(variant_name(variant), style.width, 2);
  }
  return out.empty() ? "" : comparison_heading("the variants in full", style) + out;
}

std::string failures(const Comparison& comparison, const Style& style) {
  std::string out;
  for (const VariantResult& variant : comparison.variants) {
    for (const study::Failure& failure : variant.failures) {
      out +=
          wrapped(variant_name(variant) + ", seed " + std::to_string(failure.seed) + ": " + safe_text(failure.reason),
                  style.width, 2);
    }
  }
  for (const study::Skipped& skipped : comparison.skipped) {
    out += wrapped(safe_text(study::long_name(skipped.settings) + ": " + skipped.reason), style.width, 2);
  }
  if (!out.empty()) out = comparison_heading("not trained", style) + out;
  for (const VariantResult& variant : comparison.variants) {
    for (const std::string& option : variant.left_out) {
      out += "\n" + wrapped("--" + option + " does not apply to " + spoken_name(variant) + ".", style.width, 0);
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

Json points_json(const std::vector<study::Point>& points) {
  Json out = Json::array();
  for (const study::Point& point : points) {
    out.push_back({{"seed", point.seed},
                   {"accuracy", point.accuracy},
                   {"macro_f1", point.macro_f1},
                   {"loss", point.loss},
                   {"validation_accuracy", point.validation_accuracy},
                   {"seconds", point.seconds},
                   {"epochs", point.epochs},
                   {"stopped", point.stopped}});
  }
  return out;
}

Json variant_json(const Comparison& comparison, const VariantResult& variant) {
  Json failures = Json::array(), quartiles = Json::array();
  for (const study::Failure& failure : variant.failures) {
    failures.push_back({{"seed", failure.seed}, {"reason", failure.reason}});
  }
  for (const study::QuartileScore& score : variant.quartiles) {
    Json quartile = {{"accuracy", score.accuracy}};
    quartile["difference"] = score.difference ? Json(*score.difference) : Json();
    quartile["difference_ci"] = score.difference ? interval_json(score.interval) : Json();
    quartiles.push_back(std::move(quartile));
  }
  const bool finished = !variant.points.empty();
  const auto measured = [finished](const Json& value) { return finished ? value : Json(); };
  Json out = {{"name", study::long_name(variant.settings)},
              {"settings", settings_json(variant.settings)},
              {"model", variant.model},
              {"runs", points_json(variant.points)},
              {"failures", failures},
              {"left_out", variant.left_out},
              {"audits", trust_json(variant)},
              {"accuracy", measured(variant.accuracy.mean)},
              {"accuracy_sd", measured(variant.accuracy.sd)},
              {"accuracy_ci", measured(interval_json(variant.accuracy_interval))},
              {"macro_f1", measured(variant.macro_f1.mean)},
              {"macro_f1_sd", measured(variant.macro_f1.sd)},
              {"seconds", measured(variant.seconds.mean)},
              {"seconds_sd", measured(variant.seconds.sd)},
              {"parameters", measured(variant.parameters)},
              {"bytes", measured(variant.bytes)},
              {"quartiles", quartiles}};
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

std::string comparison_text(const Comparison& comparison, const Style& style) {
  const int width = name_width(comparison);
  std::string out = wrapped(safe_text(comparison.data) + ": " +
                                counted(static_cast<int64_t>(comparison.variants.size()), "variant", "variants") +
                                ", " + counted(static_cast<int64_t>(comparison.seeds.size()), "seed", "seeds") + ", " +
                                counted(comparison.texts, "test text", "test texts") + "; accuracy in per cent" +
                                (comparison.seeds.size() > 1 ? ", mean ± sd over the seeds" : ""),
                            style.width, 0);
  out += "\n" + scores_table(comparison, width) + quartile_table(comparison, width, style) +
         trust_table(comparison, width, style);
  out += full_names(comparison, width, style) + failures(comparison, style) + comparison_heading("what differs", style);
  for (const VariantResult& variant : comparison.variants) {
    if (&variant != &comparison.variants.front()) out += wrapped(verdict(comparison, variant), style.width, 2);
  }
  out += "\n" + wrapped(method_text(comparison), style.width, 0);
  if (comparison.interrupted) out += wrapped("Interrupted: some trainings are missing.", style.width, 0);
  return out;
}

Json comparison_json(const Comparison& comparison) {
  Json varied = Json::array(), variants = Json::array(), quartiles = Json::array(), skipped = Json::array();
  for (const study::Axis& axis : comparison.axes) varied.push_back({{"option", axis.option}, {"values", axis.values}});
  for (const VariantResult& variant : comparison.variants) variants.push_back(variant_json(comparison, variant));
  for (const study::Quartile& quartile : comparison.quartiles) {
    quartiles.push_back({{"shortest", quartile.shortest}, {"longest", quartile.longest}, {"texts", quartile.texts}});
  }
  for (const study::Skipped& one : comparison.skipped) {
    skipped.push_back({{"settings", settings_json(one.settings)}, {"reason", one.reason}});
  }
  return {{"data", comparison.data},
          {"n", comparison.texts},
          {"seeds", comparison.seeds},
          {"audit", comparison.audit ? Json(audit::depth_name(*comparison.audit)) : Json()},
          {"varied", varied},
          {"compared_with", study::long_name(comparison.variants.front().settings)},
          {"variants", variants},
          {"quartiles", quartiles},
          {"skipped", skipped},
          {"method", method_text(comparison)},
          {"interrupted", comparison.interrupted},
          {"folder", comparison.folder}};
}

}  // namespace fovea::report
