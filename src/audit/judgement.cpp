#include "audit/judgement.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "base/random.h"
#include "metrics/bootstrap.h"
#include "metrics/holm.h"
#include "metrics/trust/distance.h"

namespace fovea::audit {
namespace {

// Whether the metrics of parts see anything is asked where the parts were erased.
void take_sight_of(const ErasureValues& erasure, std::vector<MetricSight>& metrics) {
  std::vector<MetricValues> of_words = erasure.metrics;
  of_words.push_back(erasure.bounds_metric);
  for (const MetricValues& inputs : of_words) {
    const MetricSight there = sight_of(inputs);
    for (MetricSight& metric : metrics) {
      if (metric.metric == there.metric) metric = there;
    }
  }
}

// Of the inputs with bounds to all inputs.
std::vector<double> spread(const std::vector<double>& of_bounded, const Rows& bounded, size_t inputs) {
  std::vector<double> out(inputs, kNone);
  for (size_t i = 0; i < bounded.size(); ++i) out[bounded[i]] = of_bounded[i];
  return out;
}

// The numbers of the priors that map number `map` must be above: for what is shown first some are others.
std::vector<size_t> priors_beside(const std::vector<Map>& maps, size_t map) {
  const bool first = maps[map].kind == MapKind::kFirst;
  std::vector<size_t> out;
  for (size_t prior = 1; prior < maps.size(); ++prior) {
    if (maps[prior].kind == MapKind::kPrior) {
      out.push_back(prior);
    } else if (first && maps[prior].kind == MapKind::kFirstPrior) {
      for (size_t& other : out) other = maps[other].name == maps[prior].name ? prior : other;
    }
  }
  return out;
}

Recovery recovery_of(const InputValues& inputs, const Rows& rows, const std::string& best) {
  Recovery out;
  out.best = best;
  out.inputs = number_of(inputs.map_beyond, rows).n;
  out.share = ratio_of(inputs.map_beyond, inputs.best_beyond, rows);
  out.p = p_of_ratio(inputs.map_beyond, inputs.best_beyond, rows, kRecoveredAtLeast);
  return out;
}

}  // namespace

InputValues input_values(const Subject& subject, const AuditValues& values, const ErasureValues& erasure,
                         const Material& material, uint64_t seed, size_t map) {
  InputValues out;
  for (int64_t input = 0; input < subject.inputs(); ++input) out.parts.push_back(subject.parts(input));
  out.truth = material.truth;
  out.answer = values.answers.answer;
  out.right = values.gate.own_right;
  out.dependence = values.dependence;
  out.permuted = values.gate.permuted;
  out.weights_matter = values.weights_matter;
  out.comprehensiveness = erasure.of_map[map].comprehensiveness;
  out.random = erasure.random.comprehensiveness;
  out.violates = erasure.sign[map].violates;
  out.metrics = erasure.metrics;
  const size_t count = out.parts.size();
  const Map* gradient = find_map(values.maps, attribution::Method::kGradient);
  out.tau = gradient ? taus_of(values.maps[map], *gradient) : std::vector<double>(count, kNone);
  const std::vector<double> own = normalised_of(erasure, values.maps, static_cast<int>(map)),
                            random = normalised_of(erasure, values.maps, -1);
  out.map_beyond = spread(difference_of(own, random), erasure.bounded, count);
  out.best_beyond.assign(count, kNone);
  if (const auto best = best_elsewhere(erasure, values.maps, seed, map)) {
    out.best_beyond = spread(difference_of(best->values, random), erasure.bounded, count);
    out.best = best->name;
  }
  for (const size_t prior : priors_beside(values.maps, map)) {
    const std::vector<double> other = normalised_of(erasure, values.maps, static_cast<int>(prior));
    out.baselines.push_back({values.maps[prior].name, spread(difference_of(own, other), erasure.bounded, count)});
  }
  return out;
}

std::vector<Baseline> baselines_of(const InputValues& inputs, const Rows& graded) {
  std::vector<Baseline> out;
  for (const Scored& baseline : inputs.baselines) out.push_back({baseline.name, number_of(baseline.values, graded)});
  return out;
}

AnswerFacts answer_facts(const AuditValues& values, const std::vector<std::string>& classes, bool comparable) {
  const Answers& answers = values.answers;
  const size_t count = answers.answer.size();
  AnswerFacts out;
  std::vector<double> moves, mean(answers.readings.front().probabilities.size(), 0);
  for (size_t i = 0; i < count; ++i) {
    moves.push_back(values.dependence[i] > kAnswerMoves);
    for (size_t c = 0; c < mean.size(); ++c) {
      mean[c] += answers.readings[i].probabilities[c] / static_cast<double>(count);
    }
  }
  out.moved = share_of(moves);
  out.told = static_cast<int64_t>(count);
  out.comparable = comparable;
  if (!comparable) return out;
  for (const Reading& reading : answers.readings) {
    out.differ += metrics::total_variation(reading.probabilities, mean) / static_cast<double>(count);
  }
  std::vector<Rows> of_class(mean.size());
  for (size_t i = 0; i < count; ++i) of_class[static_cast<size_t>(answers.answer[i])].push_back(i);
  const auto name = [&](size_t c) { return c < classes.size() ? classes[c] : std::to_string(c + 1); };
  size_t answered = 0;
  for (size_t c = 0; c < of_class.size(); ++c) {
    const auto size = std::ssize(of_class[c]);
    answered += size > 0;
    if (static_cast<double>(size) >= kOneLabel * static_cast<double>(count)) {
      out.always = name(c);
      out.otherwise = static_cast<int64_t>(count) - size;
    }
    if (size >= kFewestInputs && number_of(moves, of_class[c]).mean < kInputsThatMove) {
      out.silent.push_back(name(c));
      out.told -= size;
    }
  }
  if (out.silent.size() == answered || out.told < kFewestInputs) {  // what is left would be no audit
    out.silent.clear();
    out.told = static_cast<int64_t>(count);
  }
  return out;
}

Rows graded_rows(const AuditValues& values, const std::vector<std::string>& classes, const AnswerFacts& facts) {
  Rows out;
  for (size_t i = 0; i < values.answers.answer.size(); ++i) {
    const auto c = static_cast<size_t>(values.answers.answer[i]);
    const std::string name = c < classes.size() ? classes[c] : std::to_string(c + 1);
    if (std::find(facts.silent.begin(), facts.silent.end(), name) == facts.silent.end()) out.push_back(i);
  }
  return out;
}

Evidence evidence_of(const Result& result, const AuditValues& values, const ErasureValues& erasure,
                     const InputValues& inputs, const AuditInput& given) {
  Evidence out;
  out.nouns = result.nouns;
  out.depth = result.depth;
  out.answers = result.answers;
  out.metrics = result.metrics;
  if (&erasure != &values.erasure) take_sight_of(erasure, out.metrics);
  const Rows rows = graded_rows(values, given.material.classes, result.answers);
  if (!inputs.best.empty()) {
    out.recovery.best = inputs.best;
    out.beside_best = BesideBest{inputs.best, number_of(difference_of(inputs.map_beyond, inputs.best_beyond), rows)};
  }
  out.on_mask_twin = result.mask_twin && result.mask_twin->accepted;
  out.uniform_gap = result.uniform_gap;
  out.seen_inputs = result.seen_in_training + result.seen_in_validation;
  // What a twin's attention does says nothing of a map from a file, unless that map is the model's attention.
  out.map_from_file = !result.same_order;
  if (!out.map_from_file && result.planted && result.planted->taught()) {
    out.planted_precision = result.planted->precision();
  }
  out.baselines = baselines_of(inputs, rows);
  if (given.given.method) {
    out.map = "map of " + std::string(attribution::name_of(*given.given.method));
    out.of_weights = false;
  }
  if (given.given.odds.empty() && !given.why_no_odds.empty()) out.not_compared.push_back(given.why_no_odds);
  return evidence_of_rows(out, inputs, rows);
}

Evidence evidence_of_rows(const Evidence& whole, const InputValues& inputs, const Rows& rows) {
  Evidence out = whole;
  out.permuted = median_number(inputs.permuted, rows);
  out.weights_beyond_random = number_of(inputs.weights_matter, rows);
  out.recovery = recovery_of(inputs, rows, whole.recovery.best);
  out.violation = share_of(inputs.violates, rows);
  out.violation_of_all = share_of(inputs.violates);
  if (whole.beside_best) {
    out.beside_best->difference = number_of(difference_of(inputs.map_beyond, inputs.best_beyond), rows);
  }
  return out;
}

namespace {

// As evidence_of_rows(). Where all inputs show that the map is as good as the best method, some need not show it again.
Evidence evidence_of_some(const Evidence& whole, const InputValues& inputs, const Rows& rows) {
  Evidence out = evidence_of_rows(whole, inputs, rows);
  if (whole.beside_best && whole.beside_best->not_inferior()) out.baselines.clear();
  return out;
}

constexpr size_t kMostClasses = 20;  // labels shown as slices; of more, the most frequent ones

// Rows of `rows` that are in `others`, both rising.
Rows common(const Rows& rows, const Rows& others) {
  Rows out;
  std::set_intersection(rows.begin(), rows.end(), others.begin(), others.end(), std::back_inserter(out));
  return out;
}

// Parts on the way to their grades.
struct Slices {
  const InputValues& inputs;
  const Rows& graded;
  const Evidence& whole;
  std::vector<Slice> slices;
  std::vector<Evidence> evidence;  // of each

