// What an audit comes to: one of four grades, with its reasons in words.
#pragma once

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

// Quick retrains nothing; standard trains twins of the model.
enum class Depth { kQuick, kStandard };
std::string_view depth_name(Depth depth);

// The limits of the grades.
inline constexpr double kAnswerMoves = 0.05;     // median: below, the answer hardly depends on the input
inline constexpr double kDiagnosticity = 0.6;    // below, a metric is blind on this model
inline constexpr double kPermutedMedian = 0.02;  // below, permuting weights changes nothing
inline constexpr double kPlanted = 0.95;         // precision at the planted parts
inline constexpr double kViolations = 0.1;       // share of inputs whose top part speaks against the answer
inline constexpr double kIndifferent = 0.01;     // methods that differ by less are equally good
inline constexpr int64_t kSeeds = 5;
inline constexpr int64_t kFewestInputs = 10;  // in which the order of erasing matters; fewer bear no grade
inline constexpr int64_t kFewInputs = 30;     // fewer make it provisional

// How often an erasure metric ranks a sensible map above a random one (Chan et al. 2022).
struct MetricSight {
  std::string metric;
  Number diagnosticity;  // 0.5: as good as chance
  bool blind = false;    // below kDiagnosticity, or fooled by a map that is known to lie
};

// A score of the map less that of the best other method, input by input; which is best was chosen on other inputs.
struct BesideBest {
  std::string best;  // its name; "loo or ig" where the halves of the inputs chose two
  Number difference;
};

// What the grade is decided by. What only the standard depth measures is optional; a requirement that was not measured
// is not met.
struct Evidence {
  attribution::Nouns nouns;  // for the reasons
  Depth depth = Depth::kQuick;
  bool has_weights = true, has_training_data = true;
  double answer_moves = 0;           // median of |p(c|x) − p(c|every part masked)|
  std::vector<MetricSight> metrics;  // of erasure
  double permuted_median = 0;        // over inputs, of the gate
  Number weights_beyond_random;      // how far the answer moves without the largest weight, less without a random one
  Number beyond_random;              // normalised AOPC of the map less that of random parts
  bool on_mask_twin = false;         // it was measured on the twin trained with masks
  std::optional<BesideBest> beside_best, fidelity_beside_best;  // normalised AOPC, F-Fidelity
  std::optional<double> planted_precision;
  bool map_from_file = false;  // of which a planted part says nothing
  double violation_rate = 0;
  int64_t seeds = 1;
  std::optional<Number> uniform_gap;  // accuracy less that of twins with even weights, with the luck of the seeds
  int64_t seen_inputs = 0;            // that were in the training or validation part
};

struct Verdict {
  Grade grade = Grade::kNotAuditable;
  bool provisional = true;          // measured without retraining
  bool ignored = false;             // the model does not use its attention
  std::optional<bool> replaceable;  // the task does not need it; none where no twin was trained
  bool seen_data = false;
  std::vector<std::string> reasons;  // whole sentences: first what decided, then what stands beside it
};

Verdict decide(const Evidence& evidence);

}  // namespace fovea::audit
