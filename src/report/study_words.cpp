#include "report/study_words.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "draw/terminal.h"

namespace fovea::report {
namespace {

using metrics::Measure;
using metrics::Unit;

constexpr const char* kMinus = "−";

int decimals(const Measure& measure) {
  return measure.unit == Unit::kNats ? 3 : 1;
}

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

double shown_scale(const Measure& measure) {
  return measure.unit == Unit::kNats ? 1 : 100;
}

std::string score_text(double score, const Measure& measure) {
  return fixed(shown_scale(measure) * score, decimals(measure));
}

std::string unit_text(const Measure& measure) {
  switch (measure.unit) {
    case Unit::kShare:
      return "per cent";
    case Unit::kNats:
      return "nats";
    case Unit::kHundredth:
      break;
  }
  return "";
}

std::string points_text(const Measure& measure) {
  return measure.unit == Unit::kNats ? "nats" : "points";
}

std::string axis_text(const Measure& measure) {
  const std::string unit = unit_text(measure);
  return measure.shown + (unit.empty() ? "" : ", " + unit);
}

std::string difference_text(double difference, const Measure& measure) {
  const std::string digits = score_text(std::abs(difference), measure);
  return digits == fixed(0, decimals(measure)) ? digits : (difference < 0 ? kMinus : "+") + digits;
}

std::string interval_text(const metrics::Interval& interval, const Measure& measure) {
  return difference_text(interval.low, measure) + " to " + difference_text(interval.high, measure);
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

std::string spread_text(const study::Spread& spread, const Measure& measure) {
  return score_text(spread.mean, measure) + (spread.seeds > 1 ? " ± " + score_text(spread.sd, measure) : "");
}

bool shown_of_variants(const study::Comparison& comparison, size_t measure) {
  return measure == 0 || comparison.measures[measure].unit != Unit::kNats;
}

std::string sizes_text(const study::InputNouns& nouns) {
  const bool vowel = std::string("aeiou").find(nouns.one.front()) != std::string::npos;
  return nouns.size + (vowel ? " in an " : " in a ") + nouns.one;
}

std::string varied_options(const study::Comparison& comparison) {
  std::string text;
  for (const study::Axis& axis : comparison.axes) text += (text.empty() ? "" : ", ") + axis.option;
  return draw::safe_text(text);
}

std::string variant_name(const study::VariantResult& variant) {
  return draw::safe_text(study::short_name(variant.settings));
}

std::string spoken_name(const study::VariantResult& variant) {
  std::string text;
  for (const study::Setting& setting : variant.settings) {
    const bool says_little = setting.value == "true" || setting.value == "false" || setting.value == "none" ||
                             setting.value.find_first_not_of("0123456789.e-+") == std::string::npos;
    text += (text.empty() ? "" : ", ") + (says_little ? setting.option + "=" : "") + setting.value;
  }
  return draw::safe_text(text);
}

std::string quartile_name(const study::Quartile& quartile) {
  const std::string smallest = with_commas(quartile.smallest);
  return quartile.smallest == quartile.largest ? smallest : smallest + "–" + with_commas(quartile.largest);
}

std::string verdict(const study::Comparison& comparison, const study::VariantResult& variant) {
  const study::VariantResult& first = comparison.variants.front();
  const std::string name = spoken_name(variant), first_name = spoken_name(first);
  if (variant.points.empty()) {
    return name + ": no training " +
           (variant.failures.empty() ? "was come to"
                                     : "succeeded: " + draw::safe_text(variant.failures.front().reason));
  }
  if (!variant.difference) return name + ": not compared, no seed is finished by it and " + first_name;
  const study::Difference& difference = *variant.difference;
  const std::string seeds = fewer_seeds(comparison, difference);
  const Measure& measure = comparison.measure();
  const bool better = measure.better(difference.mean, 0);
  std::string text;
  if (control_against_attention(first.settings, variant.settings)) {
    // What the first has gained over the other: more of a score, less of errors.
    const bool turn = !measure.lower_is_better;
    text = "attention (" + first_name + ") bought " +
           difference_text(turn ? -difference.mean : difference.mean, measure) + " " + points_text(measure) + " over " +
           name + " (" + interval_text(turn ? turned(difference.interval) : difference.interval, measure) + "): ";
    if (!difference.shown()) return text + not_shown(comparison, difference) + seeds;
    text += better ? name + " was better" : "it helped";
  } else {
    text = name + ": " + difference_text(difference.mean, measure) + " " + points_text(measure) + " beside " +
           first_name + " (" + interval_text(difference.interval, measure) + "): ";
    if (!difference.shown()) return text + not_shown(comparison, difference) + seeds;
    text += better ? "better" : "worse";
  }
  return text + ", p " + (difference.p_holm < 0.001 ? "" : "= ") + p_text(difference.p_holm) + seeds;
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
  const Measure& measure = comparison.measure();
  const std::string inputs = comparison.nouns.several;
  return "Differences are " + points_text(measure) + " of " + measure.shown + " to the first variant" +
         (measure.lower_is_better ? ", and lower is better" : "") + ", on the " + with_commas(comparison.inputs) + " " +
         inputs + " of the test part, which all share. Intervals (95 %): paired bootstrap over " + inputs +
         std::string(several ? " and seeds" : "") + ", " + with_commas(study::kResamples) +
         " draws; p: paired randomisation test over " + inputs + (several ? " and seeds" : "") + ", " +
         with_commas(study::kDraws) + " draws, corrected for " +
         counted(static_cast<int64_t>(comparisons), "comparison", "comparisons") + " (Holm)." + luck;
}

}  // namespace fovea::report
