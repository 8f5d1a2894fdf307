#include "study/trust_compared.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/random.h"
#include "metrics/holm.h"
#include "metrics/paired.h"

namespace fovea::study {
namespace {

constexpr uint64_t kTrustSeed = 12345;
constexpr size_t kTrustDraws = 4'000;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

using Values = std::vector<double>;

// What one training has of each input of the comparison; NaN where its audit has nothing.
struct Columns {
  Values above, below;  // of a ratio of means; of a mean or a median `above` alone
};

bool is_median(TrustMeasure measure) {
  return measure == TrustMeasure::kLift || measure == TrustMeasure::kPermuted;
}

bool is_ratio(TrustMeasure measure) {
  return measure == TrustMeasure::kRecovered || measure == TrustMeasure::kFirstRecovered;
}

// Whether the training's own audit has this number: a ratio to what may be nothing is none.
bool has(const Trust& trust, TrustMeasure measure) {
  if (!trust.failure.empty() || trust.by_input.inputs.empty()) return false;
  if (measure == TrustMeasure::kRecovered) return trust.recovered.n > 0;
  return measure != TrustMeasure::kFirstRecovered || trust.first_recovered.n > 0;
}

Columns columns_of(const InputTrust& of, TrustMeasure measure, const std::vector<int64_t>& inputs) {
  const auto placed = [&](const Values& values) {
    Values out(inputs.size(), kNothing);
    for (size_t i = 0; i < of.inputs.size(); ++i) {
      const auto place = std::lower_bound(inputs.begin(), inputs.end(), of.inputs[i]);
      out[static_cast<size_t>(place - inputs.begin())] = values[i];
    }
    return out;
  };
  switch (measure) {
    case TrustMeasure::kRecovered:
      return {placed(of.beyond), placed(of.best_beyond)};
    case TrustMeasure::kFirstRecovered:
      return {placed(of.first_beyond), placed(of.first_best_beyond)};
    case TrustMeasure::kLift:
      return {placed(of.lift), {}};
    case TrustMeasure::kMarked:
      return {placed(of.marked), {}};
    case TrustMeasure::kPermuted:
      break;
  }
  return {placed(of.permuted), {}};
}

// The number of one training on the inputs drawn; NaN where they give none.
double number_on(const Columns& columns, TrustMeasure measure, const std::vector<size_t>& drawn) {
  if (is_median(measure)) {
    Values kept;
    kept.reserve(drawn.size());
    for (const size_t input : drawn) {
      if (!std::isnan(columns.above[input])) kept.push_back(columns.above[input]);
    }
    if (kept.empty()) return kNothing;
    const auto middle = kept.begin() + static_cast<std::ptrdiff_t>(kept.size() / 2);
    std::nth_element(kept.begin(), middle, kept.end());
    return kept.size() % 2 == 1 ? *middle : (*middle + *std::max_element(kept.begin(), middle)) / 2;
  }
  double above = 0, below = 0;
  for (const size_t input : drawn) {
    const double other = is_ratio(measure) ? columns.below[input] : 1;
    if (std::isnan(columns.above[input]) || std::isnan(other)) continue;
    above += columns.above[input];
    below += other;
  }
  return below > 0 ? above / below : kNothing;
}

double mean_over(const Values& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double variance_of(const Values& values) {
  if (values.size() < 2) return 0;
  const double mean = mean_over(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1);
}

// A number of each seed on all inputs, and on those of each draw.
struct Drawn {
  Values found;               // [seed]
  std::vector<Values> drawn;  // [draw][seed]; a draw that gives a seed no number is left out
};

struct Spreaded {
  double mean = 0, p = 1;
  metrics::Interval interval;
};

// How far seeds differ beyond what the inputs drawn let them: the variance of what is found between the seeds, less
// that of how far each moves by itself from draw to draw. Of a mean it is the rule of metrics::seed_luck().
metrics::SeedLuck luck_of(const Drawn& of) {
  if (of.found.size() < 2 || of.drawn.empty()) return {};
  double alone = 0;
  for (const Values& draw : of.drawn) {
    Values moved;
    for (size_t seed = 0; seed < draw.size(); ++seed) moved.push_back(draw[seed] - of.found[seed]);
    alone += variance_of(moved) / static_cast<double>(of.drawn.size());
  }
  const double excess = std::max(0.0, variance_of(of.found) - alone);
  return {std::sqrt(excess / static_cast<double>(of.found.size())), static_cast<int>(of.found.size()) - 1};
}

Spreaded spread_of_draws(const Drawn& of) {
  Spreaded out;
  out.mean = mean_over(of.found);
  out.interval = {out.mean, out.mean};
  if (of.drawn.empty()) return out;
  const metrics::SeedLuck luck = luck_of(of);
  Values means;
  size_t at_most = 0, at_least = 0;
  for (size_t draw = 0; draw < of.drawn.size(); ++draw) {
    means.push_back(mean_over(of.drawn[draw]) + luck.draw(kTrustSeed, draw));
    at_most += means.back() <= 0;
    at_least += means.back() >= 0;
  }
  const auto all = static_cast<double>(means.size());
  out.p = std::min(1.0, 2 * (static_cast<double>(std::min(at_most, at_least)) + 1) / (all + 1));
  std::sort(means.begin(), means.end());
  out.interval = {std::min(out.mean, metrics::quantile(means, 0.025)),
                  std::max(out.mean, metrics::quantile(means, 0.975))};
  return out;
}

// What the number can be: Student's t has long tails with few seeds. R has no bounds.
struct Possible {
  double least, most;
};
Possible possible_of(TrustMeasure measure) {
  constexpr double kAny = std::numeric_limits<double>::infinity();
  if (is_ratio(measure)) return {-kAny, kAny};
  return {0, measure == TrustMeasure::kLift ? kAny : 1};
}

// Where all inputs say the same of a share no draw differs from another, which says nothing of inputs that were not
// drawn (Clopper & Pearson 1934).
metrics::Interval finished_interval(metrics::Interval interval, TrustMeasure measure, size_t inputs, bool difference) {
  if (measure == TrustMeasure::kMarked && !(interval.low < interval.high)) {
    const double reach = 1 - std::pow(0.025, 1 / static_cast<double>(inputs));
    interval = {interval.low - reach, interval.high + reach};
  }
  const Possible possible = possible_of(measure);
  const double least = difference ? -possible.most : possible.least;
  return {std::max(least, interval.low), std::min(possible.most, interval.high)};
}

class TrustComparison {
 public:
  explicit TrustComparison(const std::vector<std::vector<const Trust*>>& audits) : audits_(audits) {
    std::set<int64_t> inputs;
    for (const auto& of_variant : audits) {
      for (const Trust* trust : of_variant) {
        if (trust) inputs.insert(trust->by_input.inputs.begin(), trust->by_input.inputs.end());
      }
    }
    inputs_.assign(inputs.begin(), inputs.end());
    for (size_t draw = 0; draw < kTrustDraws; ++draw) {
      const uint64_t base = stream_base({kTrustSeed, Purpose::kBootstrap, draw});
      std::vector<size_t>& drawn = draws_.emplace_back();
      for (size_t i = 0; i < inputs_.size(); ++i) drawn.push_back(uniform_below(base, i, inputs_.size()));
    }
  }

  std::vector<ComparedTrust> go() {
    std::vector<ComparedTrust> out(audits_.size());
    if (inputs_.empty()) return out;
    Values p;
    for (size_t measure = 0; measure < kTrustMeasures.size(); ++measure) compare(measure, out);
    for (const ComparedTrust& one : out) {
      for (const auto& difference : one.differences) {
        if (difference) p.push_back(difference->p);
      }
    }
    const Values corrected = metrics::holm(p);
    size_t at = 0;
    for (ComparedTrust& one : out) {
      for (auto& difference : one.differences) {
        if (difference) difference->p_holm = corrected[at++];
      }
    }
    return out;
  }

 private:
  // What one training has on all inputs, then on those of each draw; empty where it has no such number.
  Values numbers_of(const Trust* trust, TrustMeasure measure) const {
    if (!trust || !has(*trust, measure)) return {};
    const Columns columns = columns_of(trust->by_input, measure, inputs_);
    std::vector<size_t> all(inputs_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    Values out = {number_on(columns, measure, all)};
    if (std::isnan(out.front())) return {};
    for (const std::vector<size_t>& drawn : draws_) out.push_back(number_on(columns, measure, drawn));
    return out;
  }

  // Of the seeds that `numbers` has, and `others` where given: then of the first less the second.
  static Drawn joined(const std::vector<Values>& numbers, const std::vector<Values>* others) {
    Drawn out;
    std::vector<size_t> seeds;
    for (size_t seed = 0; seed < numbers.size(); ++seed) {
      if (!numbers[seed].empty() && (!others || !(*others)[seed].empty())) seeds.push_back(seed);
    }
    for (size_t draw = 0; !seeds.empty() && draw <= kTrustDraws; ++draw) {
      Values of_draw;
      for (const size_t seed : seeds) of_draw.push_back(numbers[seed][draw] - (others ? (*others)[seed][draw] : 0));
      const bool whole = std::none_of(of_draw.begin(), of_draw.end(), [](double value) { return std::isnan(value); });
      if (draw == 0) {
        out.found = std::move(of_draw);
      } else if (whole) {
        out.drawn.push_back(std::move(of_draw));
      }
    }
    return out;
  }

  void compare(size_t number, std::vector<ComparedTrust>& out) const {
    const TrustMeasure measure = kTrustMeasures[number];
    std::vector<std::vector<Values>> numbers;
    for (const auto& of_variant : audits_) {
      std::vector<Values>& of_seeds = numbers.emplace_back();
      for (const Trust* trust : of_variant) of_seeds.push_back(numbers_of(trust, measure));
    }
    for (size_t variant = 0; variant < numbers.size(); ++variant) {
      const Drawn own = joined(numbers[variant], nullptr);
      if (own.found.empty()) continue;
      Spreaded spread = spread_of_draws(own);
      spread.interval = finished_interval(spread.interval, measure, inputs_.size(), false);
      out[variant].numbers[number] = TrustNumber{spread.mean, spread.interval, own.found.size()};
      if (variant == 0) continue;
      const Drawn beside = joined(numbers[variant], &numbers.front());
      if (beside.found.empty()) continue;
      spread = spread_of_draws(beside);
      spread.interval = finished_interval(spread.interval, measure, inputs_.size(), true);
      out[variant].differences[number] =
          TrustDifference{spread.mean, spread.interval, spread.p, 1, beside.found.size()};
    }
  }

  const std::vector<std::vector<const Trust*>>& audits_;
  std::vector<int64_t> inputs_;  // of all audits together, rising
  std::vector<std::vector<size_t>> draws_;
};

}  // namespace

std::vector<ComparedTrust> compare_trust(const std::vector<std::vector<const Trust*>>& audits) {
  return TrustComparison(audits).go();
}

}  // namespace fovea::study
