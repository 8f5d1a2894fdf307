#include "study/run.h"

#include <cmath>
#include <numeric>

namespace fovea::study {

double Run::accuracy() const {
  return right.empty() ? 0 : std::accumulate(right.begin(), right.end(), 0.0) / static_cast<double>(right.size());
}

double Run::rounded(double loss) {
  return std::round(loss * 1e6) / 1e6;
}

Json Run::to_json() const {
  if (!failure.empty()) return {{"failure", failure}, {"seconds", seconds}};
  std::string right_marks;  // a character a text: a file that can be looked at
  for (const double one : right) right_marks += one > 0 ? '1' : '0';
  Json losses = Json::array();
  for (const double one : loss) losses.push_back(rounded(one));
  Json json = {{"model", model},       {"validation", validation}, {"stopped", stopped},       {"steps", steps},
               {"epochs", epochs},     {"seconds", seconds},       {"parameters", parameters}, {"bytes", bytes},
               {"macro_f1", macro_f1}, {"right", right_marks},     {"loss", losses},           {"lengths", lengths}};
  if (trust) json["trust"] = {{"audit", trust->to_json()}, {"seconds", audit_seconds}};
  return json;
}

Run Run::from_json(const Json& json) {
  Run run;
  run.seconds = json.at("seconds").get<double>();
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
  run.macro_f1 = json.at("macro_f1").get<double>();
  for (const char mark : json.at("right").get<std::string>()) run.right.push_back(mark == '1' ? 1 : 0);
  run.loss = json.at("loss").get<std::vector<double>>();
  run.lengths = json.at("lengths").get<std::vector<int64_t>>();
  if (json.contains("trust")) {
    run.trust = Trust::from_json(json.at("trust").at("audit"));
    run.audit_seconds = json.at("trust").at("seconds").get<double>();
  }
  return run;
}

}  // namespace fovea::study
