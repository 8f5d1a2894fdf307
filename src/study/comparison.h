// What a comparison comes to: every number that could be luck with its spread, differences with interval and p.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/sums.h"
#include "study/compare.h"
#include "study/trust_compared.h"

namespace fovea::study {

struct Spread {
  double mean = 0, sd = 0;  // over the seeds; sd 0 with one
  size_t seeds = 0;         // that have finished
};

// To the first variant, of the measure that decides: above 0 the score is the higher one, which of a loss is worse.
struct Difference {
  double mean = 0;
  metrics::Interval interval;  // 95 %
  double p = 1, p_holm = 1;    // of the paired randomisation test; corrected for all comparisons
  size_t seeds = 0;            // that both have finished

  bool shown() const { return p_holm < 0.05; }
};

struct Point {
  uint64_t seed = 0;
  std::vector<double> scores;  // of the test part, by the measures of the comparison
  double validation = 0;       // of the measure that decides
  double seconds = 0, epochs = 0;
  std::string stopped;
};

struct Failure {
  uint64_t seed = 0;
  std::string reason;
};

struct SeedTrust {
  uint64_t seed = 0;
  Trust trust;
};

// The score of one variant in one quartile, and its difference to the first variant there.
struct QuartileScore {
  double score = 0;
  std::optional<double> difference;
  metrics::Interval interval;
};

struct VariantResult {
  Settings settings;
  std::string model;
  std::vector<Point> points;  // by seed; empty where none was finished
  std::vector<Failure> failures;
  std::vector<std::string> left_out;  // options common to all that cannot apply to this one
  std::vector<Spread> scores;         // by the measures of the comparison
  Spread seconds;
  metrics::Interval interval;  // of the measure that decides
  int64_t parameters = 0, bytes = 0;
  std::vector<QuartileScore> quartiles;
  std::vector<SeedTrust> trusts;         // of the trainings that were audited
  ComparedTrust trust;                   // the same over the seeds
  Candidate candidate;                   // on the validation part: the means over the seeds
  std::string no_trust;                  // by trust: why it has no R there; "" where it has one
  std::optional<Difference> difference;  // nothing for the first variant, and where no seed is finished by both
};

// Inputs of about the same size; small sets may have fewer than four.
struct Quartile {
  int64_t smallest = 0, largest = 0, inputs = 0;
};

// A combination of the grid that cannot be trained, and why.
struct Skipped {
  Settings settings;
  std::string reason;
};

struct Comparison {
  std::string data;  // names of the files
  std::vector<Axis> axes;
  std::vector<uint64_t> seeds;
  std::vector<metrics::Measure> measures;  // at least one; the first decides
  InputNouns nouns;
  int64_t inputs = 0;  // of the test part
  std::optional<audit::Depth> audit;
  std::vector<VariantResult> variants;
  Goal goal = Goal::kAccuracy;
  std::optional<size_t> chosen;     // variant, on the validation part; none where no training that could be is finished
  std::vector<Quartile> quartiles;  // by the sizes that the first variant sees
  std::vector<Skipped> skipped;
  bool interrupted = false;
  std::string folder;

  const metrics::Measure& measure() const { return measures.front(); }
};

inline constexpr int kDraws = 10'000, kResamples = 4'000;

// Fills everything but `data`, `axes`, `audit`, `skipped`, `left_out` and `folder`.
Comparison compare_runs(const ComparePlan& plan, const CompareRuns& runs);

}  // namespace fovea::study
