#include "audit/judgement.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "metrics/bootstrap.h"

namespace fovea::audit {
namespace {

// Whether the metrics of parts see anything is asked where the parts were erased; one that a lie has fooled stays
// blind.
void take_sight_of(const ErasureValues& erasure, std::vector<MetricSight>& metrics) {
  std::vector<MetricValues> of_words = erasure.metrics;
  of_words.push_back(erasure.bounds_metric);
  for (const MetricValues& inputs : of_words) {
    const MetricSight there = sight_of(inputs);
    for (MetricSight& metric : metrics) {
      if (metric.metric != there.metric) continue;
      const bool fooled = metric.blind && metric.diagnosticity.mean >= kDiagnosticity;
      metric = there;
      metric.blind = metric.blind || fooled;
    }
  }
}

}  // namespace

Evidence evidence_of(const Result& result, const AuditValues& values, const ErasureValues& erasure) {
  Evidence out;
  out.nouns = result.nouns;
  out.depth = result.depth;
  out.answer_moves = result.answer_moves;
  out.metrics = result.metrics;
  if (&erasure != &values.erasure) take_sight_of(erasure, out.metrics);
  out.permuted_median = result.gate.permuted_median;
  const std::vector<Map>& maps = values.maps;
  out.weights_beyond_random = result.attention_erasure.top_beyond_random;
  out.beyond_random = number_of(difference_of(normalised_of(erasure, maps, 0), normalised_of(erasure, maps, -1)));
  out.beside_best = beside_best(erasure, maps, result.seed);
  out.violation_rate = number_of(erasure.sign.front().violates).mean;
  out.seen_inputs = result.seen_in_training + result.seen_in_validation;
  out.on_mask_twin = result.mask_twin && result.mask_twin->accepted;
  out.uniform_gap = result.uniform_gap;
  if (result.seeds) out.seeds = result.seeds->seeds;
  // What a twin's attention does says nothing of a map from a file, unless that map is the model's attention.
  constexpr double kSameMap = 1e-4;
  out.map_from_file = result.map_distance && !(result.map_distance->high < kSameMap);
  if (!out.map_from_file && result.planted && result.planted->taught()) {
    out.planted_precision = result.planted->precision();
  }
  return out;
}

SliceValues slice_values(const Subject& subject, const AuditValues& values, const ErasureValues& erasure,
                         const Material& material) {
  SliceValues slices;
  for (int64_t input = 0; input < subject.inputs(); ++input) slices.parts.push_back(subject.parts(input));
  slices.truth = material.truth;
  slices.right = values.gate.own_right;
  slices.dependence = values.dependence;
  slices.permuted = values.gate.permuted;
  slices.comprehensiveness = erasure.of_map.front().comprehensiveness;
  slices.random = erasure.random.comprehensiveness;
  slices.violates = erasure.sign.front().violates;
  slices.metrics = erasure.metrics;
  const Map* gradient = find_map(values.maps, attribution::Method::kGradient);
  slices.tau = gradient ? taus_of(values.maps.front(), *gradient) : std::vector<double>(slices.parts.size(), kNone);
  return slices;
}

namespace {

constexpr size_t kMostClasses = 20;  // labels shown as slices; of more, the most frequent ones

Slice slice_of(const std::string& by, const std::string& name, const SliceValues& values, const Rows& rows,
               const Evidence& whole) {
  Slice out;
  out.by = by;
  out.name = name;
  out.inputs = std::ssize(rows);
  out.permuted_median = median_of(chosen(values.permuted, rows));
  out.comprehensiveness = number_of(values.comprehensiveness, rows);
  out.random = number_of(values.random, rows);
  out.beyond_random = number_of(difference_of(values.comprehensiveness, values.random), rows);
  out.tau = number_of(values.tau, rows);
  out.violation = number_of(values.violates, rows);
  if (out.inputs < kSliceInputs) return out;
  Evidence evidence = whole;
  evidence.answer_moves = median_of(chosen(values.dependence, rows));
  evidence.metrics.clear();
  for (const MetricValues& metric : values.metrics) {
    MetricSight sight = sight_of(metric, rows);
    for (const MetricSight& of_all : whole.metrics) sight.blind |= of_all.metric == sight.metric && of_all.blind;
    evidence.metrics.push_back(sight);
  }
  evidence.permuted_median = out.permuted_median;
  evidence.beyond_random = out.beyond_random;
  evidence.depth = Depth::kQuick;  // what makes a grade higher than informative is measured of all inputs only
  out.grade = decide(evidence).grade;
  return out;
}

void by_length(const SliceValues& values, const Evidence& whole, std::vector<Slice>& out) {
  if (values.parts.empty()) return;
  std::vector<double> sorted(values.parts.begin(), values.parts.end());
  std::sort(sorted.begin(), sorted.end());
  double above = 0;
  for (const double share : {0.25, 0.5, 0.75, 1.0}) {
    const double most = std::floor(metrics::quantile(sorted, share));
    Rows rows;
    double shortest = most, longest = 0;
    for (size_t i = 0; i < values.parts.size(); ++i) {
      const double parts = static_cast<double>(values.parts[i]);
      if (parts <= above || parts > most) continue;
      rows.push_back(i);
      shortest = std::min(shortest, parts);
      longest = std::max(longest, parts);
    }
    above = most;
    if (rows.empty()) continue;
    const auto whole_number = [](double x) { return std::to_string(static_cast<int64_t>(x)); };
    out.push_back(
        slice_of(whole.nouns.parts,
                 shortest == longest ? whole_number(longest) : whole_number(shortest) + "–" + whole_number(longest),
                 values, rows, whole));
  }
}

}  // namespace

std::vector<Slice> slices_of(const SliceValues& values, const std::vector<std::string>& classes,
                             const Evidence& whole) {
  std::vector<Slice> out;
  by_length(values, whole, out);
  Rows right, wrong;
  std::vector<Rows> of_class(classes.size());
  for (size_t i = 0; i < values.parts.size(); ++i) {
    if (values.right[i] == 1) right.push_back(i);
    if (values.right[i] == 0) wrong.push_back(i);
    if (values.truth[i] >= 0) of_class[static_cast<size_t>(values.truth[i])].push_back(i);
  }
  if (!right.empty()) out.push_back(slice_of("answer", "right", values, right, whole));
  if (!wrong.empty()) out.push_back(slice_of("answer", "wrong", values, wrong, whole));
  std::vector<size_t> by_size;
  for (size_t i = 0; i < classes.size(); ++i)
    if (!of_class[i].empty()) by_size.push_back(i);
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return of_class[a].size() > of_class[b].size(); });
  by_size.resize(std::min(by_size.size(), kMostClasses));
  for (const size_t i : by_size) out.push_back(slice_of("label", classes[i], values, of_class[i], whole));
  return out;
}

