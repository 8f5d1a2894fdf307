#include "ops/attend_units.h"

#include <algorithm>

#include <ATen/Parallel.h>

namespace fovea::ops {
namespace {

using kernels::AttendUnit;

constexpr int64_t kWeightsPerThread = 64;  // an additive weight 256 wide costs some forty nanoseconds

// Queries of a forward unit: enough that packing the keys for it, at most once a thread and head, is little.
constexpr int64_t kForwardQueries = 2 * kernels::kTileQueries;

// With so many units of sequence and head nothing is cut on the way back; a part has at least so many queries, and
// there are at most so many of a sequence and head.
constexpr int64_t kEnoughUnits = 16, kFewestQueriesOfPart = 2 * kernels::kTileQueries, kMostParts = 8;

// Weights that a unit makes.
double cost_of(const AttendSizes& sizes, const AttendUnit& unit) {
  const int64_t b = unit.sequence, first = sizes.query_offsets[b] + unit.first;
  if (!sizes.visible) {
    return static_cast<double>(unit.queries * (sizes.memory_offsets[b + 1] - sizes.memory_offsets[b]));
  }
  int64_t seen = 0;
  for (int64_t q = first; q < first + unit.queries; ++q) seen += sizes.visible[2 * q + 1] - sizes.visible[2 * q];
  return static_cast<double>(seen);
}

void cut(std::vector<AttendUnit>& units, int64_t sequence, int64_t head, int64_t queries, int64_t most) {
  int64_t part = 0;
  for (int64_t first = 0; first == 0 || first < queries; first += most) {
    units.push_back({sequence, head, first, std::min(most, queries - first), part++});
  }
}

}  // namespace

std::vector<AttendUnit> forward_units(const AttendSizes& sizes) {
  std::vector<AttendUnit> units;
  for (int64_t b = 0; b < sizes.sequences; ++b) {
    const int64_t queries = sizes.query_offsets[b + 1] - sizes.query_offsets[b];
    for (int64_t head = 0; head < sizes.heads; ++head) cut(units, b, head, queries, kForwardQueries);
  }
  return units;
}

std::vector<AttendUnit> backward_units(const AttendSizes& sizes) {
  const int64_t wanted = std::min(kMostParts, kEnoughUnits / std::max<int64_t>(1, sizes.sequences * sizes.heads));
  std::vector<AttendUnit> units;
  for (int64_t b = 0; b < sizes.sequences; ++b) {
    const int64_t queries = sizes.query_offsets[b + 1] - sizes.query_offsets[b];
    const int64_t parts = std::max<int64_t>(1, std::min(wanted, queries / kFewestQueriesOfPart));
    const int64_t tiles = (queries + kernels::kTileQueries - 1) / kernels::kTileQueries;
    const int64_t most = std::max<int64_t>(1, (tiles + parts - 1) / parts) * kernels::kTileQueries;
    for (int64_t head = 0; head < sizes.heads; ++head) cut(units, b, head, queries, most);
  }
  return units;
}

void run_units(const AttendSizes& sizes, const std::vector<AttendUnit>& units, const UnitRun& run) {
  std::vector<double> cost_before = {0};
  for (const AttendUnit& unit : units) cost_before.push_back(cost_before.back() + cost_of(sizes, unit));
  const double cost = cost_before.back();
  const int64_t shares =
      std::min<int64_t>(at::get_num_threads(), 1 + static_cast<int64_t>(cost / static_cast<double>(kWeightsPerThread)));
  // The unit at which a share begins; the last one ends behind units that cost nothing.
  const auto first_of = [&](int64_t share) {
    if (share == shares) return static_cast<int64_t>(units.size());
    const double before = cost * static_cast<double>(share) / static_cast<double>(shares);
    return std::lower_bound(cost_before.begin(), cost_before.end() - 1, before) - cost_before.begin();
  };
  at::parallel_for(0, shares, 1, [&](int64_t begin, int64_t end) {
    const int64_t first = first_of(begin), last = first_of(end);
    if (first < last) run(units.data() + first, last - first);
  });
}

}  // namespace fovea::ops
