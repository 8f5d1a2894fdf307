#include "audit/verdict.h"

#include <algorithm>
#include <cstdio>

namespace fovea::audit {
namespace {

std::string digits(double value, int places = 2) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  std::string out = text;
  if (out.find_first_not_of("-0.") == std::string::npos && out[0] == '-') out.erase(0, 1);  // no negative zero
  if (const size_t zero = out.find("0."); zero <= 1 && (zero == 0 || out[0] == '-')) out.erase(zero, 1);
  return out;
}

std::string with_interval(const Number& number) {
  return digits(number.mean) + " (" + digits(number.low) + " to " + digits(number.high) + ")";
}

std::string share_with_interval(const Number& share) {
  return digits(100 * share.mean, 0) + " % (" + digits(100 * share.low, 0) + " to " + digits(100 * share.high, 0) + ")";
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

std::string quoted(const std::string& name) {
  return "“" + name + "”";
}

bool is_blind(const Evidence& evidence) {
  return std::all_of(evidence.metrics.begin(), evidence.metrics.end(),
                     [](const MetricSight& sight) { return sight.blind; });
}

bool tells_little(const Evidence& evidence, const std::string& metric) {
  return std::any_of(evidence.metrics.begin(), evidence.metrics.end(),
                     [&](const MetricSight& sight) { return sight.metric == metric && sight.blind; });
}

std::string subject_of(const Evidence& evidence) {
  const std::string map = evidence.map_from_file ? "map" : evidence.map;
  return "The " + map + (map == "weights" ? " go " : " goes ");
}

std::vector<std::string> why_not_auditable(const Evidence& evidence) {
  const attribution::Nouns& nouns = evidence.nouns;
  std::vector<std::string> reasons;
  if (!evidence.has_weights) reasons.push_back("The model has no attention weights.");
  if (evidence.depth == Depth::kStandard && !evidence.has_training_data) {
    reasons.push_back("The training data is not there, and twins cannot be trained without it.");
  }
  if (!evidence.answers.depends()) {
    reasons.push_back(
        nouns.in(evidence.answers.comparable
                     ? "It gives one answer to all {inputs}: masking every {part} moves it by more than "
                     : "What it answers hardly depends on the {parts}: masking every {part} moves it by more than ") +
        digits(kAnswerMoves) + " in " + share_text(evidence.answers.moved.mean) + " of them, less than " +
        share_text(kInputsThatMove) +
        (evidence.answers.comparable ? ", and the answers lie " + digits(evidence.answers.differ, 3) +
                                           " from their mean, less than " + digits(kAnswersDiffer) + "."
                                     : "."));
  }
  if (is_blind(evidence)) {
    reasons.push_back(
        nouns.in("Every erasure metric is blind here: none puts the best other method above random {parts} in ") +
        share_text(kDiagnosticity) + " of the comparisons.");
  }
  const Recovery& recovery = evidence.recovery;
  if (recovery.inputs == 0) {
    reasons.push_back(nouns.in("There is no {input} in which it matters in which order {parts} are erased."));
  } else if (recovery.inputs < kFewestInputs) {
    reasons.push_back("There are only " + std::to_string(recovery.inputs) +
                      nouns.in(" {inputs} in which it matters in which order {parts} are erased, fewer than ") +
                      std::to_string(kFewestInputs) + ".");
  } else if (recovery.share.n == 0) {
    reasons.push_back(
        nouns.in("No method names {parts} whose erasing surely does more than that of random ones: there "
                 "is nothing to compare with."));
  }
  return reasons;
}

// Whether sizes, not significance, say that the weights do nothing.
struct Use {
  bool ignored = false;  // by the means
  bool sure = true;      // by both ends of the intervals as well
};

Use use_of(const Evidence& evidence) {
  const Number &permuted = evidence.permuted, &top = evidence.weights_beyond_random;
  Use out;
  out.ignored = permuted.mean < kPermutedMedian && top.mean < kWeightMatters;
  out.sure = out.ignored ? permuted.high < kPermutedMedian && top.high < kWeightMatters
                         : permuted.low >= kPermutedMedian || top.low >= kWeightMatters;
  return out;
}

void note_use(const Evidence& evidence, const Use& use, Verdict& verdict) {
  if (use.sure) verdict.ignored = use.ignored;
  const char* not_of_map =
      evidence.of_weights ? "" : " This is said of the weights, and not of the map that is graded.";
  const std::string sizes =
      "permuting the weights moves the answer by " + digits(evidence.permuted.mean, 3) + " (" +
      digits(evidence.permuted.low, 3) + " to " + digits(evidence.permuted.high, 3) +
      ") in the median, and taking away the largest weight moves it by a JSD of " +
      digits(evidence.weights_beyond_random.mean, 4) + " (" + digits(evidence.weights_beyond_random.low, 4) + " to " +
      digits(evidence.weights_beyond_random.high, 4) + ") more than taking away another; the limits are " +
      digits(kPermutedMedian) + " and " + digits(kWeightMatters, 3) + ".";
  if (!use.sure) {
    if (evidence.of_weights) verdict.provisional = true;
    verdict.reasons.push_back(evidence.nouns.in("Whether the model uses its attention cannot be told from these "
                                                "{inputs}, and more would be needed: ") +
                              sizes + not_of_map);
  } else if (use.ignored) {
    verdict.reasons.push_back("The model does not use its attention: " + sizes + not_of_map);
  }
}

// As good as the best method already: nothing can be shown to be below it.
bool at_the_top(const Evidence& evidence) {
  return evidence.beside_best && evidence.beside_best->not_inferior();
}

// Why the map is no more than a decoration, but for what the gate says; the first baseline that it is not above.
std::vector<std::string> why_decorative(const Evidence& evidence, std::string& not_above) {
  std::vector<std::string> reasons;
  const Number& share = evidence.recovery.share;
  if (share.mean < kRecovered) {
    reasons.push_back("That is less than half of the way.");
  } else if (share.low < kRecoveredAtLeast) {
    reasons.push_back("It may be as little as " + share_text(share.low) + ", less than " +
                      share_text(kRecoveredAtLeast) + ".");
  }
  if (at_the_top(evidence)) return reasons;
  for (const Baseline& baseline : evidence.baselines) {
    if (baseline.ahead.above(0)) continue;
    if (not_above.empty()) not_above = baseline.name;
    reasons.push_back("It is not shown to be above " + baseline.name +
                      (baseline.ahead.n == 0
                           ? "."
                           : ": its normalised AOPC less that one's is " + with_interval(baseline.ahead) + "."));
  }
  return reasons;
}

// What of `faithful` is not met by this training.
std::vector<std::string> unmet(const Evidence& evidence) {
  const attribution::Nouns& nouns = evidence.nouns;
  std::vector<std::string> reasons;
  const auto beside = [&](const std::optional<BesideBest>& best, const std::string& what) {
    if (!best || best->difference.n == 0) {
      reasons.push_back(what + " beside the best other method was not measured.");
    } else if (best->range <= 0) {
      reasons.push_back(what + nouns.in(" tells no method from random {parts} here."));
    } else if (!best->not_inferior()) {
      const Number& difference = best->difference;
      reasons.push_back(what + " is not shown to be as good as that of " + best->best + ": it is " +
                        with_interval(difference) + " from it, and may be no more than " +
                        digits(kNotInferior * best->range, 3) + " below.");
    }
  };
  beside(evidence.beside_best, "Its normalised AOPC");
  beside(evidence.fidelity_beside_best, "Its F-Fidelity");
  if (!evidence.planted_precision) {
    reasons.push_back(nouns.in(evidence.map_from_file ? "A planted {part} cannot be tried with a map from a file."
                                                      : "No planted {part} was tried."));
  } else if (evidence.planted_precision->low < kPlanted) {
    reasons.push_back(nouns.in("It is not shown to name a planted {part} first in ") + share_text(kPlanted) +
                      nouns.in(" of the {inputs}: it does in ") + share_with_interval(*evidence.planted_precision) +
                      ".");
  }
  // The interval is of all inputs: of a label that few have, no number of right ones would be enough.
  if (evidence.violation.n == 0 || evidence.violation.mean > kViolations ||
      evidence.violation_of_all.high > kViolations) {
    reasons.push_back(
        nouns.in("It is not shown that its top {part} speaks against the answer in at most ") +
        share_text(kViolations) + nouns.in(" of the {inputs}: it does in ") +
        share_with_interval(evidence.violation.mean > kViolations ? evidence.violation : evidence.violation_of_all) +
        ".");
  }
  return reasons;
}

const OtherTraining* worst_of(const std::vector<OtherTraining>& trainings) {
  const auto worse = [](const OtherTraining& a, const OtherTraining& b) {
    return a.grade != b.grade ? a.grade < b.grade : a.recovered.mean < b.recovered.mean;
  };
  const auto worst = std::min_element(trainings.begin(), trainings.end(), worse);
  return worst == trainings.end() ? nullptr : &*worst;
}

// What of `faithful` other trainings do not meet.
std::vector<std::string> unmet_by_others(const Evidence& evidence) {
  const auto measured = std::ssize(evidence.trainings) + 1;
  const OtherTraining* worst = worst_of(evidence.trainings);
  std::vector<std::string> reasons;
  if (measured < kSeeds) {
    reasons.push_back("It was measured with " + std::to_string(measured) +
                      (measured == 1 ? " training" : " trainings") + ", not " + std::to_string(kSeeds) + ".");
  }
  if (worst && worst->grade < Grade::kFaithful) {
    const auto would = std::count_if(evidence.trainings.begin(), evidence.trainings.end(),
                                     [](const OtherTraining& one) { return one.grade == Grade::kFaithful; });
    std::string text = "Of " + std::to_string(std::ssize(evidence.trainings)) + " other trainings " +
                       std::to_string(would) + " would get faithful; the worst is " +
                       std::string(grade_name(worst->grade));
    if (worst->recovered.n > 0) text += " and goes " + share_with_interval(worst->recovered) + " of the way";
    reasons.push_back(text + ".");
  }
  return reasons;
}

void note_need(const Evidence& evidence, Verdict& verdict) {
  if (!evidence.uniform_gap) return;
  const Number& gap = *evidence.uniform_gap;
  const std::string points = with_interval({100 * gap.mean, 0, 100 * gap.low, 100 * gap.high, gap.n}) + " points";
  verdict.replaceable = gap.n > 1 && gap.low > -kReplaceable && gap.high < kReplaceable;
  if (*verdict.replaceable) {
    verdict.reasons.push_back("The task does not need attention: with even weights the accuracy differs by " + points +
                              ", surely less than one.");
  } else if (gap.below(0)) {
    verdict.reasons.push_back("Against even weights attention costs accuracy, " + points + ".");
  } else if (!gap.above(0)) {
    verdict.reasons.push_back("Between attention and even weights no difference of accuracy could be shown: " + points +
                              ".");
  }
}

void note_answers(const Evidence& evidence, Verdict& verdict) {
  const AnswerFacts& answers = evidence.answers;
  const attribution::Nouns& nouns = evidence.nouns;
  if (answers.always) {
    verdict.reasons.push_back("It answers " + quoted(*answers.always) +
                              nouns.in(answers.otherwise == 0 ? " to every {input}." : " to all {inputs} but ") +
                              (answers.otherwise == 0 ? "" : std::to_string(answers.otherwise) + "."));
  }
  if (!answers.silent.empty()) {
    std::vector<std::string> names;
    for (const std::string& label : answers.silent) names.push_back(quoted(label));
    verdict.reasons.push_back("For " + listed(names) +
                              nouns.in(" there is nothing to show, since masking every {part} leaves those answers as "
                                       "they are: the grade is of the other ") +
                              std::to_string(answers.told) + nouns.in(" {inputs}."));
  }
}

void note_beside(const Evidence& evidence, Verdict& verdict) {
  note_answers(evidence, verdict);
  note_need(evidence, verdict);
  verdict.seen_data = evidence.seen_inputs > 0;
  if (verdict.seen_data) {
    verdict.reasons.push_back(std::to_string(evidence.seen_inputs) +
                              evidence.nouns.in(evidence.seen_inputs == 1 ? " {input} was" : " {inputs} were") +
                              " in the training or validation part: the verdict rests on seen data.");
  }
}

bool contradicts(const PartGrade& part, Grade whole) {
  if (part.grade == whole || part.grade == Grade::kNotAuditable) return false;
  if (whole >= Grade::kInformative) return part.grade == Grade::kDecorative && part.recovered.mean < kRecovered;
  return whole == Grade::kDecorative && part.grade >= Grade::kInformative;
}

void note_parts(const Evidence& evidence, Verdict& verdict) {
  for (const PartGrade& part : evidence.parts) {
    if (!contradicts(part, verdict.grade)) continue;
    verdict.reasons.push_back("Of the " + std::to_string(part.inputs) + evidence.nouns.in(" {inputs} of ") + part.by +
                              " " + quoted(part.name) + " it is " + std::string(grade_name(part.grade)) + ": " +
                              share_with_interval(part.recovered) + " of the way.");
  }
}

// What makes the grade provisional, whichever it is.
void note_doubts(const Evidence& evidence, Verdict& verdict) {
  const auto doubt = [&](const std::string& why) {
    verdict.provisional = true;
    verdict.reasons.push_back(why);
  };
  if (evidence.recovery.inputs < kFewInputs) {
    doubt("It rests on " + std::to_string(evidence.recovery.inputs) + evidence.nouns.in(" {inputs}, and fewer than ") +
          std::to_string(kFewInputs) + " make it provisional.");
  }
  if (tells_little(evidence, "normalised_aopc")) {
    doubt(
        evidence.nouns.in("What decides, normalised AOPC, hardly tells the best other method from random {parts} here: "
                          "the grade is provisional."));
  }
  if (evidence.halves && (*evidence.halves)[0] != (*evidence.halves)[1]) {
    doubt(evidence.nouns.in("Two halves of the {inputs} disagree: one alone would be ") +
          std::string(grade_name((*evidence.halves)[0])) + ", the other " +
          std::string(grade_name((*evidence.halves)[1])) + ".");
  }
}

}  // namespace

std::string share_text(double share) {
  return digits(100 * share, 0) + " %";
}

std::string_view grade_name(Grade grade) {
  constexpr std::string_view kNames[] = {"not-auditable", "decorative", "informative", "faithful"};
  return kNames[static_cast<size_t>(grade)];
}

std::string_view depth_name(Depth depth) {
  constexpr std::string_view kNames[] = {"quick", "standard", "deep"};
  return kNames[static_cast<size_t>(depth)];
}

Verdict decide(const Evidence& evidence) {
  Verdict out;
  out.provisional = evidence.depth == Depth::kQuick || !evidence.on_mask_twin;
  out.reasons = why_not_auditable(evidence);
  const Use use = use_of(evidence);
  if (!out.reasons.empty()) {
    if (use.sure) out.ignored = use.ignored;
    note_beside(evidence, out);
    return out;
  }
  out.reasons.push_back(subject_of(evidence) + share_with_interval(evidence.recovery.share) +
                        evidence.nouns.in(" of the way from random {parts} to the best other method (") +
                        evidence.recovery.best + ").");
  const std::vector<std::string> decorative = why_decorative(evidence, out.not_above);
  out.reasons.insert(out.reasons.end(), decorative.begin(), decorative.end());
  note_use(evidence, use, out);
  if ((use.ignored && evidence.of_weights) || !decorative.empty()) {
    out.grade = Grade::kDecorative;
  } else {
    out.grade = Grade::kInformative;
    if (evidence.depth == Depth::kQuick) {
      out.reasons.push_back("A quick audit trains nothing anew and gives no higher grade than informative.");
    } else {
      std::vector<std::string> missing = unmet(evidence);
      const std::vector<std::string> others = unmet_by_others(evidence);
      missing.insert(missing.end(), others.begin(), others.end());
      if (missing.empty()) out.grade = Grade::kFaithful;
      out.reasons.insert(out.reasons.end(), missing.begin(), missing.end());
    }
  }
  note_doubts(evidence, out);
  note_parts(evidence, out);
  out.reasons.insert(out.reasons.end(), evidence.not_compared.begin(), evidence.not_compared.end());
  note_beside(evidence, out);
  return out;
}

}  // namespace fovea::audit
