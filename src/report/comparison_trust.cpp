#include "report/comparison_trust.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include "base/text.h"
#include "draw/columns.h"
#include "draw/html.h"
#include "report/audit_words.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using study::Comparison;
using study::Trust;
using study::VariantResult;

// What is shown of a measure: its name in a heading, in the terminal and on the page, and how its numbers are written.
struct TrustColumn {
  const char* name;
  const char* page_name;
  const char* spoken;  // in a sentence of differences
  double scale;
  int decimals;
  const char* unit;
};
const TrustColumn& column_of(size_t measure) {
  static const TrustColumn kColumns[] = {
      {"the way, %", "the weights go ↑", "the weights go", 100, 0, " %"},
      {"of the picture", "the first picture goes ↑", "the first picture goes", 100, 0, " %"},
      {"largest lift", "median largest lift", "median largest lift", 1, 1, ""},
      {"marked, %", "with a marked", "with a marked", 100, 0, " %"},
      {"permuted", "weights permuted, median", "weights permuted (median)", 1, 3, ""},
  };
  return kColumns[measure];
}

std::string value_of(double value, const TrustColumn& column) {
  return bare(column.scale * value, column.decimals);
}

// "30 (24 to 36)", with its unit behind the mean; "-" of nothing.
std::string with_trust_interval(const std::optional<study::TrustNumber>& number, const TrustColumn& column,
                                const char* unit) {
  if (!number) return "-";
  return value_of(number->mean, column) + unit + " (" + value_of(number->interval.low, column) + " to " +
         value_of(number->interval.high, column) + ")";
}

std::string signed_value(double value, const TrustColumn& column) {
  const std::string digits = value_of(std::abs(value), column);
  if (digits == value_of(0, column)) return digits;
  return (value < 0 ? "−" : "+") + digits;
}

std::string with_difference(const study::TrustDifference& difference, const TrustColumn& column) {
  return signed_value(difference.mean, column) + (column.scale == 100 ? " points" : "") + " (" +
         signed_value(difference.interval.low, column) + " to " + signed_value(difference.interval.high, column) + ")";
}

std::string shown_or_not(const study::TrustDifference& difference) {
  if (difference.shown()) {
    return std::string(difference.mean < 0 ? "less" : "more") + ", p " + (difference.p_holm < 0.001 ? "" : "= ") +
           p_text(difference.p_holm);
  }
  return difference.p < 0.05 ? "no difference could be shown, corrected" : "no difference could be shown";
}

// What of a variant's differs from the first one's; "" where nothing is compared.
std::string difference_sentence(const Comparison& comparison, const VariantResult& variant) {
  std::string text;
  for (size_t measure = 0; measure < study::kTrustMeasures.size(); ++measure) {
    const auto& difference = variant.trust.differences[measure];
    if (!difference) continue;
    const TrustColumn& column = column_of(measure);
    const bool marked = study::kTrustMeasures[measure] == study::TrustMeasure::kMarked;
    text +=
        (text.empty() ? "" : "; ") +
        (marked ? comparison.nouns.several + " with a marked " + comparison.nouns.part : std::string(column.spoken)) +
        " " + with_difference(*difference, column) + ": " + shown_or_not(*difference);
  }
  return text.empty() ? "" : spoken_name(variant) + ": " + text;
}

std::vector<const Trust*> audited(const VariantResult& variant) {
  std::vector<const Trust*> all;
  for (const study::SeedTrust& one : variant.trusts) {
    if (one.trust.failure.empty()) all.push_back(&one.trust);
  }
  return all;
}

// "informative", or of several that differ "informative 2, decorative 1".
std::string grades_text(const std::vector<const Trust*>& all) {
  std::map<audit::Grade, int, std::greater<>> counts;
  for (const Trust* trust : all) ++counts[trust->grade];
  std::string text;
  for (const auto& [grade, count] : counts) {
    text += (text.empty() ? "" : ", ") + std::string(audit::grade_name(grade));
    if (counts.size() > 1) text += " " + std::to_string(count);
  }
  return text;
}

