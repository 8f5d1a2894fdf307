#include "audit/plausibility.h"

#include <algorithm>
#include <cmath>

#include "audit/first_picture.h"
#include "base/errors.h"

namespace fovea::audit {
namespace {

using metrics::WordSpan;

// An input that is scored.
struct ScoredInput {
  size_t input = 0, top = 0;  // top: parts of it that a map names
  std::vector<bool> flags;    // [part]: whether it is marked
  const std::vector<WordSpan>* spans = nullptr;
};

// Of one map, one value per scored input.
struct AgreementValues {
  std::vector<double> precision, recall, f1, found, named, trapezoid, average_precision;

  explicit AgreementValues(size_t inputs)
      : precision(inputs),
        recall(inputs),
        f1(inputs),
        found(inputs),
        named(inputs),
        trapezoid(inputs),
        average_precision(inputs) {}
};

// Adds `share` of what the map says of each input.
void add_agreement(AgreementValues& values, const std::vector<ScoredInput>& scored, const Scores& scores, uint64_t seed,
                   double share) {
  for (size_t i = 0; i < scored.size(); ++i) {
    const ScoredInput& one = scored[i];
    const std::vector<double>& of_input = scores[one.input];
    FOVEA_CHECK(of_input.size() == one.flags.size(), of_input.size(), one.flags.size());
    const Order order = order_of(of_input, seed, one.input);
    std::vector<bool> named(one.flags.size(), false);
    for (size_t k = 0; k < one.top; ++k) named[static_cast<size_t>(order[k])] = true;
    const metrics::Overlap overlap = metrics::overlap_of(named, one.flags);
    const std::vector<WordSpan> runs = metrics::runs_of(named);
    const metrics::PrecisionRecall area = metrics::precision_recall(of_input, one.flags);
    values.precision[i] += share * overlap.precision;
    values.recall[i] += share * overlap.recall;
    values.f1[i] += share * overlap.f1;
    values.found[i] += share * static_cast<double>(metrics::spans_found(runs, *one.spans));
    values.named[i] += share * static_cast<double>(runs.size());
    values.trapezoid[i] += share * area.trapezoid;
    values.average_precision[i] += share * area.average_precision;
  }
}

PlausibilityRow plausibility_row(const std::string& name, MapKind kind, const AgreementValues& values,
                                 const AgreementValues& random, const std::vector<ScoredInput>& scored) {
  std::vector<std::vector<double>> spans(3), shares(2);
  for (size_t i = 0; i < scored.size(); ++i) {
    const double found = values.found[i], named = values.named[i];
    const auto marked = static_cast<double>(scored[i].spans->size());
    spans[0].push_back(found);
    spans[1].push_back(named);
    spans[2].push_back(marked);
    shares[0].push_back(found / named);
    shares[1].push_back(found / marked);
  }
  return {.name = name,
          .kind = kind,
          .precision = number_of(values.precision),
          .recall = number_of(values.recall),
          .f1 = number_of(values.f1),
          .iou_micro = resampled(spans, [](const auto& mean) { return 2 * mean[0] / (mean[1] + mean[2]); }),
          .iou_macro = resampled(shares, [](const auto& mean) { return metrics::f1_of(mean[0], mean[1]); }),
          .auprc = number_of(values.trapezoid),
          .average_precision = number_of(values.average_precision),
          .beyond_random = number_of(difference_of(values.average_precision, random.average_precision))};
}

// The inputs that can be scored, each with its flags; counts the others.
std::vector<ScoredInput> scored_inputs(const Subject& subject, const std::vector<Marked>& marked, Plausibility& out) {
  std::vector<ScoredInput> scored;
  std::vector<double> shares;
  std::vector<std::vector<double>> words(2);
  for (size_t input = 0; input < marked.size(); ++input) {
    const Marked& one = marked[input];
    if (one.words == 0) {
      ++out.without;
      continue;
    }
    words[0].push_back(static_cast<double>(one.read));
    words[1].push_back(static_cast<double>(one.words));
    if (one.spans.empty()) {
      ++out.beyond_window;
      continue;
    }
    ScoredInput& taken = scored.emplace_back();
    taken.input = input;
    taken.spans = &one.spans;
    taken.flags.assign(static_cast<size_t>(subject.parts(static_cast<int64_t>(input))), false);
    double parts = 0;
    for (const WordSpan& span : one.spans) {
      FOVEA_CHECK(span.begin < span.end && span.end <= taken.flags.size(), span.begin, span.end, taken.flags.size());
      std::fill(taken.flags.begin() + static_cast<std::ptrdiff_t>(span.begin),
                taken.flags.begin() + static_cast<std::ptrdiff_t>(span.end), true);
      parts += static_cast<double>(span.end - span.begin);
    }
    shares.push_back(parts / static_cast<double>(taken.flags.size()));
  }
  out.inputs = std::ssize(scored);
  out.marked_share = number_of(shares);
  out.read_share = resampled(words, [](const auto& mean) { return mean[0] / mean[1]; });
  for (ScoredInput& one : scored) one.top = top_count(out.marked_share.mean, one.flags.size());
  return scored;
}

}  // namespace

// The radical inverse in base 2 (van der Corput 1935): of any number of beginnings of the sequence 0, 1/2, 1/4, 3/4,
// 1/8 … no two are much nearer than all others.
std::vector<double> even_spread(size_t parts) {
  std::vector<double> scores(parts, 0);
  std::vector<bool> taken(parts, false);
  size_t left = parts;
  for (size_t number = 0; left > 0; ++number) {
    double place = 0, half = 0.5;
    for (size_t bits = number; bits > 0; bits >>= 1, half /= 2) place += static_cast<double>(bits & 1) * half;
    const auto part = static_cast<size_t>(place * static_cast<double>(parts));
    if (taken[part]) continue;
    taken[part] = true;
    scores[part] = static_cast<double>(left--);
  }
  return scores;
}

size_t top_count(double share, size_t parts) {
  constexpr double kRounding = 1e-9;  // a share of 3/40 times 40 is 3 parts, whatever its last digits are
  const double wanted = std::ceil(share * static_cast<double>(parts) - kRounding);
  return std::clamp<size_t>(static_cast<size_t>(std::max(wanted, 1.0)), 1, std::max<size_t>(parts, 1));
}

Plausibility plausibility_of(const Subject& subject, const std::vector<Map>& maps, const std::vector<Marked>& marked,
                             uint64_t seed) {
  FOVEA_CHECK(std::ssize(marked) == subject.inputs(), marked.size(), subject.inputs());
  Plausibility out;
  const std::vector<ScoredInput> scored = scored_inputs(subject, marked, out);
  if (scored.empty()) return out;
  AgreementValues random(scored.size());
  for (int64_t draw = 0; draw < out.random_draws; ++draw) {
    add_agreement(random, scored, random_map(subject, seed, static_cast<uint64_t>(draw)), seed,
                  1 / static_cast<double>(out.random_draws));
  }
  const auto add_row = [&](const std::string& name, MapKind kind, const Scores& scores) {
    AgreementValues values(scored.size());
    add_agreement(values, scored, scores, seed, 1);
    out.maps.push_back(plausibility_row(name, kind, values, random, scored));
  };
  for (size_t map = 0; map < maps_told(maps); ++map) add_row(maps[map].name, maps[map].kind, maps[map].scores);
  Scores spread(marked.size());
  for (const ScoredInput& one : scored) spread[one.input] = even_spread(one.flags.size());
  add_row(kEvenSpreadMap, MapKind::kPrior, spread);
  out.random = plausibility_row("random", MapKind::kPrior, random, random, scored);
  return out;
}

}  // namespace fovea::audit
