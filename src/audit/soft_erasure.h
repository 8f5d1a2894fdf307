// Erasing parts in shares (Zhao & Aletras 2023): a map's scores, scaled to 0 … 1 within each input, are the
// probabilities with which the features of what the network reads of a part stay (sufficiency) or go
// (comprehensiveness). No share of top parts has to be chosen; but how many features go is decided by how the scores
// are spread, which the kept share tells.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "attribution/methods.h"
#include "audit/material.h"
#include "audit/number.h"
#include "audit/verdict.h"

namespace fovea::audit {

struct DeepWork;
using DeepDone = std::function<void(double share)>;

struct SoftErasureOptions {
  int draws = 10;
  uint64_t random_maps = 4;
  uint64_t seed = 1;
};

// One map, over inputs.
struct SoftRow {
  std::string name;
  MapKind kind = MapKind::kAttribution;
  Number comprehensiveness, sufficiency;  // Soft-NC and Soft-NS, [0, 1], higher is better
  Number kept;                            // share of the features that stays for sufficiency; the rest goes otherwise
};

struct SoftErasureResult {
  int64_t inputs = 0;
  int64_t skipped = 0;  // of them: nothing is lost where nothing is in any part
  int64_t draws = 10;
  Number nothing;             // S(0): 1 less what is lost where nothing is in any part, of all inputs
  std::vector<SoftRow> maps;  // the one audited first
  SoftRow random;             // the mean of random maps
  std::vector<MetricSight> metrics;
};

// Of the inputs `rows`, which are those whose bounds were searched. best: the number of the map that is known to be
// sensible, by which the metrics are judged; none: they are not. Asks `attributor`, which softens.
SoftErasureResult erase_softly(const Subject& subject, attribution::Attributor& attributor, const Answers& answers,
                               const std::vector<Map>& maps, const Rows& rows, std::optional<size_t> best,
                               const SoftErasureOptions& options, const DeepDone& done);

// The part of the audit. Left out where the subject's parts have no inputs that could be softened.
void erase_in_shares(const DeepWork& work, const DeepDone& done);

}  // namespace fovea::audit
