#include "flows/study_model.h"

#include <sstream>
#include <string>

#include "checkpoint/folder.h"

namespace fovea::flows {

void write_study_model(const std::filesystem::path& place, checkpoint::Files files) {
  checkpoint::PartialFolder folder = checkpoint::PartialFolder::create(place, true);
  std::istringstream metrics(files["metrics.jsonl"]);
  for (std::string line; std::getline(metrics, line);) folder.append_metrics(line);
  files.erase("metrics.jsonl");
  files.erase("manifest.json");
  folder.finish(files, true, false);
}

}  // namespace fovea::flows
