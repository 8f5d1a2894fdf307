#include "report/audit_deep_json.h"

#include <array>

#include "report/audit_number_json.h"

namespace fovea::report {
namespace {

Json soft_row_json(const audit::SoftRow& row) {
  constexpr std::array kKinds = {"audited", "own", "look", "attribution", "prior"};
  Json out = {{"map", row.name}, {"kind", kKinds[static_cast<size_t>(row.kind)]}};
  put(out, "comprehensiveness", row.comprehensiveness);
  put(out, "sufficiency", row.sufficiency);
  put(out, "kept", row.kept);
  return out;
}

Json curve_json(const audit::RoarCurve& curve) {
  Json out = Json::array();
  for (size_t step = 0; step < curve.accuracy.size(); ++step) {
    Json one = {{"masked", static_cast<double>(step) / static_cast<double>(audit::kRoarSteps)}};
    put(one, "accuracy", curve.accuracy[step]);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Json soft_erasure_json(const audit::Result& result) {
  if (!result.soft_erasure) return Json();
  const audit::SoftErasureResult& soft = *result.soft_erasure;
  Json maps = Json::array(), metrics = Json::array();
  for (const audit::SoftRow& row : soft.maps) maps.push_back(soft_row_json(row));
  for (const audit::MetricSight& metric : soft.metrics) {
    Json one = {{"metric", metric.metric}, {"blind", metric.blind}};
    put(one, "diagnosticity", metric.diagnosticity);
    metrics.push_back(std::move(one));
  }
  Json out = {{"texts", soft.inputs}, {"skipped", soft.skipped}, {"draws", soft.draws}};
  put(out, "nothing", soft.nothing);
  out["maps"] = std::move(maps);
  out["random"] = soft_row_json(soft.random);
  out["metrics"] = std::move(metrics);
  return out;
}

Json adversary_json(const audit::Result& result) {
  if (!result.adversary) return Json();
  const audit::AdversaryResult& adversary = *result.adversary;
  Json found = Json::array();
  for (const audit::OtherWeights& other : adversary.found) {
    Json one = {{"same_answer", other.same}};
    put(one, "distance", other.distance);
    put(one, "reached", other.reached);
    put(one, "near_ln2", other.near_ln2);
    put(one, "found", other.found);
    found.push_back(std::move(one));
  }
  return {{"texts", adversary.inputs}, {"left_out", adversary.left_out},
          {"looks", adversary.looks},  {"distributions", adversary.distributions},
          {"steps", adversary.steps},  {"found", std::move(found)}};
}

Json roar_json(const audit::Result& result) {
  if (!result.roar) return Json();
  Json maps = Json::array();
  for (const audit::RoarMap& map : result.roar->maps) {
    Json by_seed = Json::array();
    for (const double racu : map.by_seed) by_seed.push_back(finite(racu));
    Json one = {{"map", map.curve.name}};
    put(one, "racu", map.racu);
    one["by_seed"] = std::move(by_seed);
    one["curve"] = curve_json(map.curve);
    maps.push_back(std::move(one));
  }
  return {{"seeds", result.roar->seeds},
          {"trainings", result.roar->trainings},
          {"random", curve_json(result.roar->random)},
          {"maps", std::move(maps)}};
}

}  // namespace fovea::report
