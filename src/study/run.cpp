#include "study/run.h"

#include <algorithm>
#include <cmath>

namespace fovea::study {
namespace {

Json scored_json(const Scored& scored) {
  Json values = Json::array();
  for (const double value : scored.sums.values) {
    const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
    values.push_back(whole ? Json(static_cast<int64_t>(value)) : Json(value));
  }
  return {{"measure", scored.measure}, {"rows", scored.sums.rows}, {"values", values}};
}

Scored scored_from(const Json& json) {
  Scored scored{json.at("measure").get<std::string>(), {}};
  metrics::RowSums& sums = scored.sums;
  sums.rows = json.at("rows").get<size_t>();
  sums.values = json.at("values").get<std::vector<double>>();
  if (sums.rows > 0) sums.parts = sums.values.size() / sums.rows;
  if (sums.values.size() != sums.rows * sums.parts || sums.parts == 0) {
    throw Json::other_error::create(501, "as many values for each row are wanted", &json);
  }
  return scored;
}

}  // namespace

double Run::rounded(double loss) {
  return std::round(loss * 1e6) / 1e6;
}

const metrics::RowSums* Run::sums(std::string_view measure) const {
  const auto found =
      std::find_if(scores.begin(), scores.end(), [&](const Scored& scored) { return scored.measure == measure; });
  return found == scores.end() ? nullptr : &found->sums;
}

double Run::score(const metrics::Measure& measure) const {
  const metrics::RowSums* rows = sums(measure.name);
  return rows ? metrics::mean_score(*rows, measure) : 0;
}

Json Run::to_json() const {
  if (!failure.empty()) {
    return {{"failure", failure}, {"seconds", seconds}, {"overhead_seconds", overhead_seconds}};
  }
  Json scored = Json::array();
  for (const Scored& measured : scores) scored.push_back(scored_json(measured));
  Json json = {
      {"model", model},     {"validation", validation}, {"stopped", stopped}, {"steps", steps},   {"epochs", epochs},
      {"seconds", seconds}, {"parameters", parameters}, {"bytes", bytes},     {"scores", scored}, {"sizes", sizes}};
  json["overhead_seconds"] = overhead_seconds;
  if (trust) json["trust"] = trust->to_json();
  if (valid_trust) json["valid_trust"] = valid_trust->to_json();
  if (trust || valid_trust) json["audit_seconds"] = audit_seconds;
  return json;
}

Run Run::from_json(const Json& json) {
  Run run;
  run.seconds = json.at("seconds").get<double>();
  run.overhead_seconds = json.at("overhead_seconds").get<double>();
  if (json.contains("failure")) {
    run.failure = json.at("failure").get<std::string>();
    return run;
  }
  run.model = json.at("model").get<std::string>();
  run.validation = json.at("validation").get<std::map<std::string, double>>();
  run.stopped = json.at("stopped").get<std::string>();
  run.steps = json.at("steps").get<int64_t>();
  run.epochs = json.at("epochs").get<double>();
  run.parameters = json.at("parameters").get<int64_t>();
  run.bytes = json.at("bytes").get<int64_t>();
  for (const Json& scored : json.at("scores")) run.scores.push_back(scored_from(scored));
  run.sizes = json.at("sizes").get<std::vector<int64_t>>();
  if (json.contains("trust")) run.trust = Trust::from_json(json.at("trust"));
  if (json.contains("valid_trust")) run.valid_trust = Trust::from_json(json.at("valid_trust"));
  if (run.trust || run.valid_trust) run.audit_seconds = json.at("audit_seconds").get<double>();
  return run;
}

}  // namespace fovea::study
