#include "report/audit_text.h"

#include <algorithm>

#include "base/text.h"
#include "draw/columns.h"
#include "report/audit_deep_text.h"
#include "report/audit_plausibility.h"
#include "report/audit_trained.h"
#include "report/audit_twins_text.h"
#include "report/audit_words.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using audit::MapErasure;
using audit::Number;
using audit::Result;

constexpr int kName = 20, kCell = 20, kVerdictName = 14;
constexpr size_t kPartsShown = 10, kTellingShown = 6;

std::string row(const std::string& name, const std::vector<std::string>& cells, int width = kCell) {
  std::string line = draw::pad_right(draw::ellipsize(draw::safe_text(name), kName - 1), kName);
  for (const std::string& cell : cells) line += draw::pad_left(cell, width);
  return line + "\n";
}

// A name as long as needed, then its number and what it would be by chance.
std::string fact(const std::string& name, const std::string& value, const std::string& null) {
  return draw::pad_right(name, 45) + draw::pad_left(value, kCell) + draw::pad_left(null, 15) + "\n";
}

std::string gate_table(const Result& result, const draw::Style& style) {
  const audit::Gate& gate = result.gate;
  const attribution::Nouns& nouns = result.nouns;
  std::string out = heading_of("does attention do anything?", style) +
                    fact("how far the answer moves (0 to 1)", "mean (95 %) ↑", "if ignored") +
                    fact("weights permuted", with_interval(gate.permuted), "0");
  for (const audit::WeightBin& bin : gate.by_largest_weight) {
    if (bin.permuted.n == 0) continue;
    out += fact("  largest weight " + bare(bin.low) + " to " + bare(bin.high) + ", " +
                    counted(bin.permuted.n, nouns.input, nouns.inputs),
                with_interval(bin.permuted), "0");
  }
  out += fact(nouns.in("all weight on the last {part}"), with_interval(gate.last_moves), "0") +
         fact("even weights", with_interval(gate.even_moves), "0");
  if (gate.even_gain.n > 0) {
    out += fact(nouns.in("accuracy so, less its own: last {part}"), with_interval(gate.last_gain), "0") +
           fact("accuracy so, less its own: even weights", with_interval(gate.even_gain), "0");
  }
  out += fact("conicity of the states (1: all alike)", with_interval(gate.conicity), "");
  return out +
         draw::wrapped("Where conicity is high the states are alike, and weights can move little.", style.width, 0);
}

std::string agreement_table(const Result& result, const draw::Style& style) {
  std::string out =
      heading_of(result.nouns.in("does it order {parts} as other methods do? (describes, judges nothing)"), style) +
      draw::pad_right("", 30) + draw::pad_left("tau (95 %)", 20) + draw::pad_left("p < .05", 9) +
      draw::pad_left("of the top " + std::to_string(result.agreement.top), 20) + "\n";
  const auto line = [&](const std::string& name, const std::string& tau, const std::string& share,
                        const std::string& top) {
    return draw::pad_right(draw::ellipsize(name, 29), 30) + draw::pad_left(tau, 20) + draw::pad_left(share, 9) +
           draw::pad_left(top, 20) + "\n";
  };
  for (const audit::PairAgreement& pair : result.agreement.pairs) {
    out += line(pair.first + ", " + pair.second, with_interval(pair.tau),
                pair.significant.n > 0 ? per_cent(pair.significant.mean) : "-", with_interval(pair.tau_top));
  }
  out += line("by chance", "0", "5.0 %", "0");
  if (!result.map.empty()) {
    out += draw::wrapped(
        result.nouns.in(result.same_order
                            ? "The file's map and the model's attention put all {parts} into one order."
                            : "The file's map and the model's attention do not put all {parts} into one order."),
        style.width, 0);
  }
  if (result.map_distance) {
    out += draw::wrapped("They differ by a JSD of " + with_interval(*result.map_distance) +
                             "; attention with its weights permuted lies " + with_interval(*result.map_null_distance) +
                             " from the map.",
                         style.width, 0);
  }
  return out;
}

std::string weights_table(const Result& result, const draw::Style& style) {
  const audit::AttentionErasureResult& erasure = result.attention_erasure;
  std::string out = heading_of("does the answer hang on the largest weights?", style) +
                    fact("", "mean (95 %)", "random") +
                    fact("JSD without the largest less a random one ↑", with_interval(erasure.top_beyond_random), "0") +
                    fact("answer flips without the largest ↑", per_cent(erasure.only_top + erasure.both),
                         per_cent(erasure.only_random + erasure.both));
  constexpr const char* kNames[] = {"weight", "gradient", "weight × gradient"};
  for (size_t i = 0; i < 3; ++i) {
    out += fact(std::string("removed until it flips, ") + kNames[i] + " ↓", with_interval(erasure.removed[i]),
                bare(erasure.removed[3].mean));
  }
  return out;
}

