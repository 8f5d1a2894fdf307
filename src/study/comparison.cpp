#include "study/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/errors.h"
#include "metrics/holm.h"

namespace fovea::study {
namespace {

constexpr uint64_t kDrawSeed = 12345;
using Runs = std::vector<std::optional<Run>>;
using Inputs = std::vector<size_t>;  // numbers of inputs of the test part
using metrics::Measure;

bool finished(const std::optional<Run>& run) {
  return run && run->failure.empty();
}

Spread spread(const std::vector<double>& values) {
  Spread result;
  result.seeds = values.size();
  if (values.empty()) return result;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) result.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  if (values.size() > 1) result.sd = std::sqrt(squares / (n - 1));
  return result;
}

// The seeds that `runs`, and `others` where given, have finished.
std::vector<size_t> finished_seeds(const Runs& runs, const Runs* others) {
  std::vector<size_t> seeds;
  for (size_t seed = 0; seed < runs.size(); ++seed) {
    if (finished(runs[seed]) && (!others || finished((*others)[seed]))) seeds.push_back(seed);
  }
  return seeds;
}

// What `runs` have added with these seeds on these inputs.
metrics::RowSums sums_of(const Runs& runs, const std::vector<size_t>& seeds, const Inputs& inputs,
                         const Measure& measure) {
  metrics::RowSums out{.rows = seeds.empty() ? 0 : inputs.size(), .seeds = seeds.size(), .parts = measure.parts};
  if (out.rows == 0) return out;
  out.parts = runs[seeds.front()]->sums(measure.name)->parts;
  out.values.reserve(out.rows * out.seeds * out.parts);
  for (const size_t input : inputs) {
    for (const size_t seed : seeds) {
      const std::span<const double> row = runs[seed]->sums(measure.name)->row(input);
      out.values.insert(out.values.end(), row.begin(), row.end());
    }
  }
  return out;
}

// Where all inputs and seeds are alike no draw differs from another, which says nothing of inputs that were not drawn:
// a share of them that comes in n inputs at least once with probability .975 may be different (Clopper & Pearson 1934).
// Of scores that are no means of shares nothing is known.
metrics::Interval widened(const metrics::Interval& drawn, size_t inputs, const Measure& measure) {
  if (drawn.low < drawn.high || inputs == 0 || !measure.is_mean() || measure.most != 1) return drawn;
  const double reach = 1 - std::pow(0.025, 1 / static_cast<double>(inputs));
  return {drawn.low - reach, drawn.high + reach};
}

// Student's t has long tails with few seeds; beyond what a score can be nothing is possible.
metrics::Interval within(const metrics::Interval& interval, double low, double high) {
  return {std::clamp(interval.low, low, high), std::clamp(interval.high, low, high)};
}

metrics::Interval interval_of(const metrics::RowSums& sums, const Measure& measure) {
  const metrics::Interval drawn = metrics::bootstrap(sums, measure, kDrawSeed, kResamples);
  return within(widened(drawn, sums.rows, measure), 0, measure.most);
}

metrics::Interval interval_of_difference(const metrics::RowSums& sums, const metrics::RowSums& first,
                                         const Measure& measure) {
  const metrics::Interval drawn = metrics::bootstrap_difference(sums, first, measure, kDrawSeed, kResamples);
  return within(widened(drawn, sums.rows, measure), -measure.most, measure.most);
}

void fill_runs(VariantResult& result, const Runs& runs, const ComparePlan& plan) {
  std::vector<std::vector<double>> scores(plan.measures.size());
  std::vector<double> seconds;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i]) continue;
    const Run& run = *runs[i];
    if (!run.failure.empty()) {
      result.failures.push_back({plan.seeds[i], run.failure});
      continue;
    }
    Point point;
    point.seed = plan.seeds[i];
    for (size_t measure = 0; measure < plan.measures.size(); ++measure) {
      point.scores.push_back(run.score(plan.measures[measure]));
      scores[measure].push_back(point.scores.back());
    }
    const auto validation = run.validation.find(plan.measures.front().name);
    if (validation != run.validation.end()) point.validation = validation->second;
    point.seconds = run.seconds;
    point.epochs = run.epochs;
    point.stopped = run.stopped;
    result.points.push_back(std::move(point));
    if (run.trust) result.trusts.push_back({plan.seeds[i], *run.trust});
    seconds.push_back(run.seconds);
    result.model = run.model;
    result.parameters = run.parameters;
    result.bytes = run.bytes;
  }
  for (const std::vector<double>& of_seeds : scores) result.scores.push_back(spread(of_seeds));
  result.seconds = spread(seconds);
}

