#include "report/comparison_trust.h"

#include <algorithm>
#include <functional>
#include <limits>
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

struct Column {
  const char* name;
  const char* page_name;
  audit::Number Trust::*number;
};
const std::vector<Column>& columns() {
  static const std::vector<Column> kColumns = {
      {"permuted", "permuted", &Trust::permuted},
      {"erased", "erased ↑", &Trust::normalised},
      {"random", "random", &Trust::normalised_random},
      {"gradient", "gradient", &Trust::gradient},
  };
  return kColumns;
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

// The mean over the seeds of what each audit found; "-" where none found such a number.
double mean_of(const std::vector<const Trust*>& all, audit::Number Trust::*number) {
  double sum = 0;
  int64_t count = 0;
  for (const Trust* trust : all) {
    const audit::Number& own = trust->*number;
    if (own.n == 0) continue;
    sum += own.mean;
    ++count;
  }
  return count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN();
}

// With one audit its interval, with several the range of their means.
std::string spread_of(const std::vector<const Trust*>& all, audit::Number Trust::*number) {
  if (all.size() == 1) return with_interval(all.front()->*number);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Trust* trust : all) {
    if ((trust->*number).n == 0) continue;
    low = std::min(low, (trust->*number).mean);
    high = std::max(high, (trust->*number).mean);
  }
  if (low > high) return "-";
  return bare(mean_of(all, number)) + " (" + bare(low) + " to " + bare(high) + ")";
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

// How to read the table.
std::string reading(const Comparison& comparison, const std::string& several) {
  const study::InputNouns& nouns = comparison.nouns;
  const std::string text =
      "Audited at depth " + std::string(audit::depth_name(*comparison.audit)) + " on " +
      counted(texts_of(comparison), nouns.one, nouns.several) + " of the test part" +
      (comparison.audit == audit::Depth::kStandard ? ", the first seed's models only. " : ". ") +
      "Permuted: how far the answer moves when the weights are dealt to other " + nouns.size +
      ". Erased: what erasing " + nouns.size +
      " in the order of the attention does, 0 the least and 1 the most that any order does; random: the same in random "
      "order. Gradient: Kendall's tau of the two orders.";
  return text + several + " fovea audit tells more of a single model.";
}

bool several_seeds(const Comparison& comparison) {
  return std::any_of(comparison.variants.begin(), comparison.variants.end(),
                     [](const VariantResult& variant) { return audited(variant).size() > 1; });
}

void put(Json& json, const char* name, const audit::Number& number) {
  json[name] = number.n > 0 ? Json(number.mean) : Json();
  json[std::string(name) + "_ci"] = number.n > 0 ? Json::array({number.low, number.high}) : Json();
}

}  // namespace

std::string trust_table(const Comparison& comparison, int name_width, const draw::Style& style) {
  if (!comparison.audit) return "";
  constexpr int kCell = 10;
  const std::string heading = "can the attention be believed?";
  std::string out = "\n" + (style.colour ? "\x1b[1m" + heading + "\x1b[0m" : heading) + "\n";
  out += draw::pad_right(draw::ellipsize(varied_options(comparison), name_width), name_width);
  for (const Column& column : columns()) out += draw::pad_left(column.name, kCell);
  out += "  grade\n";
  for (const VariantResult& variant : comparison.variants) {
    if (variant.trusts.empty()) continue;
    const std::vector<const Trust*> all = audited(variant);
    out += draw::pad_right(draw::ellipsize(variant_name(variant), name_width), name_width);
    if (all.empty()) {
      out += "  " + draw::wrapped(draw::safe_text(why_not(variant)), style.width, name_width + 2);
      continue;
    }
    for (const Column& column : columns()) out += draw::pad_left(bare(mean_of(all, column.number)), kCell);
    out += "  " + draw::wrapped(grades_text(all), style.width, name_width + 42);
  }
  out += "\n" +
         draw::wrapped(reading(comparison, several_seeds(comparison) ? " Means over the seeds." : ""), style.width, 0);
  return out;
}

std::string trust_section(const Comparison& comparison) {
  if (!comparison.audit) return "";
  const auto cell = [](const std::string& text, const char* tag) {
    return std::string("<") + tag + ">" + draw::text_for_html(text) + "</" + tag + ">";
  };
  std::string out = "<h2>Can the attention be believed?</h2>\n<p class=\"hint\">" +
                    draw::text_for_html(reading(
                        comparison, " In brackets the 95 % interval; of several seeds the mean, and their range.")) +
                    "</p>\n<div class=\"wide\"><table>\n<thead><tr>" + cell(varied_options(comparison), "th") +
                    cell("grade", "th");
  for (const Column& column : columns()) out += cell(column.page_name, "th");
  out += "</tr></thead>\n<tbody>\n";
  for (const VariantResult& variant : comparison.variants) {
    if (variant.trusts.empty()) continue;
    const std::vector<const Trust*> all = audited(variant);
    out += "<tr>" + cell(variant_name(variant), "th");
    if (all.empty()) {
      out += "<td colspan=\"" + std::to_string(columns().size() + 1) + "\">" + draw::text_for_html(why_not(variant)) +
             "</td></tr>\n";
      continue;
    }
    out += cell(grades_text(all) + beside_text(all), "td");
    for (const Column& column : columns()) out += cell(spread_of(all, column.number), "td");
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table></div>\n";
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
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace fovea::report
