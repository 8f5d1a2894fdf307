#include "audit/verdict.h"

#include <algorithm>
#include <cstdio>

namespace fovea::audit {
namespace {

std::string digits(double value, int places = 2) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  std::string out = text;
  if (const size_t zero = out.find("0."); zero <= 1 && (zero == 0 || out[0] == '-')) out.erase(zero, 1);
  return out;
}

std::string with_interval(const Number& number) {
  return digits(number.mean) + " (" + digits(number.low) + " to " + digits(number.high) + ")";
}

bool is_blind(const Evidence& evidence) {
  return std::all_of(evidence.metrics.begin(), evidence.metrics.end(),
                     [](const MetricSight& sight) { return sight.blind; });
}

// One that a lying map has fooled may be blind to that map alone.
bool tells_little(const Evidence& evidence, const std::string& metric) {
  return std::any_of(evidence.metrics.begin(), evidence.metrics.end(), [&](const MetricSight& sight) {
    return sight.metric == metric && sight.diagnosticity.mean < kDiagnosticity;
  });
}

std::vector<std::string> why_not_auditable(const Evidence& evidence) {
  const attribution::Nouns& nouns = evidence.nouns;
  std::vector<std::string> reasons;
  if (!evidence.has_weights) reasons.push_back("The model has no attention weights.");
  if (evidence.depth == Depth::kStandard && !evidence.has_training_data) {
    reasons.push_back("The training data is not there, and twins cannot be trained without it.");
  }
  if (evidence.answer_moves < kAnswerMoves) {
    reasons.push_back(nouns.in("The answer hardly depends on the {input}: masking every {part} moves it by ") +
                      digits(evidence.answer_moves, 3) + " in the median, less than " + digits(kAnswerMoves) + ".");
  }
  if (is_blind(evidence)) {
    reasons.push_back("Every erasure metric is blind here: none tells a sensible map from a random one in " +
                      digits(100 * kDiagnosticity, 0) + " % of the comparisons.");
  }
  if (evidence.beyond_random.n == 0) {
    reasons.push_back(nouns.in("There is no {input} in which it matters in which order {parts} are erased."));
  } else if (evidence.beyond_random.n < kFewestInputs) {
    reasons.push_back("There are only " + std::to_string(evidence.beyond_random.n) +
                      nouns.in(" {inputs} in which it matters in which order {parts} are erased, fewer than ") +
                      std::to_string(kFewestInputs) + ".");
  }
  return reasons;
}

// What of `faithful` is not met.
std::vector<std::string> unmet(const Evidence& evidence) {
  const attribution::Nouns& nouns = evidence.nouns;
  std::vector<std::string> reasons;
  const auto beside = [&](const std::optional<BesideBest>& best, const std::string& what) {
    if (!best) {
      reasons.push_back(what + " beside the best other method was not measured.");
    } else if (best->difference.n == 0 || best->difference.high < -kIndifferent) {
      reasons.push_back(what + " is below that of " + best->best + " by " + digits(-best->difference.mean) + " (" +
                        digits(-best->difference.high) + " to " + digits(-best->difference.low) + ").");
    }
  };
  beside(evidence.beside_best, "Its normalised AOPC");
  beside(evidence.fidelity_beside_best, "Its F-Fidelity");
  if (!evidence.planted_precision) {
    reasons.push_back(nouns.in(evidence.map_from_file ? "A planted {part} cannot be tried with a map from a file."
                                                      : "No planted {part} was tried."));
  } else if (*evidence.planted_precision < kPlanted) {
    reasons.push_back(nouns.in("It names a planted {part} first in ") + digits(100 * *evidence.planted_precision, 0) +
                      nouns.in(" % of the {inputs}, less than ") + digits(100 * kPlanted, 0) + " %.");
  }
  if (evidence.violation_rate > kViolations) {
    reasons.push_back("In " + digits(100 * evidence.violation_rate, 0) +
                      nouns.in(" % of the {inputs} its top {part} speaks against the answer, more than ") +
                      digits(100 * kViolations, 0) + " %.");
  }
  if (evidence.seeds < kSeeds) {
    reasons.push_back("It was measured with " + std::to_string(evidence.seeds) +
                      (evidence.seeds == 1 ? " training" : " trainings") + ", not " + std::to_string(kSeeds) + ".");
  }
  return reasons;
}

void note_beside(const Evidence& evidence, Verdict& verdict) {
  if (evidence.uniform_gap) {
    const Number& gap = *evidence.uniform_gap;
    const std::string points = with_interval({100 * gap.mean, 0, 100 * gap.low, 100 * gap.high, gap.n}) + " points.";
    verdict.replaceable = gap.low <= 0;
    if (gap.below(0)) {
      verdict.reasons.push_back("The task does not need attention: against even weights it costs accuracy, " + points);
    } else if (*verdict.replaceable) {
      verdict.reasons.push_back("The task does not need attention: with even weights the accuracy differs by " +
                                points);
    }
  }
  verdict.seen_data = evidence.seen_inputs > 0;
  if (verdict.seen_data) {
    verdict.reasons.push_back(std::to_string(evidence.seen_inputs) +
                              evidence.nouns.in(evidence.seen_inputs == 1 ? " {input} was" : " {inputs} were") +
                              " in the training or validation part: the verdict rests on seen data.");
  }
}

}  // namespace

