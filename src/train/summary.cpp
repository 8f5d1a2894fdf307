#include "train/summary.h"

namespace fovea::train {

const char* stop_name(StopReason reason) {
  switch (reason) {
    case StopReason::kEpochs:
      return "max-epochs";
    case StopReason::kPatience:
      return "early-stop";
    case StopReason::kSteps:
      return "max-steps";
    case StopReason::kTime:
      return "max-minutes";
    case StopReason::kInterrupted:
      return "interrupted";
    case StopReason::kDiverged:
      return "diverged";
  }
  return "";
}

Json Setback::to_json() const {
  return {{"step", step}, {"back_to", back_to}, {"reason", reason}, {"rate", rate}};
}

Json TrainSummary::to_json() const {
  Json setbacks_json = Json::array();
  for (const Setback& setback : setbacks) setbacks_json.push_back(setback.to_json());
  Json parts;  // null where nobody asked
  for (const auto& [part, spent] : profile) parts[part] = spent;
  return {{"stopped", stop_name(stopped)},
          {"steps", steps},
          {"epochs", epochs},
          {"best_step", best_step},
          {"best_epoch", best_epoch},
          {"metric", metric},
          {"best_score", best_score},
          {"validation", best_validation},
          {"setbacks", setbacks_json},
          {"seconds", seconds},
          {"tokens_per_second", tokens_per_second},
          {"peak_memory_bytes", peak_memory},
          {"profile", parts}};
}

}  // namespace fovea::train