std::string words_table(const Result& result, const draw::Style& style) {
  const audit::PartErasureResult& erasure = result.erasure;
  std::string out = heading_of(result.nouns.in("what erasing the {parts} it names does to the answer"), style) +
                    row("", {"comprehensiveness ↑", "sufficiency ↓", "normalised AOPC ↑"});
  const auto line = [&](const MapErasure& map) {
    return row(map.name,
               {with_interval(map.comprehensiveness), with_interval(map.sufficiency), with_interval(map.normalised)});
  };
  for (const MapErasure& map : erasure.maps) out += line(map);
  out += line(erasure.random);
  out += heading_of("the same in log-odds, where probabilities near 1 hide small changes", style) +
         row("", {"comprehensiveness ↑", "sufficiency ↓", "speaks against ↓"});
  const auto odds = [&](const MapErasure& map) {
    return row(map.name, {with_interval(map.comprehensiveness_odds, 1), with_interval(map.sufficiency_odds, 1),
                          with_interval(map.violation)});
  };
  for (const MapErasure& map : erasure.maps) out += odds(map);
  return out + odds(erasure.random);
}

std::string difference_table(const Result& result, const draw::Style& style) {
  const std::string& first = result.erasure.maps.front().name;
  std::string out = heading_of(first + " less each other map", style);
  const auto line = [](const std::string& name, const std::string& a, const std::string& b, const std::string& p,
                       const std::string& holm) {
    return draw::pad_right(draw::ellipsize(name, kName - 1), kName) + draw::pad_left(a, 22) + draw::pad_left(p, 8) +
           draw::pad_left(holm, 8) + draw::pad_left(b, 22) + "\n";
  };
  out += line("", "comprehensiveness ↑", "normalised AOPC ↑", "its p", "Holm");
  for (const MapErasure& map : result.erasure.maps) {
    if (!map.behind) continue;
    out += line(map.name, with_interval(*map.behind), with_interval(*map.normalised_behind), p_text(map.p),
                p_text(map.p_holm));
  }
  return out + line("random", with_interval(result.erasure.beyond_random),
                    with_interval(result.erasure.bounds.beyond_random), "", "");
}

std::string sight_table(const Result& result, const draw::Style& style) {
  std::string out = heading_of("can the metrics tell a sensible map from a random one?", style) +
                    fact("share of comparisons ranked rightly", "mean (95 %) ↑", "by chance");
  for (const audit::MetricSight& metric : result.metrics) {
    std::string name = metric.metric;
    std::replace(name.begin(), name.end(), '_', ' ');
    out += fact(name + (metric.blind ? " (blind here)" : ""), with_interval(metric.diagnosticity), ".50");
  }
  return out;
}

std::string slices_table(const Result& result, const draw::Style& style) {
  const auto line = [](const std::string& name, const std::string& texts, const std::string& permuted,
                       const std::string& words, const std::string& way, const std::string& holm) {
    return draw::pad_right(draw::ellipsize(draw::safe_text(name), 18), 19) + draw::pad_left(texts, 6) +
           draw::pad_left(permuted, 9) + draw::pad_left(words, 20) + draw::pad_left(way, 19) + draw::pad_left(holm, 7) +
           "\n";
  };
  std::string out = heading_of("by part, in numbers", style) +
                    line("", result.nouns.inputs, "permuted", "compreh. ↑", "of the way ↑", "Holm");
  for (const audit::Slice& slice : result.slices) {
    out += line(slice.by + " " + slice.name, with_commas(slice.inputs), bare(slice.permuted_median),
                with_interval(slice.comprehensiveness), per_cent_interval(slice.recovered),
                slice.grade ? p_text(slice.p_holm) : "-");
  }
  return out;
}

std::string cost_table(const Result& result, const draw::Style& style) {
  std::string out =
      heading_of("what it cost", style) + row("", {result.nouns.in("{inputs} read"), "answers reweighed", "seconds"});
  double seconds = 0;
  for (const audit::CostPart& part : result.cost) {
    seconds += part.seconds;
    out += row(part.part, {part.passes > 0 ? with_commas(part.passes) : "",
                           part.head_passes > 0 ? with_commas(part.head_passes) : "", fixed(part.seconds, 1)});
  }
  return out + row("together", {"", "", fixed(seconds, 1)});
}

}  // namespace

std::string heading_of(const std::string& text, const draw::Style& style) {
  return "\n" + (style.colour ? "\x1b[1m" + text + "\x1b[0m" : text) + "\n";
}

