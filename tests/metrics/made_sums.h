// Made-up translations and transcripts of two systems: counts of sentences of different length and difficulty, with the
// luck of the sentences and of the seeds as large as wanted.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include "base/random.h"
#include "metrics/sums.h"

namespace fovea::metrics {

enum class MadeKind { kTranslation, kTranscript };

struct MadeSystems {
  size_t rows = 120, seeds = 1;
  double quality = 0.6;   // probability that a word is right, of the first system on average
  double better = 0.03;   // of the second on top
  double of_rows = 0.12;  // standard deviations of that probability, between sentences
  double of_seeds = 0;    // and between trainings of a system
};

inline constexpr MadeSystems kMadeSystems[] = {
    {},
    {.seeds = 5, .of_seeds = 0.03},
};

class MadeNumbers {
 public:
  explicit MadeNumbers(uint64_t number) : base_(stream_base({1618, Purpose::kTest, number})) {}
  double share() { return uniform(base_, next_++); }
  double normal() {  // Box & Muller 1958
    const double u = 1 - share(), v = share();
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
  }

 private:
  uint64_t base_, next_ = 0;
};

// What one sentence of `length` words adds where each word is right with probability `right`. A translation loses one
// word of its length where the first is wrong; n-grams match where all their words are right.
inline void add_made_row(MadeKind kind, int length, double right, MadeNumbers& numbers, std::vector<double>& values) {
  std::vector<bool> hits;
  for (int i = 0; i < length; ++i) hits.push_back(numbers.share() < std::clamp(right, 0.02, 0.98));
  if (kind == MadeKind::kTranscript) {
    values.push_back(static_cast<double>(std::count(hits.begin(), hits.end(), false)));
    values.push_back(length);
    return;
  }
  const int reference = length;
  if (!hits.front()) hits.erase(hits.begin());
  std::vector<double> matches, candidates;
  for (int order = 1; order <= 4; ++order) {
    int matched = 0, all = 0;
    for (int begin = 0; begin + order <= std::ssize(hits); ++begin, ++all) {
      matched += std::all_of(hits.begin() + begin, hits.begin() + begin + order, [](bool hit) { return hit; });
    }
    matches.push_back(matched);
    candidates.push_back(all);
  }
  values.insert(values.end(), matches.begin(), matches.end());
  values.insert(values.end(), candidates.begin(), candidates.end());
  values.push_back(static_cast<double>(hits.size()));
  values.push_back(reference);
}

// The `number`-th sample of two systems on the same sentences, the second better by `made.better`.
inline std::pair<RowSums, RowSums> make_systems(MadeKind kind, const MadeSystems& made, uint64_t number) {
  MadeNumbers numbers(number);
  const size_t parts = kind == MadeKind::kTranslation ? 10 : 2;
  RowSums a{.rows = made.rows, .seeds = made.seeds, .parts = parts}, b = a;
  std::vector<double> seeds_of_a, seeds_of_b;
  for (size_t seed = 0; seed < made.seeds; ++seed) {
    seeds_of_a.push_back(made.quality + made.of_seeds * numbers.normal());
    seeds_of_b.push_back(made.quality + made.better + made.of_seeds * numbers.normal());
  }
  for (size_t row = 0; row < made.rows; ++row) {
    const int length = 6 + static_cast<int>(20 * numbers.share());
    const double easy = made.of_rows * numbers.normal();
    for (size_t seed = 0; seed < made.seeds; ++seed) {
      add_made_row(kind, length, seeds_of_a[seed] + easy, numbers, a.values);
      add_made_row(kind, length, seeds_of_b[seed] + easy, numbers, b.values);
    }
  }
  return {std::move(a), std::move(b)};
}

// What such a system scores on endless sentences, mean over endless seeds.
inline double true_score(MadeKind kind, MadeSystems made, double quality, const Measure& measure) {
  made.better = 0;
  made.quality = quality;
  made.rows = made.of_seeds > 0 ? 400 : 60'000;
  made.seeds = made.of_seeds > 0 ? 200 : 1;
  return mean_score(make_systems(kind, made, 999'999).first, measure);
}

}  // namespace fovea::metrics