std::vector<Inputs> size_groups(const std::vector<int64_t>& sizes, std::vector<Quartile>* quartiles) {
  std::vector<int64_t> sorted = sizes;
  std::sort(sorted.begin(), sorted.end());
  std::vector<Inputs> groups;
  int64_t above = -1;
  for (size_t quarter = 1; quarter <= 4; ++quarter) {
    const int64_t upto = sorted[std::max<size_t>(sorted.size() * quarter / 4, 1) - 1];
    Inputs inputs;
    for (size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i] > above && sizes[i] <= upto) inputs.push_back(i);
    }
    if (inputs.empty()) continue;  // as many inputs of one size as fill a quarter
    int64_t smallest = upto;
    for (const size_t i : inputs) smallest = std::min(smallest, sizes[i]);
    quartiles->push_back({smallest, upto, static_cast<int64_t>(inputs.size())});
    groups.push_back(std::move(inputs));
    above = upto;
  }
  return groups;
}

void fill_quartiles(VariantResult& result, const Runs& runs, const Runs* first, const std::vector<Inputs>& groups,
                    const Measure& measure) {
  for (const Inputs& inputs : groups) {
    QuartileScore score;
    score.score = metrics::mean_score(sums_of(runs, finished_seeds(runs, nullptr), inputs, measure), measure);
    if (first) {
      const std::vector<size_t> seeds = finished_seeds(runs, first);
      if (!seeds.empty()) {
        const metrics::RowSums sums = sums_of(runs, seeds, inputs, measure),
                               others = sums_of(*first, seeds, inputs, measure);
        score.difference = metrics::mean_difference(sums, others, measure);
        score.interval = interval_of_difference(sums, others, measure);
      }
    }
    result.quartiles.push_back(score);
  }
}

// The test part must be the same for all, or pairs would not be pairs.
size_t test_inputs(const CompareRuns& runs, const Measure& measure) {
  std::optional<size_t> inputs;
  for (const Runs& variant : runs.runs) {
    for (const auto& run : variant) {
      if (!finished(run)) continue;
      const metrics::RowSums* sums = run->sums(measure.name);
      const size_t rows = sums ? sums->rows : 0;
      FOVEA_CHECK(!inputs || *inputs == rows, *inputs, rows);
      FOVEA_CHECK(run->sizes.empty() || run->sizes.size() == rows, run->sizes.size(), rows);
      inputs = rows;
    }
  }
  return inputs.value_or(0);
}

// What a variant is chosen by: means over its finished seeds, of R over those that have one.
void fill_candidate(VariantResult& result, const Runs& runs) {
  std::vector<double> recovered;
  for (const std::optional<Run>& run : runs) {
    if (!finished(run) || !run->valid_trust) continue;
    const Trust& trust = *run->valid_trust;
    if (!trust.failure.empty()) result.no_trust = trust.failure;
    if (trust.no_weights) result.candidate.no_weights = true;
    if (trust.failure.empty() && trust.recovered.n > 0) recovered.push_back(trust.recovered.mean);
  }
  for (const Point& point : result.points) {
    result.candidate.score += point.validation / static_cast<double>(result.points.size());
  }
  if (!recovered.empty()) {
    result.candidate.recovered = spread(recovered).mean;
    result.no_trust.clear();
  } else if (result.no_trust.empty()) {
    result.no_trust = "not auditable: no method is surely above chance on its validation part";
  }
}