std::string beside_text(const std::vector<const Trust*>& all) {
  const auto count = [&](auto has) {
    return std::count_if(all.begin(), all.end(), [&](const Trust* t) { return has(*t); });
  };
  const auto part = [&](const std::string& word, int64_t times) {
    if (times == 0) return std::string();
    return ", " + word + (times < std::ssize(all) ? " " + std::to_string(times) : "");
  };
  return part("provisional", count([](const Trust& t) { return t.provisional; })) +
         part("ignored", count([](const Trust& t) { return t.ignored; })) +
         part("replaceable", count([](const Trust& t) { return t.replaceable.value_or(false); }));
}

bool several_seeds(const Comparison& comparison) {
  return std::any_of(comparison.variants.begin(), comparison.variants.end(),
                     [](const VariantResult& variant) { return audited(variant).size() > 1; });
}

std::vector<study::Candidate> candidates_of(const Comparison& comparison) {
  std::vector<study::Candidate> all;
  for (const VariantResult& variant : comparison.variants) {
    if (!variant.points.empty()) all.push_back(variant.candidate);
  }
  return all;
}

int64_t texts_of(const Comparison& comparison) {
  for (const VariantResult& variant : comparison.variants) {
    for (const Trust* trust : audited(variant)) return trust->texts;
  }
  return 0;
}

std::string why_not(const VariantResult& variant) {
  for (const study::SeedTrust& one : variant.trusts) {
    if (!one.trust.failure.empty()) return one.trust.failure;
  }
  return "not audited";
}

// How to read the tables.
std::string reading(const Comparison& comparison) {
  const study::InputNouns& nouns = comparison.nouns;
  return "Audited at depth " + std::string(audit::depth_name(*comparison.audit)) + " on " +
         counted(texts_of(comparison), nouns.one, nouns.several) + " of the test part" +
         (comparison.audit == audit::Depth::kStandard ? ", the first seed's models only. " : ". ") +
         "The way: how far erasing " + nouns.size +
         " in the order of the weights, or of the picture that explain shows first, goes from random " + nouns.size +
         " (0 %) to the best other method (100 %). The lift is the largest weight times the " + nouns.size +
         "; permuted: how far the answer moves when the weights are dealt to other " + nouns.size +
         ". Intervals (95 %) count the luck of the " + nouns.several + " and of the seeds" +
         (several_seeds(comparison) ? "" : " where there are several") +
         "; p of all differences is corrected together (Holm). fovea audit tells more of a single model.";
}

std::string choice_sentence(const Comparison& comparison) {
  const metrics::Measure& measure = comparison.measure();
  const auto both = [&](const VariantResult& variant) {
    const study::Candidate& candidate = variant.candidate;
    return (candidate.recovered ? "the weights go " + per_cent(*candidate.recovered, 0) + " of the way, " : "") +
           measure.shown + " " + score_text(candidate.score, measure);
  };
  if (!comparison.chosen) return "by trust none can be chosen: no variant with weights is finished";
  const VariantResult& chosen = comparison.variants[*comparison.chosen];
  std::string text = "by trust, on the validation part: " + spoken_name(chosen) + " (" + both(chosen) + ")";
  if (!chosen.candidate.recovered) text += "; in none could an audit say how far the weights go";
  for (const VariantResult& variant : comparison.variants) {
    if (&variant == &chosen || variant.points.empty()) continue;
    text += "; " + spoken_name(variant) + " (" + both(variant) + ")";
    if (!variant.no_trust.empty()) {
      text += ": " + draw::safe_text(variant.no_trust);
    } else if (!within_margin(variant.candidate, candidates_of(comparison), measure)) {
      text += ": more than a point below the best";
    }
  }
  return text;
}

void put(Json& json, const char* name, const audit::Number& number) {
  json[name] = number.n > 0 ? Json(number.mean) : Json();
  json[std::string(name) + "_ci"] = number.n > 0 ? Json::array({number.low, number.high}) : Json();
}

}  // namespace

