// What a comparison comes to: every number that could be luck with its spread, differences with interval and p.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/bootstrap.h"
#include "study/compare.h"

namespace fovea::study {

struct Spread {
  double mean = 0, sd = 0;  // over the seeds; sd 0 with one
  size_t seeds = 0;         // that have finished
};

// To the first variant, in shares of the test texts (0.01 is one point).
struct Difference {
  double mean = 0;
  metrics::Interval interval;  // 95 %
  double p = 1, p_holm = 1;    // of the paired randomisation test; corrected for all comparisons
  size_t seeds = 0;            // that both have finished

  bool shown() const { return p_holm < 0.05; }
};

struct Point {
  uint64_t seed = 0;
  double accuracy = 0, macro_f1 = 0, loss = 0;  // of the test part
  double validation_accuracy = 0;
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

// Accuracy of one variant in one quartile, and its difference to the first variant there.
struct QuartileScore {
  double accuracy = 0;
  std::optional<double> difference;
  metrics::Interval interval;
};

struct VariantResult {
  Settings settings;
  std::string model;
  std::vector<Point> points;  // by seed; empty where none was finished
  std::vector<Failure> failures;
  std::vector<std::string> left_out;  // options common to all that cannot apply to this one
  Spread accuracy, macro_f1, seconds;
  metrics::Interval accuracy_interval;
  int64_t parameters = 0, bytes = 0;
  std::vector<QuartileScore> quartiles;
  std::vector<SeedTrust> trusts;         // of the trainings that were audited
  std::optional<Difference> difference;  // nothing for the first variant, and where no seed is finished by both
};

// Texts of about the same number of words; short sets may have fewer than four.
struct Quartile {
  int64_t shortest = 0, longest = 0, texts = 0;
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
  int64_t texts = 0;  // of the test part
  std::optional<audit::Depth> audit;
  std::vector<VariantResult> variants;
  std::vector<Quartile> quartiles;  // by the words that the first variant sees
  std::vector<Skipped> skipped;
  bool interrupted = false;
  std::string folder;
};

inline constexpr int kDraws = 10'000, kResamples = 4'000;

// Fills everything but `data`, `axes`, `audit`, `skipped`, `left_out` and `folder`.
Comparison compare_runs(const ComparePlan& plan, const CompareRuns& runs);

}  // namespace fovea::study