namespace {

// Green is for what can be believed, and for nothing else.
const char* colour_of(audit::Grade grade) {
  switch (grade) {
    case audit::Grade::kFaithful:
      return "\x1b[1;32m";
    case audit::Grade::kInformative:
      return "\x1b[1;36m";
    case audit::Grade::kDecorative:
      return "\x1b[1;33m";
    case audit::Grade::kNotAuditable:
      return "\x1b[1;31m";
  }
  return "";
}

std::string verdict_line(const VerdictLine& line, const Result& result, const draw::Style& style) {
  const bool first = line.name == "verdict";
  std::string text = draw::wrapped(draw::safe_text(line.text), style.width, kVerdictName);
  if (first && style.colour) text = colour_of(result.verdict.grade) + text.substr(0, text.size() - 1) + "\x1b[0m\n";
  return draw::pad_right(line.name, kVerdictName) + text;
}

// How far each map goes from random (0 %) to the best other method (100 %), as points: the interval of the map audited
// stands above.
std::string way_table(const Result& result, const draw::Style& style) {
  const audit::PartErasureResult& erasure = audit::deciding_erasure(result);
  const MapErasure* best = best_other(erasure);
  const double random = erasure.random.normalised.mean;
  const auto way = [&](const MapErasure& map) {
    const double most = best ? best->normalised.mean - random : 0;
    return map.normalised.n > 0 && most > 0 ? per_cent((map.normalised.mean - random) / most, 0) : std::string("-");
  };
  std::string out = heading_of(result.nouns.in("what erasing the {parts} it names does, beside other maps"), style) +
                    row("", {"reaches, of 1 ↑", "of the way ↑"}, 14);
  for (const MapErasure& map : erasure.maps) {
    if (map.kind != audit::MapKind::kLook) out += row(map.name, {bare(map.normalised.mean), way(map)}, 14);
  }
  return out + row("random", {bare(random), "0 %"}, 14);
}

// Of the inputs of a part those count in which the order of erasing matters and was searched.
std::string too_few(const audit::Slice& slice) {
  return "only " + std::to_string(slice.recovered.n) + " of " + std::to_string(audit::kSliceInputs);
}

std::string parts_table(const Result& result, const draw::Style& style) {
  std::string out = heading_of("by part", style) + row("", {result.nouns.inputs, "of the way ↑", "grade"}, 14);
  size_t shown = 0;
  for (const audit::Slice& slice : result.slices) {
    if (++shown > kPartsShown) break;
    out +=
        row(slice.by + " " + slice.name,
            {with_commas(slice.inputs), slice.recovered.n > 0 && slice.grade ? per_cent(slice.recovered.mean, 0) : "-",
             slice.grade ? std::string(audit::grade_name(*slice.grade)) : too_few(slice)},
            14);
  }
  return out;
}

std::string telling_text(const Result& result, const draw::Style& style) {
  const attribution::Nouns& nouns = result.nouns;
  std::string out;
  if (!result.telling.empty()) {
    out += heading_of(nouns.in("{parts} that move answers most, and how often the map puts them first"), style);
    std::string line;
    for (size_t i = 0; i < std::min(result.telling.size(), kTellingShown); ++i) {
      const audit::TellingPart& told = result.telling[i];
      line += (i == 0 ? "" : "; ") + draw::safe_text(told.name) + " " + with_commas(told.named) + " of " +
              with_commas(told.strongest);
    }
    out += draw::wrapped(line, style.width, 0);
  }
  if (!result.mass.empty()) {
    out += heading_of("where its mass lies (an even map)", style);
    std::string line;
    for (const audit::MassAt& at : result.mass) {
      line += (line.empty() ? "" : "; ") + nouns.in(at.where) + " " + per_cent(at.share, 0) + " (" +
              per_cent(at.even, 0) + ")";
    }
    out += draw::wrapped(line, style.width, 0);
  }
  return out;
}

std::string all_tables(const Result& result, const draw::Style& style) {
  std::string out = gate_table(result, style) + agreement_table(result, style) + weights_table(result, style) +
                    words_table(result, style) + difference_table(result, style) + audit_twins_text(result, style) +
                    audit_deep_text(result, style) + audit_trained_text(result, style) + sight_table(result, style) +
                    slices_table(result, style) + plausibility_tables(result, style) + cost_table(result, style) +
                    heading_of("how it was measured", style);
  for (const std::string& choice : choices(result)) out += draw::wrapped("- " + choice, style.width, 2);
  return out;
}

}  // namespace

std::string audit_text(const Result& result, const draw::Style& style, Told told) {
  const std::vector<VerdictLine> lines = verdict_lines(result);
  std::string out;
  for (const VerdictLine& line : lines) out += verdict_line(line, result, style);
  out += heading_of("why", style);
  for (const std::string& reason : result.verdict.reasons)
    out += draw::wrapped("- " + draw::safe_text(reason), style.width, 2);
  out += way_table(result, style) + parts_table(result, style) + telling_text(result, style);
  out += plausibility_line(result);
  if (told == Told::kAll) out += all_tables(result, style);
  out += "\n" + verdict_line(lines.front(), result, style);
  if (told == Told::kDeciding) out += "more          --all prints every number, --html FILE draws them\n";
  return out;
}

}  // namespace fovea::report