std::string trust_table(const Comparison& comparison, int name_width, const draw::Style& style) {
  if (!comparison.audit) return "";
  constexpr int kWays = 17, kRest = 21;
  const auto heading = [&](const std::string& text) {
    return "\n" + (style.colour ? "\x1b[1m" + text + "\x1b[0m" : text) + "\n";
  };
  const auto begun = [&](const std::string& name) {
    return draw::pad_right(draw::ellipsize(name, name_width), name_width);
  };
  std::string out = heading("can the attention be believed?") + begun(varied_options(comparison)), rest, differences;
  for (size_t measure = 0; measure < 2; ++measure) out += draw::pad_left(column_of(measure).name, kWays);
  out += "  grade\n";
  rest = begun("");
  for (size_t measure = 2; measure < study::kTrustMeasures.size(); ++measure) {
    rest += draw::pad_left(column_of(measure).name, kRest);
  }
  rest += "\n";
  for (const VariantResult& variant : comparison.variants) {
    if (variant.trusts.empty()) continue;
    const std::vector<const Trust*> all = audited(variant);
    out += begun(variant_name(variant));
    if (all.empty()) {
      out += "  " + draw::wrapped(draw::safe_text(why_not(variant)), style.width, name_width + 2);
      continue;
    }
    const auto cell = [&](size_t measure, int width) {
      return draw::pad_left(with_trust_interval(variant.trust.numbers[measure], column_of(measure), ""), width);
    };
    out += cell(0, kWays) + cell(1, kWays) + "  " +
           draw::wrapped(grades_text(all), style.width, name_width + 2 * kWays + 2);
    rest += begun(variant_name(variant));
    for (size_t measure = 2; measure < study::kTrustMeasures.size(); ++measure) rest += cell(measure, kRest);
    rest += "\n";
    if (const std::string sentence = difference_sentence(comparison, variant); !sentence.empty()) {
      differences += draw::wrapped(sentence, style.width, 2);
    }
  }
  out += "\n" + rest;
  if (!differences.empty()) out += heading("what differs in that, beside the first") + differences;
  return out + "\n" + draw::wrapped(reading(comparison), style.width, 0);
}

std::string choice_text(const Comparison& comparison, const draw::Style& style) {
  if (comparison.goal == study::Goal::kAccuracy) return "";
  const std::string heading = "chosen";
  return "\n" + (style.colour ? "\x1b[1m" + heading + "\x1b[0m" : heading) + "\n" +
         draw::wrapped(choice_sentence(comparison), style.width, 2);
}

std::string trust_section(const Comparison& comparison) {
  const std::string chosen = comparison.goal == study::Goal::kAccuracy
                                 ? ""
                                 : "<p>Chosen " + draw::text_for_html(choice_sentence(comparison)) + "</p>\n";
  if (!comparison.audit) return chosen;
  const auto cell = [](const std::string& text, const char* tag) {
    return std::string("<") + tag + ">" + draw::text_for_html(text) + "</" + tag + ">";
  };
  std::string out = "<h2>Can the attention be believed?</h2>\n<p class=\"hint\">" +
                    draw::text_for_html(reading(comparison)) + "</p>\n<div class=\"wide\"><table>\n<thead><tr>" +
                    cell(varied_options(comparison), "th") + cell("grade", "th");
  for (size_t measure = 0; measure < study::kTrustMeasures.size(); ++measure) {
    const bool marked = study::kTrustMeasures[measure] == study::TrustMeasure::kMarked;
    out += cell(marked ? comparison.nouns.several + " with a marked " + comparison.nouns.part
                       : std::string(column_of(measure).page_name),
                "th");
  }
  out += "</tr></thead>\n<tbody>\n";
  std::string differences;
  for (const VariantResult& variant : comparison.variants) {
    if (variant.trusts.empty()) continue;
    const std::vector<const Trust*> all = audited(variant);
    out += "<tr>" + cell(variant_name(variant), "th");
    if (all.empty()) {
      out += "<td colspan=\"" + std::to_string(study::kTrustMeasures.size() + 1) + "\">" +
             draw::text_for_html(why_not(variant)) + "</td></tr>\n";
      continue;
    }
    out += cell(grades_text(all) + beside_text(all), "td");
    for (size_t measure = 0; measure < study::kTrustMeasures.size(); ++measure) {
      out +=
          cell(with_trust_interval(variant.trust.numbers[measure], column_of(measure), column_of(measure).unit), "td");
    }
    out += "</tr>\n";
    if (const std::string sentence = difference_sentence(comparison, variant); !sentence.empty()) {
      differences += "<li>" + draw::text_for_html(sentence) + "</li>\n";
    }
  }
  out += "</tbody>\n</table></div>\n";
  return out + (differences.empty() ? "" : "<ul>\n" + differences + "</ul>\n") + chosen;
}

