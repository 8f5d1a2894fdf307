#include "report/audit_twins_text.h"

#include <algorithm>

#include "base/text.h"
#include "draw/columns.h"
#include "report/audit_text.h"
#include "report/audit_words.h"

namespace fovea::report {
namespace {

using audit::MapErasure;
using audit::Number;
using audit::Result;

constexpr int kTwinName = 20, kTwinCell = 20;

std::string twin_row(const std::string& name, const std::vector<std::string>& cells, int first = kTwinName) {
  std::string line = draw::pad_right(draw::ellipsize(draw::safe_text(name), static_cast<size_t>(first - 1)),
                                     static_cast<size_t>(first));
  for (const std::string& cell : cells) line += draw::pad_left(cell, kTwinCell);
  return line + "\n";
}

std::string points(const Number& number) {
  if (number.n == 0) return "-";
  return fixed(100 * number.mean, 1) + " (" + fixed(100 * number.low, 1) + " to " + fixed(100 * number.high, 1) + ")";
}

std::string trainings_table(const Result& result, const draw::Style& style) {
  const audit::SeedStability& seeds = *result.seeds;
  std::string out = heading_of("is it needed, and is it the same in another training?", style) +
                    twin_row("", {"mean (95 %)", "if unrelated"}, 40);
  if (result.uniform_gap) {
    out += twin_row("accuracy less even weights, points", {points(*result.uniform_gap), "0"}, 40);
  }
  out +=
      twin_row("JSD of the maps of two seeds ↓", {with_interval(seeds.distance), bare(seeds.null_distance.mean)}, 40) +
      twin_row("Kendall's tau of the two ↑", {with_interval(seeds.tau), "0"}, 40);
  std::string accuracies;
  for (const double accuracy : seeds.accuracies) accuracies += (accuracies.empty() ? "" : ", ") + per_cent(accuracy);
  for (const audit::OtherTraining& other : result.evidence.trainings) {
    out += twin_row("training " + std::to_string(other.number + 1),
                    {per_cent_interval(other.recovered), std::string(audit::grade_name(other.grade))}, 40);
  }
  return out + draw::wrapped(counted(seeds.trained, "training", "trainings") + ", accuracy " + accuracies +
                                 "; the maps of " + with_commas(seeds.seeds) + " were compared, those within " +
                                 fixed(100 * audit::kMatched, 0) + " points of the model audited.",
                             style.width, 0);
}

std::string mask_twin_table(const Result& result, const draw::Style& style) {
  const audit::MaskTwin& twin = *result.mask_twin;
  const audit::PartErasureResult& erasure = *result.masked_erasure;
  const attribution::Nouns& nouns = result.nouns;
  std::string out = heading_of(nouns.in("the same on a twin that was trained with {parts} masked"), style) +
                    twin_row("", {"comprehensiveness ↑", "sufficiency ↓", "normalised AOPC ↑"});
  const auto line = [&](const MapErasure& map) {
    return twin_row(map.name, {with_interval(map.comprehensiveness), with_interval(map.sufficiency),
                               with_interval(map.normalised)});
  };
  for (const MapErasure& map : erasure.maps) out += line(map);
  out += line(erasure.random);
  return out +
         draw::wrapped(nouns.in("{Parts} are masked, not deleted. The twin is right on ") + per_cent(twin.accuracy) +
                           nouns.in(" of the {inputs}, the model on ") + per_cent(twin.own_accuracy) +
                           nouns.in("; masking a tenth of the {parts} shifts its inner states by an MMD² of ") +
                           bare(twin.shift, 3) + " (p " + bare(twin.shift_p, 3) + "): it is " +
                           (twin.accepted ? "sound enough for the verdict." : "not sound enough for the verdict."),
                       style.width, 0);
}

std::string fidelity_table(const Result& result, const draw::Style& style) {
  std::string out = heading_of("F-Fidelity: what dropping parts of a map costs in right answers", style) +
                    twin_row("", {"its top fifth ↑", "all the rest ↓"});
  for (const audit::FidelityRow& one : result.fidelity) {
    out += twin_row(one.name, {with_interval(one.plus), with_interval(one.minus)});
  }
  return out;
}

std::string planted_table(const Result& result, const draw::Style& style) {
  const audit::PlantedResult& planted = *result.planted;
  const attribution::Nouns& nouns = result.nouns;
  std::string out = heading_of(nouns.in("does it find a made-up {part} that decides the answer?"), style) +
                    twin_row("", {"named first ↑", "its place ↓"});
  for (const audit::PlantedRow& one : planted.rows) {
    out += twin_row(one.name, {with_interval(one.precision), with_interval(one.rank)});
  }
  out += draw::wrapped(
      nouns.in("A twin was taught that such {parts} decide: it follows them in ") + per_cent(planted.used) +
          nouns.in(" of the {inputs}, the model audited, which does not know them, in ") + per_cent(planted.untaught) +
          (planted.taught() ? "." : ". That is less than 99 %, so that it counts for nothing."),
      style.width, 0);
  if (result.falsification.empty()) return out;
  out += heading_of("would a map that lies be caught?", style) + twin_row("", {"named first ↑", "grade"}, 24);
  for (const audit::Falsification& one : result.falsification) {
    out += twin_row(one.control, {with_interval(one.precision), std::string(audit::grade_name(one.grade))}, 24);
  }
  std::string fooled;
  for (const audit::Falsification& one : result.falsification) {
    for (std::string name : one.fooled) {
      std::replace(name.begin(), name.end(), '_', ' ');
      if (fooled.find(name) == std::string::npos) fooled += (fooled.empty() ? "" : ", ") + name;
    }
  }
  return out + draw::wrapped(fooled.empty()
                                 ? "Every metric of erasure puts the map that names it best above the lying ones."
                                 : "Do not put the map that names it best above the lying ones: " + fooled + ".",
                             style.width, 0);
}

}  // namespace

std::string audit_twins_text(const Result& result, const draw::Style& style) {
  std::string out;
  if (result.masked_erasure && result.mask_twin) out += mask_twin_table(result, style);
  if (!result.fidelity.empty()) out += fidelity_table(result, style);
  if (result.planted) out += planted_table(result, style);
  if (result.seeds) out += trainings_table(result, style);
  return out;
}

}  // namespace fovea::report
