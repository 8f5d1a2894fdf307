#include <algorithm>
#include <numeric>

#include "audit/audit.h"

namespace fovea::audit {
namespace {

using attribution::Attribution;
using attribution::Method;

constexpr size_t kMostLooks = 8;  // maps of single looks; of more, the first ones

struct Wanted {
  Method method;
  MapKind kind;
};
constexpr Wanted kWanted[] = {
    {Method::kGradient, MapKind::kAttribution},
    {Method::kGradientInput, MapKind::kAttribution},
    {Method::kAttentionGradient, MapKind::kAttribution},
    {Method::kIntegratedGradients, MapKind::kAttribution},
    {Method::kLeaveOneOut, MapKind::kAttribution},
    {Method::kPosition, MapKind::kPrior},
    {Method::kFrequency, MapKind::kPrior},
};

void add_looks(const Answers& answers, std::vector<Map>& maps) {
  size_t looks = 0;
  for (const Reading& reading : answers.readings) looks = std::max(looks, reading.looks.size());
  if (looks < 2) return;
  for (size_t look = 0; look < std::min(looks, kMostLooks); ++look) {
    Map map{"look " + std::to_string(look + 1), MapKind::kLook, {}};
    for (const Reading& reading : answers.readings) map.scores.push_back(reading.looks[look]);
    maps.push_back(std::move(map));
  }
}

}  // namespace

std::vector<Map> maps_of(attribution::Attributor& attributor, const AuditInput& input, const Answers& answers,
                         uint64_t seed, Result& result, const std::function<void(double)>& progress) {
  Map own{"attention", MapKind::kAudited, {}};
  for (const Reading& reading : answers.readings) own.scores.push_back(reading.weights);
  std::vector<Map> maps;
  if (input.map) {
    maps.push_back({"map", MapKind::kAudited, *input.map});
    own.kind = MapKind::kOwn;
  }
  maps.push_back(std::move(own));
  add_looks(answers, maps);
  double done = 0;
  for (const Wanted& wanted : kWanted) {
    Map map{std::string(attribution::facts_of(wanted.method).name), wanted.kind, {}};
    for (Attribution& one : attributor.attribute(wanted.method, input.material.texts, answers.answer, seed)) {
      map.scores.push_back(std::move(one.scores));
      result.gradient_gap = std::max(result.gradient_gap, one.gap);
      result.gradient_steps = std::max(result.gradient_steps, one.steps);
    }
    maps.push_back(std::move(map));
    progress(++done / static_cast<double>(std::size(kWanted)));
  }
  return maps;
}

}  // namespace fovea::audit