// The variant that is chosen on the validation part; of equal ones the first.
std::optional<size_t> chosen_of(const Comparison& comparison) {
  std::vector<size_t> finished;
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < comparison.variants.size(); ++i) {
    const VariantResult& variant = comparison.variants[i];
    if (variant.points.empty() || (comparison.goal == Goal::kTrust && variant.candidate.no_weights)) continue;
    finished.push_back(i);
    candidates.push_back(variant.candidate);
  }
  if (finished.empty()) return std::nullopt;
  if (comparison.goal == Goal::kTrust) return finished[ranked_by_trust(candidates, comparison.measure()).front()];
  const auto best = std::min_element(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
    return comparison.measure().better(a.score, b.score);
  });
  return finished[static_cast<size_t>(best - candidates.begin())];
}

// [variant][seed]; null where there is no audit.
std::vector<std::vector<const Trust*>> audits_of(const CompareRuns& runs) {
  std::vector<std::vector<const Trust*>> out;
  for (const Runs& of_variant : runs.runs) {
    std::vector<const Trust*>& trusts = out.emplace_back();
    for (const std::optional<Run>& run : of_variant) {
      trusts.push_back(finished(run) && run->trust ? &*run->trust : nullptr);
    }
  }
  return out;
}

}  // namespace

Comparison compare_runs(const ComparePlan& plan, const CompareRuns& runs) {
  FOVEA_CHECK(!plan.measures.empty());
  const Measure& measure = plan.measures.front();
  Comparison result;
  result.seeds = plan.seeds;
  result.measures = plan.measures;
  result.nouns = plan.nouns;
  result.interrupted = runs.interrupted;
  Inputs all(test_inputs(runs, measure));
  std::iota(all.begin(), all.end(), 0);
  result.inputs = std::ssize(all);

  const Runs& first = runs.runs.front();
  const auto measured = std::find_if(first.begin(), first.end(), finished);
  std::vector<Inputs> groups;
  if (measured != first.end() && !(*measured)->sizes.empty()) {
    groups = size_groups((*measured)->sizes, &result.quartiles);
  }

  std::vector<double> p;
  for (size_t i = 0; i < plan.variants.size(); ++i) {
    VariantResult variant;
    variant.settings = plan.variants[i];
    const Runs& own = runs.runs[i];
    fill_runs(variant, own, plan);
    variant.interval = interval_of(sums_of(own, finished_seeds(own, nullptr), all, measure), measure);
    const std::vector<size_t> seeds = finished_seeds(own, &first);
    if (i > 0 && !seeds.empty()) {
      const metrics::RowSums sums = sums_of(own, seeds, all, measure), others = sums_of(first, seeds, all, measure);
      variant.difference =
          Difference{metrics::mean_difference(sums, others, measure), interval_of_difference(sums, others, measure),
                     metrics::randomisation(sums, others, measure, kDrawSeed, kDraws), 1, seeds.size()};
      p.push_back(variant.difference->p);
    }
    fill_candidate(variant, own);
    if (!variant.points.empty()) fill_quartiles(variant, own, i > 0 ? &first : nullptr, groups, measure);
    result.variants.push_back(std::move(variant));
  }
  result.goal = plan.goal;
  result.chosen = chosen_of(result);
  const std::vector<ComparedTrust> trusts = compare_trust(audits_of(runs));
  for (size_t i = 0; i < trusts.size(); ++i) result.variants[i].trust = trusts[i];
  const std::vector<double> corrected = metrics::holm(p);
  size_t compared = 0;
  for (VariantResult& variant : result.variants) {
    if (variant.difference) variant.difference->p_holm = corrected[compared++];
  }
  return result;
}

}  // namespace fovea::study
