#include "report/study_words.h"

#include <algorithm>
#include <cmath>

#include "report/columns.h"
#include "report/terminal.h"

namespace fovea::report {
namespace {

constexpr const char* kMinus = "−";

// Values of --attention without a trained score.
bool is_control(const std::string& attention) {
  return attention == "mean" || attention == "max" || attention == "last" || attention == "frozen";
}

// Where nothing but the attention differs, a trained one in the first variant and a control in the other: the question
// is what attention bought.
const std::string* control_against_attention(const study::Settings& first, const study::Settings& other) {
  const std::string* control = nullptr;
  for (size_t i = 0; i < first.size(); ++i) {
    if (first[i] == other[i]) continue;
    if (first[i].option != "attention" || is_control(first[i].value) || !is_control(other[i].value)) return nullptr;
    control = &other[i].value;
  }
  return control;
}

metrics::Interval turned(const metrics::Interval& interval) {
  return {-interval.high, -interval.low};
}

// Where trainings failed or were not come to.
std::string fewer_seeds(const study::Comparison& comparison, const study::Difference& difference) {
  if (difference.seeds == comparison.seeds.size()) return "";
  return " (" + std::to_string(difference.seeds) + " of " + std::to_string(comparison.seeds.size()) + " seeds)";
}

std::string not_shown(const study::Comparison& comparison, const study::Difference& difference) {
  if (difference.p >= 0.05) return "no difference could be shown";
  size_t comparisons = 0;
  for (const study::VariantResult& variant : comparison.variants) comparisons += variant.difference.has_value();
  return "no difference could be shown, corrected for " + std::to_string(comparisons) + " comparisons";
}

}  // namespace

std::string points(double share) {
  const std::string digits = fixed(std::abs(100 * share), 1);
  return digits == "0.0" ? digits : (share < 0 ? kMinus : "+") + digits;
}

std::string interval_points(const metrics::Interval& interval) {
  return points(interval.low) + " to " + points(interval.high);
}

std::string p_text(double p) {
  if (p < 0.001) return "<.001";
  const std::string digits = fixed(p, 3);
  return digits.front() == '1' ? "1" : digits.substr(1);
}

std::string seconds_text(double seconds) {
  return seconds < 100 ? fixed(seconds, 1) + " s" : fixed(seconds / 60, 1) + " min";
}

std::string size_text(int64_t bytes) {
  const auto size = static_cast<double>(bytes);
  return bytes < 1'000'000 ? fixed(size / 1e3, 0) + " kB" : fixed(size / 1e6, 1) + " MB";
}

std::string spread_text(const study::Spread& spread) {
  return fixed(100 * spread.mean, 1) + (spread.seeds > 1 ? " ± " + fixed(100 * spread.sd, 1) : "");
}

std::string varied_options(const study::Comparison& comparison) {
  std::string text;
  for (const study::Axis& axis : comparison.axes) text += (text.empty() ? "" : ", ") + axis.option;
  return safe_text(text);
}

std::string variant_name(const study::VariantResult& variant) {
  return safe_text(study::short_name(variant.settings));
}

std::string spoken_name(const study::VariantResult& variant) {
  std::string text;
  for (const study::Setting& setting : variant.settings) {
    const bool says_little = setting.value == "true" || setting.value == "false" || setting.value == "none" ||
                             setting.value.find_first_not_of("0123456789.e-+") == std::string::npos;
    text += (text.empty() ? "" : ", ") + (says_little ? setting.option + "=" : "") + setting.value;
  }
  return safe_text(text);
}

std::string quartile_name(const study::Quartile& quartile) {
  const std::string shortest = grouped(quartile.shortest);
  return quartile.shortest == quartile.longest ? shortest : shortest + "–" + grouped(quartile.longest);
}

std::string verdict(const study::Comparison& comparison, const study::VariantResult& variant) {
  const study::VariantResult& first = comparison.variants.front();
  const std::string name = spoken_name(variant), first_name = spoken_name(first);
  if (variant.points.empty()) {
    return name + ": no training " +
           (variant.failures.empty() ? "was come to" : "succeeded: " + safe_text(variant.failures.front().reason));
  }
  if (!variant.difference) return name + ": not compared, no seed is finished by it and " + first_name;
  const study::Difference& difference = *variant.difference;
  const std::string seeds = fewer_seeds(comparison, difference);
  if (control_against_attention(first.settings, variant.settings)) {
    std::string text = "attention (" + first_name + ") bought " + points(-difference.mean) + " points over " + name +
                       " (" + interval_points(turned(difference.interval)) + "): ";
    if (!difference.shown()) return text + not_shown(comparison, difference) + seeds;
    return text + (difference.mean < 0 ? "it helped" : name + " was better") + ", p " +
           (difference.p_holm < 0.001 ? "" : "= ") + p_text(difference.p_holm) + seeds;
  }
  std::string text = name + ": " + points(difference.mean) + " points beside " + first_name + " (" +
                     interval_points(difference.interval) + "): ";
  if (!difference.shown()) return text + not_shown(comparison, difference) + seeds;
  return text + (difference.mean > 0 ? "better" : "worse") + ", p " + (difference.p_holm < 0.001 ? "" : "= ") +
         p_text(difference.p_holm) + seeds;
}

std::string method_text(const study::Comparison& comparison) {
  size_t comparisons = 0, fewest = 0, most = 0;  // seeds of a comparison
  for (const study::VariantResult& variant : comparison.variants) {
    if (!variant.difference) continue;
    const size_t seeds = variant.difference->seeds;
    fewest = comparisons == 0 ? seeds : std::min(fewest, seeds);
    most = std::max(most, seeds);
    ++comparisons;
  }
  if (comparisons == 0) return "Nothing was compared: no seed is finished by two variants.";
  const bool several = most > 1;
  std::string luck;
  if (!several) {
    luck = " With one seed nothing is known of the luck of the seeds: take --seeds 5.";
  } else if (fewest == 1) {
    luck = " Where two variants have finished one seed alone, nothing is known of the luck of the seeds.";
  }
  return "Differences are points of accuracy to the first variant, on the " + grouped(comparison.texts) +
         " texts of the test part, which all share. Intervals (95 %): paired bootstrap over texts" +
         std::string(several ? " and seeds" : "") + ", " + grouped(study::kResamples) +
         " draws; p: paired randomisation test over texts" + (several ? " and seeds" : "") + ", " +
         grouped(study::kDraws) + " draws, corrected for " +
         counted(static_cast<int64_t>(comparisons), "comparison", "comparisons") + " (Holm)." + luck;
}

}  // namespace fovea::report
