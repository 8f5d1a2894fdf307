// What an audit comes to: one of four grades, with its reasons in words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attribution/subject.h"
#include "audit/number.h"

namespace fovea::audit {

// Rising. A requirement is met by its grade and those above it.
enum class Grade { kNotAuditable, kDecorative, kInformative, kFaithful };
std::string_view grade_name(Grade grade);  // "not-auditable", …

// Rising. Quick retrains nothing; standard trains twins of the model; deep asks more than a grade needs.
enum class Depth { kQuick, kStandard, kDeep };
std::string_view depth_name(Depth depth);

// The limits of the grades.
inline constexpr double kAnswerMoves = 0.05;       // an answer that moves by more depends on the input
inline constexpr double kInputsThatMove = 0.1;     // share of the inputs whose answer does; below, see kAnswersDiffer
inline constexpr double kAnswersDiffer = 0.05;     // mean distance of the answers to their mean; below, all are one
inline constexpr double kDiagnosticity = 0.6;      // below, a metric is blind on this model
inline constexpr double kPermutedMedian = 0.02;    // below, permuting weights changes nothing
inline constexpr double kWeightMatters = 0.001;    // JSD; below, the largest weight is worth no more than another
inline constexpr double kRecovered = 0.5;          // of the way from random to the best method
inline constexpr double kRecoveredAtLeast = 0.35;  // which the interval may not reach below
inline constexpr double kNotInferior = 0.05;       // of the range: what the best method may be ahead
inline constexpr double kPlanted = 0.95;           // precision at the planted parts
inline constexpr double kViolations = 0.1;         // share of inputs whose top part speaks against the answer
inline constexpr double kReplaceable = 0.01;       // of accuracy, either way
inline constexpr double kOneLabel = 0.99;          // share of the inputs that get the same label: it answers one label
inline constexpr int64_t kSeeds = 5;
inline constexpr int64_t kFewestInputs = 10;  // in which the order of erasing matters; fewer bear no grade
inline constexpr int64_t kFewInputs = 50;     // fewer make it provisional

// How often an erasure metric ranks the best other method above random parts (Chan et al. 2022).
struct MetricSight {
  std::string metric;
  Number diagnosticity;  // 0.5: as good as chance
  bool blind = false;    // below kDiagnosticity
};

// A score of the map less that of the best other method, input by input; which is best was chosen on other inputs.
struct BesideBest {
  std::string best;  // its name; "loo or ig" where the halves of the inputs chose two
  Number difference;
  double range = 1;  // what the score can span: of F-Fidelity from random parts to the best method

  bool not_inferior() const { return difference.n > 1 && range > 0 && difference.low > -kNotInferior * range; }
};

// How far a map goes from random parts (0) to the best other method (1), by normalised AOPC.
struct Recovery {
  Number share;        // the ratio of two means; n = 0: no method is surely above random, or no order matters
  int64_t inputs = 0;  // in which the order of erasing matters
  std::string best;
  double p = 1;  // one-sided, of the share being kRecoveredAtLeast or less
};

// What a map must be above that is said to show this model: normalised AOPC of the map less that of the other.
struct Baseline {
  std::string name;
  Number ahead;
};

// What is known of the answers to all inputs.
struct AnswerFacts {
  Number moved;                       // share of inputs whose answer moves by more than kAnswerMoves when all is masked
  bool comparable = true;             // answers are of the same classes for all inputs; else only `moved` is known
  double differ = 0;                  // mean distance of the answers to their mean
  std::vector<std::string> silent;    // labels: hardly an input that is answered so moves; nothing is to be shown there
  int64_t told = 0;                   // inputs of the other labels, which are graded
  std::optional<std::string> always;  // the label that all get, or all but a few
  int64_t otherwise = 0;              // those few

  bool depends() const { return moved.mean >= kInputsThatMove || (comparable && differ >= kAnswersDiffer); }
};

// Inputs that have something in common and are graded by themselves.
struct PartGrade {
  std::string by, name;
  int64_t inputs = 0;
  Grade grade = Grade::kNotAuditable;
  Number recovered;
};

// What another training of the same model would get, and how far its own attention goes.
struct OtherTraining {
  int64_t number = 0;
  Grade grade = Grade::kNotAuditable;
  Number recovered;
};

// What the grade is decided by. What only the standard depth measures is optional; a requirement that was not measured
// is not met.
struct Evidence {
  attribution::Nouns nouns;  // for the reasons
  Depth depth = Depth::kQuick;
  bool has_weights = true, has_training_data = true;
  bool map_from_file = false;   // of which a planted part and other trainings say nothing
  std::string map = "weights";  // what the reasons call it: "weights", "map of ig"
  bool of_weights = true;       // a map that is made of them, which are worth nothing where the model ignores them
  AnswerFacts answers;
  std::vector<MetricSight> metrics;  // of erasure
  Number permuted;                   // the median over inputs, of the gate
  Number weights_beyond_random;      // JSD of the answer without the largest weight, less without a random one
  Recovery recovery;
  std::vector<Baseline> baselines;
  std::vector<std::string> not_compared;  // baselines that there are none of, and why: whole sentences
  bool on_mask_twin = false;              // erasing was measured on the twin trained with masks
  std::optional<BesideBest> beside_best, fidelity_beside_best;  // normalised AOPC, F-Fidelity
  std::optional<Number> planted_precision;
  Number violation;         // share of the inputs whose top part speaks against the answer
  Number violation_of_all;  // the same of all inputs, those with nothing to show too
  std::vector<OtherTraining> trainings;
  std::optional<std::array<Grade, 2>> halves;  // of the inputs
  std::vector<PartGrade> parts;                // those that are large enough
  std::optional<Number> uniform_gap;  // accuracy less that of twins with even weights, with the luck of the seeds
  int64_t seen_inputs = 0;            // that were in the training or validation part
};

struct Verdict {
  Grade grade = Grade::kNotAuditable;
  bool provisional = true;          // measured without retraining, or on little
  std::optional<bool> ignored;      // the model does not use its attention; none where that cannot be told
  std::optional<bool> replaceable;  // the task does not need it; none where no twin was trained
  std::string not_above;            // the first baseline that the map is not shown to be above; "" = none, or not asked
  bool seen_data = false;
  std::vector<std::string> reasons;  // whole sentences: first what decided, then what stands beside it
};

Verdict decide(const Evidence& evidence);

// "26 %", of a share.
std::string share_text(double share);

}  // namespace fovea::audit
