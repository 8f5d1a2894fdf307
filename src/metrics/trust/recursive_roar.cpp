#include "metrics/trust/recursive_roar.h"

#include <algorithm>

#include "base/errors.h"

namespace fovea::metrics {

RoarAreas roar_areas(std::span<const double> map, std::span<const double> random) {
  FOVEA_CHECK(map.size() == random.size() && map.size() > 1, map.size(), random.size());
  const double step = 1 / static_cast<double>(map.size() - 1);
  RoarAreas out;
  for (size_t k = 0; k + 1 < map.size(); ++k) {
    out.gained += step * ((random[k] - map[k]) + (random[k + 1] - map[k + 1])) / 2;
    out.possible += step * ((random[k] - random.back()) + (random[k + 1] - random.back())) / 2;
  }
  return out;
}

std::optional<double> racu(const RoarAreas& areas) {
  if (areas.possible <= 0) return std::nullopt;
  return std::clamp(areas.gained / areas.possible, -1.0, 1.0);
}

}  // namespace fovea::metrics