  void add(const std::string& by, const std::string& name, const Rows& rows) {
    Slice out;
    out.by = by;
    out.name = name;
    out.inputs = std::ssize(rows);
    out.permuted_median = median_of(chosen(inputs.permuted, rows));
    out.comprehensiveness = number_of(inputs.comprehensiveness, rows);
    out.random = number_of(inputs.random, rows);
    out.beyond_random = number_of(difference_of(inputs.comprehensiveness, inputs.random), rows);
    out.tau = number_of(inputs.tau, rows);
    out.violation = share_of(inputs.violates, rows);
    Evidence& of_part = evidence.emplace_back(evidence_of_some(whole, inputs, common(rows, graded)));
    of_part.depth = Depth::kQuick;  // what makes a grade higher than informative is measured of all inputs only
    out.recovered = of_part.recovery.share;
    slices.push_back(std::move(out));
  }

  // Holm over all that are large enough: one whose share is above the limit by luck is not above it by this.
  std::vector<Slice> take() {
    std::vector<size_t> large;
    std::vector<double> p;
    for (size_t i = 0; i < slices.size(); ++i) {
      if (evidence[i].recovery.inputs < kSliceInputs) continue;
      large.push_back(i);
      p.push_back(evidence[i].recovery.p);
    }
    const std::vector<double> corrected = metrics::holm(p);
    for (size_t k = 0; k < large.size(); ++k) {
      Slice& slice = slices[large[k]];
      slice.p_holm = corrected[k];
      Evidence& of_part = evidence[large[k]];
      Number& share = of_part.recovery.share;
      if (slice.p_holm >= kTail && share.n > 0) share.low = std::min(share.low, kRecoveredAtLeast - kTail);
      slice.grade = decide(of_part).grade;
    }
    return std::move(slices);
  }