Json trust_json(const VariantResult& variant) {
  if (variant.trusts.empty()) return Json();
  Json runs = Json::array();
  for (const study::SeedTrust& one : variant.trusts) {
    const Trust& trust = one.trust;
    Json run = {{"seed", one.seed}};
    run["failure"] = trust.failure.empty() ? Json() : Json(trust.failure);
    if (trust.failure.empty()) {
      run["grade"] = audit::grade_name(trust.grade);
      run["provisional"] = trust.provisional;
      run["ignored"] = trust.ignored;
      run["replaceable"] = trust.replaceable ? Json(*trust.replaceable) : Json();
      run["texts"] = trust.texts;
      put(run, "permuted", trust.permuted);
      put(run, "comprehensiveness", trust.comprehensiveness);
      put(run, "comprehensiveness_random", trust.random);
      put(run, "normalised_aopc", trust.normalised);
      put(run, "normalised_aopc_random", trust.normalised_random);
      put(run, "tau_gradient", trust.gradient);
      put(run, "recovered", trust.recovered);
      put(run, "first_recovered", trust.first_recovered);
      run["first_grade"] = audit::grade_name(trust.first_grade);
      run["first_method"] = trust.first_method;
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

// By measure, over the seeds: {"recovered": {"mean": …, "ci": …, "seeds": …, "difference": …, …}, …}.
Json compared_trust_json(const VariantResult& variant) {
  if (audited(variant).empty()) return Json();
  constexpr const char* kNames[] = {"recovered", "first_recovered", "largest_lift", "marked", "permuted_median"};
  Json out = Json::object();
  for (size_t measure = 0; measure < study::kTrustMeasures.size(); ++measure) {
    const auto& number = variant.trust.numbers[measure];
    const auto& difference = variant.trust.differences[measure];
    const auto ends = [](const metrics::Interval& interval) { return Json::array({interval.low, interval.high}); };
    Json one = Json::object();
    one["mean"] = number ? Json(number->mean) : Json();
    one["ci"] = number ? ends(number->interval) : Json();
    one["seeds"] = number ? number->seeds : 0;
    one["difference"] = difference ? Json(difference->mean) : Json();
    one["difference_ci"] = difference ? ends(difference->interval) : Json();
    one["difference_seeds"] = difference ? Json(difference->seeds) : Json();
    one["p"] = difference ? Json(difference->p) : Json();
    one["p_holm"] = difference ? Json(difference->p_holm) : Json();
    one["shown"] = difference ? Json(difference->shown()) : Json();
    out[kNames[measure]] = std::move(one);
  }
  return out;
}

Json choice_json(const Comparison& comparison) {
  const bool by_trust = comparison.goal == study::Goal::kTrust;
  Json variants = Json::array();
  for (const VariantResult& variant : comparison.variants) {
    const study::Candidate& candidate = variant.candidate;
    Json one = {{"name", study::long_name(variant.settings)}};
    one["score"] = variant.points.empty() ? Json() : Json(candidate.score);
    one["recovered"] = candidate.recovered ? Json(*candidate.recovered) : Json();
    one["no_trust"] = by_trust && !variant.no_trust.empty() ? Json(variant.no_trust) : Json();
    variants.push_back(std::move(one));
  }
  Json out = {{"for", by_trust ? "trust" : "accuracy"}, {"part", "validation"}, {"variants", std::move(variants)}};
  out["variant"] =
      comparison.chosen ? Json(study::long_name(comparison.variants[*comparison.chosen].settings)) : Json();
  return out;
}

}  // namespace fovea::report
