// The twins of a model: trained with its own settings on its own data, kept beside it, and used again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attribution/text_attributor.h"
#include "audit/twins.h"
#include "checkpoint/files.h"
#include "cli/options.h"
#include "tasks/text_planted.h"

namespace fovea::cli {

struct TwinOptions {
  std::string model;                      // its folder; the twins stand in `model`.twins
  std::vector<std::string> train, valid;  // where the files that it was trained on are now; empty: where they were
  std::function<void(const std::string& twin, double share)> progress;  // while one is trained
};

class ModelTwins : public audit::Twins {
 public:
  // Nothing where a file of the training data is not there any more, or where the model went on from another one.
  // Throws UserError: kBadData where a file is another than it was.
  static std::unique_ptr<ModelTwins> find(const TwinOptions& options, std::string* why);

  audit::Twin seed(int64_t number) override;
  audit::Twin even(int64_t number) override;
  audit::Twin masked() override;
  audit::Twin lightly_masked() override;
  audit::Twin planted() override;
  std::vector<int32_t> planted_words() override;

  int64_t trained() const { return trained_; }  // the others were there already

 private:
  struct Recipe;

  ModelTwins(TwinOptions options, TrainCommand command, checkpoint::Files files, tasks::TextData data);
  audit::Twin twin(const Recipe& recipe);
  checkpoint::Files train(const Recipe& recipe);
  tasks::PlantedData& planted_data();

  TwinOptions options_;
  TrainCommand command_;
  std::unique_ptr<tasks::TextClassifier> model_;
  std::string identity_;  // of the model that the twins belong to
  tasks::TextData data_;
  std::optional<tasks::PlantedData> planted_;
  int64_t trained_ = 0;
};

}  // namespace fovea::cli
