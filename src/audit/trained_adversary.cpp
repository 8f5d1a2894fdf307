#include "audit/trained_adversary.h"

#include <algorithm>
#include <iterator>

#include "audit/deep.h"
#include "metrics/trust/distance.h"

namespace fovea::audit {

OtherModel beside(const Material& material, const Answers& model, const Answers& other) {
  std::vector<double> moved, distance;
  for (size_t i = 0; i < model.readings.size(); ++i) {
    const Reading &own = model.readings[i], &its = other.readings[i];
    moved.push_back(metrics::total_variation(own.probabilities, its.probabilities));
    distance.push_back(metrics::jensen_shannon(own.weights, its.weights));
  }
  OtherModel out;
  out.moved = number_of(moved);
  out.distance = number_of(distance);
  out.accuracy = number_of(right_of(material, other));
  return out;
}

void sum_up(TrainedAdversaryResult& result) {
  result.seeds_moved = result.seeds_distance = 0;
  for (const OtherModel& seed : result.seeds) {
    result.seeds_moved = std::max(result.seeds_moved, seed.moved.mean);
    result.seeds_distance = std::max(result.seeds_distance, seed.distance.mean);
  }
  result.furthest.reset();
  for (size_t a = 0; a < result.adversaries.size(); ++a) {
    const OtherModel& one = result.adversaries[a];
    if (one.pull == 0 || one.moved.mean > result.seeds_moved) continue;
    const bool further = !result.furthest || one.distance.mean > result.adversaries[*result.furthest].distance.mean;
    if (further) result.furthest = a;
  }
}

void train_adversaries(const DeepWork& work, const DeepDone& done) {
  TrainedAdversaryResult result;
  const Material& material = work.input.material;
  const double all = std::size(kPulls) + 1;
  for (const double pull : kPulls) {
    const std::optional<Twin> twin = work.twins->adversary(pull);
    if (!twin) return;
    result.adversaries.push_back(beside(material, work.values.answers, answers_of(*twin->subject)));
    result.adversaries.back().pull = pull;
    done(static_cast<double>(result.adversaries.size()) / all);
  }
  for (int64_t seed = 1; seed < work.options.standard.seeds; ++seed) {
    const Twin twin = work.twins->seed(seed);
    result.seeds.push_back(beside(material, work.values.answers, answers_of(*twin.subject)));
    result.seeds.back().seed = seed;
  }
  sum_up(result);
  work.result.trained_adversary = std::move(result);
}

}  // namespace fovea::audit