std::string_view grade_name(Grade grade) {
  constexpr std::string_view kNames[] = {"not-auditable", "decorative", "informative", "faithful"};
  return kNames[static_cast<size_t>(grade)];
}

std::string_view depth_name(Depth depth) {
  return depth == Depth::kQuick ? "quick" : "standard";
}

Verdict decide(const Evidence& evidence) {
  Verdict out;
  out.provisional = evidence.depth == Depth::kQuick || !evidence.on_mask_twin;
  const bool beyond = evidence.beyond_random.above(0);
  out.ignored = evidence.permuted_median < kPermutedMedian && !evidence.weights_beyond_random.above(0);
  out.reasons = why_not_auditable(evidence);
  if (!out.reasons.empty()) {
    note_beside(evidence, out);
    return out;
  }
  if (out.ignored) {
    out.reasons.push_back("The model does not use its attention: permuting the weights moves the answer by " +
                          digits(evidence.permuted_median, 3) +
                          " in the median, and erasing the largest weight does no more than erasing another.");
  }
  if (!beyond) {
    out.reasons.push_back(
        evidence.nouns.in(
            "Erasing {parts} in the order of the map does no more than in a random order: normalised AOPC ") +
        with_interval(evidence.beyond_random) + " above it.");
  }
  if (out.ignored || !beyond) {
    out.grade = Grade::kDecorative;
  } else {
    out.grade = Grade::kInformative;
    out.reasons.push_back(
        evidence.nouns.in(
            "Erasing {parts} in the order of the map does more than in a random order: normalised AOPC ") +
        with_interval(evidence.beyond_random) + " above it.");
    if (evidence.depth == Depth::kQuick) {
      out.reasons.push_back("A quick audit trains nothing anew and gives no higher grade than informative.");
    } else {
      const std::vector<std::string> missing = unmet(evidence);
      if (missing.empty()) out.grade = Grade::kFaithful;
      out.reasons.insert(out.reasons.end(), missing.begin(), missing.end());
    }
  }
  if (evidence.beyond_random.n < kFewInputs) {
    out.provisional = true;
    out.reasons.push_back("It rests on " + std::to_string(evidence.beyond_random.n) +
                          evidence.nouns.in(" {inputs}, and fewer than ") + std::to_string(kFewInputs) +
                          " make it provisional.");
  }
  if (tells_little(evidence, "normalised_aopc")) {
    out.provisional = true;
    out.reasons.push_back(
        "What decides, normalised AOPC, hardly tells a sensible map from a random one here: the grade is provisional.");
  }
  note_beside(evidence, out);
  return out;
}

}  // namespace fovea::audit