  static constexpr double kTail = 0.025;  // of a 95 % interval
};

void by_length(const InputValues& values, Slices& out) {
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
    out.add(out.whole.nouns.parts,
            shortest == longest ? whole_number(longest) : whole_number(shortest) + "–" + whole_number(longest), rows);
  }
}

}  // namespace

std::vector<Slice> slices_of(const InputValues& values, const Rows& graded, const std::vector<std::string>& classes,
                             const Evidence& whole) {
  Slices out{values, graded, whole, {}, {}};
  by_length(values, out);
  Rows right, wrong;
  std::vector<Rows> of_class(classes.size());
  for (size_t i = 0; i < values.parts.size(); ++i) {
    if (values.right[i] == 1) right.push_back(i);
    if (values.right[i] == 0) wrong.push_back(i);
    if (0 <= values.truth[i] && values.truth[i] < std::ssize(classes))
      of_class[static_cast<size_t>(values.truth[i])].push_back(i);
  }
  if (!right.empty()) out.add("answer", "right", right);
  if (!wrong.empty()) out.add("answer", "wrong", wrong);
  std::vector<size_t> by_size;
  for (size_t i = 0; i < classes.size(); ++i)
    if (!of_class[i].empty()) by_size.push_back(i);
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return of_class[a].size() > of_class[b].size(); });
  by_size.resize(std::min(by_size.size(), kMostClasses));
  for (const size_t i : by_size) out.add("label", classes[i], of_class[i]);
  return out.take();
}

void note_parts_and_halves(Evidence& evidence, const std::vector<Slice>& slices, const InputValues& inputs,
                           const Rows& graded, uint64_t seed) {
  Rows drawn = graded;
  shuffle(std::span<size_t>(drawn), {seed, Purpose::kAuditSample, uint64_t{1} << 43});
  std::array<Rows, 2> halves;
  std::array<size_t, 2> placed{};  // those with bounds and those without are each dealt out in turn
  for (const size_t row : drawn) {
    const size_t kind = std::isnan(inputs.map_beyond[row]) ? 0 : 1;
    halves[placed[kind]++ % 2].push_back(row);
  }
  std::array<Grade, 2> grades{};
  for (size_t half = 0; half < 2; ++half) {
    std::sort(halves[half].begin(), halves[half].end());
    grades[half] = decide(evidence_of_some(evidence, inputs, halves[half])).grade;
  }
  evidence.halves = grades;
  for (const Slice& slice : slices) {
    if (slice.grade) evidence.parts.push_back({slice.by, slice.name, slice.inputs, *slice.grade, slice.recovered});
  }
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
