#include "report/audit_words.h"

#include <algorithm>

#include "base/text.h"
#include "draw/terminal.h"

namespace fovea::report {
namespace {

using audit::MapErasure;
using audit::MapKind;
using audit::Result;

// Each of the five lines has 66 columns.
std::string evidence_text(const Result& result) {
  const audit::PartErasureResult& erasure = audit::deciding_erasure(result);
  return result.nouns.in("its top {parts} take ") + with_interval(erasure.maps.front().comprehensiveness) +
         " from the answer, random " + bare(erasure.random.comprehensiveness.mean);
}

std::string beside_text(const Result& result) {
  const audit::PartErasureResult& erasure = audit::deciding_erasure(result);
  std::string text =
      "reaches " + bare(erasure.maps.front().normalised.mean) + " of 1, random " + bare(erasure.random.normalised.mean);
  if (const MapErasure* best = best_other(erasure)) {
    text += ", best other " + bare(best->normalised.mean) + " (" + best->name + ")";
  }
  return text;
}

std::string gate_text(const Result& result) {
  const char* so = result.verdict.ignored                                 ? "is ignored"
                   : result.gate.permuted_median < audit::kPermutedMedian ? "does little"
                                                                          : "is used";
  return "permuting weights moves it by " + bare(result.gate.permuted_median, 3) + " (median): attention " + so;
}

std::string texts_text(const Result& result) {
  const attribution::Nouns& nouns = result.nouns;
  std::string text =
      result.inputs_in_file > result.inputs
          ? with_commas(result.inputs) + " of " + counted(result.inputs_in_file, nouns.input, nouns.inputs)
          : counted(result.inputs, nouns.input, nouns.inputs);
  if (result.accuracy.n > 0) text += ", " + per_cent(result.accuracy.mean) + " right";
  const int64_t seen = result.seen_in_training + result.seen_in_validation;
  text += (seen == 0 ? ", none" : ", " + with_commas(seen)) + " seen before";
  if (result.too_short > 0) text += ", " + with_commas(result.too_short) + " too short";
  return text;
}

std::vector<std::string> twin_choices(const Result& result) {
  if (!result.seeds) return {};
  const attribution::Nouns& nouns = result.nouns;
  return {
      "Twins have the model's settings and data: four other seeds, five with even weights in place of attention, all "
      "with the model's split; two go on from the model for " +
          std::to_string(audit::kMaskedEpochs) + " epochs at " + bare(audit::kMaskedRate, 1) +
          nouns.in(" times its rate, with {parts} masked."),
      nouns.in("The accuracy less that of even weights is of five pairs of trainings with one seed each: its interval "
               "counts the luck of the seeds beside that of the {inputs}."),
      nouns.in("On the twin trained with masks the maps are those of the model audited, and so is the label: the "
               "model's answer "
               "to the full {input}. The twin is sound enough where its accuracy is not shown to be more than half a "
               "point below "
               "the model's, nor is by more than two points, and masking a tenth of the {parts} does not shift its "
               "inner states "
               "(kernel two-sample test of up to 200 {inputs} whole "
               "and 200 others masked, p of .01 or more). Then its numbers decide, above and by part."),
      nouns.in(
          "A method is better than another where the interval of their difference lies beyond .01. The best other "
          "method is chosen on one half of the {inputs}, drawn with the seed, and compared on the other, and the "
          "other way round, so that its luck does not count against the map; where the halves choose two, both are "
          "named. The line \"beside\" has the best on all {inputs}."),
      nouns.in("F-Fidelity: the top fifth of a map, each {part} dropped with probability at most .5, a tenth of the "
               "{input} at most on average, 50 draws; maps are compared by top less rest."),
      nouns.in("Planted {parts}: half of the {inputs} of the twin's training got the {part} of a class drawn at random "
               "and that class as label. What it says of a map holds for the model's way of attending, not for another "
               "map from a file.")};
}

}  // namespace

const MapErasure* best_other(const audit::PartErasureResult& erasure) {
  const MapErasure* best = nullptr;
  for (const MapErasure& map : erasure.maps) {
    if (map.kind != MapKind::kAttribution || map.normalised.n == 0) continue;
    if (!best || map.normalised.mean > best->normalised.mean) best = &map;
  }
  return best;
}

std::string grade_meaning(audit::Grade grade) {
  switch (grade) {
    case audit::Grade::kNotAuditable:
      return "There is nothing to test here. Do not show the weights as reasons.";
    case audit::Grade::kDecorative:
      return "Do not show the weights as reasons. The labels may still be good: fovea test says what they are worth.";
    case audit::Grade::kInformative:
      return "Use the weights as a hint where to look first. They are no proof, and not the only reason for a decision "
             "about a person.";
    case audit::Grade::kFaithful:
      return "Use the weights as the model's reasons. They are still the model's reasons, and not the right ones.";
  }
  return "";
}

std::string bare(double value, int decimals) {
  std::string text = fixed(value, decimals);
  if (text.rfind("0.", 0) == 0) return text.substr(1);
  if (text.rfind("-0.", 0) == 0) return "-" + text.substr(2);
  return text;
}

std::string with_interval(const audit::Number& number, int decimals) {
  if (number.n == 0) return "-";
  return bare(number.mean, decimals) + " (" + bare(number.low, decimals) + " to " + bare(number.high, decimals) + ")";
}

std::string grade_text(const audit::Verdict& verdict) {
  std::string text(audit::grade_name(verdict.grade));
  if (verdict.provisional) text += ", provisional";
  if (verdict.replaceable == true) text += ", replaceable";
  if (verdict.seen_data) text += ", seen-data";
  return text;
}

std::vector<VerdictLine> verdict_lines(const Result& result) {
  return {{"verdict", grade_text(result.verdict) + " (" + std::string(audit::depth_name(result.depth)) + " audit)"},
          {"erasing", evidence_text(result)},
          {"beside", beside_text(result)},
          {"gate", gate_text(result)},
          {result.nouns.inputs, texts_text(result)}};
}

std::vector<std::string> choices(const Result& result) {
  const audit::BoundsResult& bounds = result.erasure.bounds;
  const attribution::Nouns& nouns = result.nouns;
  std::vector<std::string> out = {
      nouns.in(
          "Every interval is 95 %, by 2,000 bootstrap resamples of the {inputs}. Ties between {parts} are broken at "
          "random, seed ") +
          std::to_string(result.seed) + ".",
      nouns.in(result.erasure.masked ? "{Parts} are erased by masking: {blank} stands in their place."
                                     : "{Parts} are erased by deletion: the {input} is shorter.") +
          nouns.in(" The label asked about is the model's answer to the full {input} and is not chosen again."),
      nouns.in(
          "Comprehensiveness and sufficiency are AOPC over 1, 5, 10, 20 and 50 % of the {parts}, rounded up; equal "
          "counts of a short {input} are taken once, and the sum is divided by the number of shares. Log-odds: log "
          "p/(1 - p) of the label."),
      "Normalised AOPC is over every step but the last, on " + counted(bounds.inputs, nouns.input, nouns.inputs) +
          " drawn with the seed; all orders are tried up to " + std::to_string(bounds.exhaustive_up_to) +
          nouns.in(" {parts}, else a beam of ") + std::to_string(bounds.beam) + " searches." +
          (bounds.no_order_matters > 0 ? " In " + with_commas(bounds.no_order_matters) +
                                             " of them no order matters: all differ by less than .05."
                                       : ""),
      "Random: the mean of " + std::to_string(result.erasure.random_draws) +
          nouns.in(
              " draws. Differences of maps are paired by {input}; p by the randomisation test, corrected by Holm over "
              "all maps."),
      nouns.in(
          "Attention is ignored where permuting its weights moves the answer by less than .02 in the median of the "
          "{inputs} and taking away the largest weight moves it no further than taking away another."),
      nouns.in(
          "A top {part} speaks against the answer where the label's probability rises by more than .01 without it."),
      nouns.in("Slices are graded by comprehensiveness above random, on all their {inputs}, from ") +
          std::to_string(audit::kSliceInputs) + nouns.in(" {inputs} on, and no higher than informative.")};
  if (bounds.grouped > 0) {
    out.push_back(nouns.in("Of the {inputs} with bounds, ") + with_commas(bounds.grouped) + " of more than " +
                  std::to_string(bounds.most_pieces) + nouns.in(" {parts} were erased in ") +
                  std::to_string(bounds.most_pieces) +
                  nouns.in(" equal spans, the same for all maps, in the order of their {parts}' mean place."));
  }
  if (result.gradient_steps > 0) {
    out.push_back("Integrated gradients took up to " + std::to_string(result.gradient_steps) +
                  " steps; the largest completeness gap is " + fixed(100 * result.gradient_gap, 2) + " %.");
  }
  if (!result.left_out.empty()) {
    std::string names;
    for (const std::string& name : result.left_out) names += (names.empty() ? "" : ", ") + name;
    out.push_back("Left out, for this model cannot be asked by it: " + names + ".");
  }
  const std::vector<std::string> twins = twin_choices(result);
  out.insert(out.end(), twins.begin(), twins.end());
  return out;
}

}  // namespace fovea::report
