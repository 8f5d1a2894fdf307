// All erasing of parts for one model and one way of erasing: every map and the random draws, their curves, their place
// between the bounds, the sign of their top part, and what each metric can see.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/bounds.h"
#include "audit/gate.h"
#include "audit/part_erasure.h"
#include "audit/result.h"
#include "audit/verdict.h"

namespace fovea::audit {

// Can an erasure metric tell a sensible map from a random one on this model? (Chan et al. 2022) One value per input,
// kNone where there is none: the share of (sensible map, random map) pairs ranked rightly, a tie counting half. The
// sensible map is the best of those computed from the model, whatever its attention is worth.
struct MetricValues {
  std::string metric;
  std::vector<double> right;
};

// `sensible`, `random`: numbers of maps in `of_map`.
std::vector<MetricValues> part_metrics(const std::vector<PartErasure>& of_map, const std::vector<size_t>& sensible,
                                       const std::vector<size_t>& random);
MetricValues bounds_metric(const Bounds& bounds, const std::vector<size_t>& sensible,
                           const std::vector<size_t>& random);
// The sensible orders are the gradient by the weight, and weight times it.
MetricValues attention_metric(const AttentionErasure& erasure);

MetricSight sight_of(const MetricValues& metric, const Rows& rows);
MetricSight sight_of(const MetricValues& metric);

struct ErasureOptions {
  int64_t random_draws = 10;
  int64_t bound_draws = 4;    // of them, which are placed between the bounds of each input
  size_t table_inputs = 50;   // of those with bounds, whose erased shares are read for the tables
  size_t bound_inputs = 200;  // of which bounds are searched, drawn with the seed
  std::optional<Rows> among;  // from which they are drawn; none: from all
  BoundsOptions bounds;       // its `how` says how parts are erased throughout
  uint64_t seed = 1;
};

// One value per input, but for `bounds`: there one per input of `bounded`. The maps in the order given, then the draws.
struct ErasureValues {
  std::vector<PartErasure> of_map;
  PartErasure random;  // the mean of the draws
  std::vector<SignValues> sign;
  Rows bounded;
  Bounds bounds;
  std::vector<MetricValues> metrics;  // of all inputs; that of the bounds is apart
  MetricValues bounds_metric;
};

// maps: the one audited first. The best of those of kind kAttribution is the sensible one by which a metric is judged.
ErasureValues erase(Subject& subject, const ErasureOptions& options, const Answers& answers,
                    const std::vector<Map>& maps, const std::function<void(double)>& words_progress,
                    const std::function<void(double)>& bounds_progress);

PartErasureResult erasure_result(const ErasureValues& values, const ErasureOptions& options,
                                 const std::vector<Map>& maps);

// Normalised AOPC of map number `map` (the mean of the draws: -1) on the inputs of `bounded`.
std::vector<double> normalised_of(const ErasureValues& values, const std::vector<Map>& maps, int map);

// The scores of one map, one per input.
struct Scored {
  std::string name;
  std::vector<double> values;
};

// The number of the map of kind kAttribution that has the highest normalised AOPC; none where none has any.
std::optional<size_t> best_method(const Bounds& bounds, const std::vector<Map>& maps);

// The best of `others`, where higher is better, of each input as it was chosen on the half of the inputs that the input
// is not in. The halves are drawn with the seed. None where no other has a value.
std::optional<Scored> best_elsewhere(const std::vector<Scored>& others, size_t inputs, uint64_t seed);

// The same of the maps computed from the model but for map number `map` and the method that it is made by, by
// normalised AOPC, one value per bounded input.
std::optional<Scored> best_elsewhere(const ErasureValues& values, const std::vector<Map>& maps, uint64_t seed,
                                     size_t map = 0);

// How far `audited` is ahead of the best of `others`, where higher is better. Which is best is chosen on one half of
// the inputs, drawn with the seed, and compared on the other half, and the other way round: were it chosen and compared
// on the same inputs, its luck there would count against the map. None where no other has a value.
std::optional<BesideBest> beside_best(const std::vector<double>& audited, const std::vector<Scored>& others,
                                      uint64_t seed);

}  // namespace fovea::audit
