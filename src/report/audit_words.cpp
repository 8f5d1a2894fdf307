#include "report/audit_words.h"

#include <algorithm>

#include "base/text.h"
#include "draw/terminal.h"
#include "report/audit_deep_words.h"
#include "report/audit_plausibility.h"

namespace fovea::report {

std::string per_cent_interval(const audit::Number& share) {
  if (share.n == 0) return "-";
  return per_cent(share.mean, 0) + " (" + fixed(100 * share.low, 0) + " to " + fixed(100 * share.high, 0) + ")";
}

namespace {

using audit::MapErasure;
using audit::MapKind;
using audit::Result;

// Each line has 66 columns.
std::string way_text(const Result& result) {
  const audit::Recovery& recovery = result.evidence.recovery;
  if (recovery.share.n == 0 || result.verdict.grade == audit::Grade::kNotAuditable) return "cannot be said";
  return per_cent_interval(recovery.share) + result.nouns.in(" from random {parts} to the best (") + recovery.best +
         ")";
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
  const audit::Number& median = result.gate.permuted_median;
  const char* so = !result.verdict.ignored                ? "cannot tell if it is used"
                   : *result.verdict.ignored              ? "attention is ignored"
                   : median.mean < audit::kPermutedMedian ? "attention does little"
                                                          : "attention is used";
  return "permuting weights moves it by " + bare(median.mean, 3) + " (median): " + so;
}

std::string texts_text(const Result& result) {
  const attribution::Nouns& nouns = result.nouns;
  std::string text =
      result.inputs_in_file > result.inputs
          ? with_commas(result.inputs) + " of " + counted(result.inputs_in_file, nouns.input, nouns.inputs)
          : counted(result.inputs, nouns.input, nouns.inputs);
  if (!result.asked.empty()) text += ", one decision of each";
  if (result.accuracy.n > 0) text += ", " + per_cent(result.accuracy.mean) + " right";
  const int64_t seen = result.seen_in_training + result.seen_in_validation;
  if (result.remembers) text += (seen == 0 ? ", none" : ", " + with_commas(seen)) + " seen before";
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
      "Twins found beside the model are used only where their record matches: the model, the hashes of the training "
      "files, the settings, and the hash of what was trained. Removing the folder trains them anew.",
      "Each of the four other trainings is audited as deep as a quick audit goes, of its own attention; what is "
      "planted, "
      "F-Fidelity and the twins with masks are measured once, for the model audited.",
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

std::string grade_meaning(audit::Grade grade, const attribution::Nouns& nouns) {
  switch (grade) {
    case audit::Grade::kNotAuditable:
      return "There is nothing to test here. Do not show the weights as reasons.";
    case audit::Grade::kDecorative:
      return nouns.in(
          "Do not show the weights as reasons. The {output} may still be good: fovea test says what they are worth.");
    case audit::Grade::kInformative:
      return "Use the weights as a hint where to look first. They are no proof, and not the only reason for a decision "
             "about a person.";
    case audit::Grade::kFaithful:
      return "Use the weights as the model's reasons. They are still the model's reasons, and not the right ones.";
  }
  return "";
}

std::string grade_meaning(const Result& result) {
  std::string text = grade_meaning(result.verdict.grade, result.nouns);
  const std::string weights = "the weights";
  if (!result.by_method()) return text;
  if (const size_t at = text.find(weights); at != std::string::npos) {
    text.replace(at, weights.size(), "what " + result.method + " says");
  }
  return text;
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

std::string verdict_text(const Result& result) {
  const std::string of = result.by_method() ? " of " + result.method : result.first ? " of the weights" : "";
  return grade_text(result.verdict) + " (" + std::string(audit::depth_name(result.depth)) + " audit" + of + ")";
}

namespace {

// "contribution", "ig in 55 %", "the weights"
std::string shown_first(const Result& result) {
  const audit::FirstPicture& first = *result.first;
  if (first.instead == 0) return "the weights";
  if (first.instead >= result.inputs) return first.method;
  return first.method + " in " + per_cent(static_cast<double>(first.instead) / static_cast<double>(result.inputs), 0);
}

}  // namespace

std::string first_picture_text(const Result& result) {
  if (!result.first) return "";
  const audit::FirstPicture& first = *result.first;
  std::string out = "shows " + shown_first(result) + " first: " + std::string(audit::grade_name(first.verdict.grade));
  if (first.instead == 0 || first.verdict.grade == audit::Grade::kNotAuditable) return out;
  if (first.recovery.share.n > 0) out += ", " + per_cent_interval(first.recovery.share) + " of the way";
  if (first.odds.n > 0) out += "; bag of words that knows the label: " + per_cent(first.odds.mean, 0);
  return out;
}

namespace {

constexpr double kAsGood = 0.05;  // of normalised AOPC: what is shown may be so far below the best and is kept

// Nothing where no other method reaches more than the map audited; the picture that comes first where it is graded well
// and as good as the best, since it is there already.
struct Advised {
  std::string method;
  double reaches = 0;
  bool first = false;
};

std::optional<Advised> advised(const Result& result) {
  const audit::PartErasureResult& erasure = audit::deciding_erasure(result);
  const MapErasure* best = best_other(erasure);
  const audit::Grade grade = result.verdict.grade;
  if (!best || grade == audit::Grade::kNotAuditable || grade == audit::Grade::kFaithful) return std::nullopt;
  if (best->normalised.mean <= erasure.maps.front().normalised.mean) return std::nullopt;
  const bool first = result.first && result.first->verdict.grade >= audit::Grade::kInformative &&
                     result.first->instead >= result.inputs && result.first->normalised.n > 0 &&
                     result.first->normalised.mean >= best->normalised.mean - kAsGood;
  if (first) return Advised{result.first->method, result.first->normalised.mean, true};
  return Advised{best->name, best->normalised.mean};
}

}  // namespace

std::string advice(const Result& result) {
  const std::optional<Advised> best = advised(result);
  if (!best) return "";
  if (best->first) return "look at " + best->method + ", which explain shows first: it reaches " + bare(best->reaches);
  return "use --method " + best->method + ": it reaches " + bare(best->reaches);
}

std::string advised_method(const Result& result) {
  const std::optional<Advised> best = advised(result);
  return best ? best->method : "";
}

std::vector<VerdictLine> verdict_lines(const Result& result) {
  std::vector<VerdictLine> out = {{"verdict", verdict_text(result)},
                                  {"the way", way_text(result)},
                                  {"beside", beside_text(result)},
                                  {"gate", gate_text(result)},
                                  {result.nouns.inputs, texts_text(result)}};
  if (result.first) out.insert(out.begin() + 1, {"explain", first_picture_text(result)});
  if (result.elsewhere.n > 0) {
    out.push_back({"left out", per_cent_interval(result.elsewhere) +
                                   result.nouns.in(" of the weight is on {elsewhere}, which is no {part}")});
  }
  if (const std::string text = advice(result); !text.empty()) out.push_back({"advice", text});
  if (result.twins_found > 0) {
    out.push_back({"twins", with_commas(result.twins_found) + " found beside the model, " +
                                with_commas(result.twins_trained) + " trained here"});
  }
  return out;
}

std::string last_name(const std::string& paths) {
  std::string out;
  for (size_t begin = 0; begin <= paths.size();) {
    const size_t end = std::min(paths.find(", ", begin), paths.size());
    std::string path = paths.substr(begin, end - begin);
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    if (const size_t slash = path.rfind('/'); slash != std::string::npos && slash + 1 < path.size()) {
      path.erase(0, slash + 1);
    }
    out += (out.empty() ? "" : ", ") + path;
    begin = end + 2;
  }
  return out;
}

std::vector<std::string> choices(const Result& result) {
  const audit::BoundsResult& bounds = result.erasure.bounds;
  const attribution::Nouns& nouns = result.nouns;
  std::vector<std::string> out = {
      nouns.in(
          "Every interval is 95 %, by 2,000 bootstrap resamples of the {inputs}, of shares the exact one (Clopper and "
          "Pearson). Ties between {parts} are broken at "
          "random, seed ") +
          std::to_string(result.seed) + ".",
      nouns.in(result.erasure.masked ? "{Parts} are erased by masking: {blank} stands in their place."
                                     : "{Parts} are erased by deletion: the {input} is shorter.") +
          nouns.in(" The {answer} asked about is the model's answer to the full {input} and is not chosen again."),
      nouns.in(
          "Comprehensiveness and sufficiency are AOPC over 1, 5, 10, 20 and 50 % of the {parts}, rounded up; equal "
          "counts of a short {input} are taken once, and the sum is divided by the number of shares. Log-odds: log "
          "p/(1 - p) of the {answer}."),
      nouns.in("{Parts} are erased, and ") + "normalised AOPC is over every step but the last, on " +
          counted(bounds.inputs, nouns.input, nouns.inputs) + " drawn with the seed; all orders are tried up to " +
          std::to_string(bounds.exhaustive_up_to) + nouns.in(" {parts} that are no ties, else a beam of ") +
          std::to_string(bounds.beam) + " searches, each going on by the three that alone do most." +
          (bounds.no_order_matters > 0 ? " In " + with_commas(bounds.no_order_matters) +
                                             " of them no order matters: all differ by less than .05."
                                       : ""),
      "Random: the mean of " + std::to_string(result.erasure.random_draws) +
          nouns.in(" draws, of four between the bounds. The tables of comprehensiveness and sufficiency are of 50 of "
                   "the {inputs} with bounds. Differences of maps are paired by {input}; p by the randomisation test, "
                   "corrected by Holm over "
                   "all maps."),
      nouns.in(
          "The way is a ratio of means of normalised AOPC: of the map less random {parts}, and of the best other "
          "method "
          "less random {parts}, resampled jointly. Which method is best is chosen on one half of the {inputs}, drawn "
          "with the seed, and compared on the other, and the other way round; where the halves choose two, both are "
          "named. The line \"beside\" has the best on all {inputs}."),
      nouns.in(
          "A {part} whose removal moves the answer by less than .01 is a tie: its step in an order changes nothing. "
          "Where no {part} moves it by more, ties move the log-odds by no more than a tenth of what the strongest "
          "{part} does."),
      nouns.in(
          "Attention is ignored where permuting its weights moves the answer by less than .02 in the median of the "
          "{inputs} and taking away the largest weight moves it by a JSD less than .001 further than taking away "
          "another; "
          "where an interval reaches across a limit that decides, it cannot be told."),
      nouns.in(
          "A top {part} speaks against the answer where the {answer}'s probability rises by more than .01 without it."),
      nouns.in("Parts are graded as the whole, from ") + std::to_string(audit::kSliceInputs) +
          nouns.in(" {inputs} with bounds on, corrected by Holm over all parts, and no higher than informative.")};
  if (!result.asked.empty()) out.insert(out.begin(), result.asked);
  if (result.elsewhere.n > 0) {
    out.push_back(
        nouns.in("Weights are scaled to sum to 1 over the {parts}. What {elsewhere} has of them is left out of "
                 "the map, and it keeps that where weights are permuted, made even or taken away."));
  }
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
  const std::vector<std::string> deep = deep_choices(result);
  out.insert(out.end(), deep.begin(), deep.end());
  const std::vector<std::string> people = plausibility_choices(result);
  out.insert(out.end(), people.begin(), people.end());
  return out;
}

}  // namespace fovea::report