namespace {

constexpr size_t kFewestParts = 5, kMostParts = 40;

size_t first_of(const std::vector<double>& values) {
  return static_cast<size_t>(largest(values));
}

std::vector<size_t> readable(const Map& map) {
  std::vector<size_t> all, some;
  for (size_t row = 0; row < map.scores.size(); ++row) {
    all.push_back(row);
    const size_t parts = map.scores[row].size();
    if (kFewestParts <= parts && parts <= kMostParts) some.push_back(row);
  }
  return some.empty() ? all : some;
}

// Right ones first: of the middle comprehensiveness; where none is right, of the middle one of all.
std::optional<size_t> typical_of(const std::vector<size_t>& rows, const Material& material, const Answers& answers,
                                 const std::vector<double>& comprehensiveness) {
  std::vector<size_t> right;
  for (const size_t row : rows) {
    if (material.truth[row] == answers.answer[row]) right.push_back(row);
  }
  std::vector<size_t> sorted = right.empty() ? rows : right;
  std::erase_if(sorted, [&](size_t row) { return !std::isfinite(comprehensiveness[row]); });
  if (sorted.empty()) return std::nullopt;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](size_t a, size_t b) { return comprehensiveness[a] < comprehensiveness[b]; });
  return sorted[sorted.size() / 2];
}

}  // namespace

std::vector<Example> examples_of(const Material& material, const Answers& answers, const Map& map,
                                 const std::vector<std::vector<double>>& losses,
                                 const std::vector<double>& comprehensiveness) {
  const auto example = [&](Example::Kind kind, size_t row) {
    Example out;
    out.kind = kind;
    out.row = row;
    out.answer = answers.answer[row];
    out.truth = material.truth[row];
    out.probability = answers.probability(row);
    out.scores = map.scores[row];
    out.losses = losses[row];
    out.top = first_of(out.scores);
    out.strongest = first_of(out.losses);
    return out;
  };
  const std::vector<size_t> rows = readable(map);
  std::vector<Example> out;
  const std::optional<size_t> typical = typical_of(rows, material, answers, comprehensiveness);
  if (typical) out.push_back(example(Example::Kind::kTypical, *typical));
  std::optional<size_t> odd;
  double most = 0;
  for (const size_t row : rows) {
    const double lead = losses[row][first_of(losses[row])] - losses[row][first_of(map.scores[row])];
    if (row == typical || !(lead > most)) continue;
    most = lead;
    odd = row;
  }
  if (odd) out.push_back(example(Example::Kind::kOdd, *odd));
  return out;
}

}  // namespace fovea::audit
