// The twins of a model: trained with its own settings on its own data, kept beside it, and used again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/retraining.h"
#include "audit/twins.h"
#include "checkpoint/files.h"
#include "flows/plan.h"
#include "flows/using.h"

namespace fovea::flows {

struct TwinOptions {
  std::string model;                      // its folder; the twins stand beside it, in `model`.twins
  std::vector<std::string> train, valid;  // where the files that it was trained on are now; empty: where they were
  std::function<void(const std::string& twin, double share)> progress;  // while one is trained
  std::function<bool()> should_stop;
  std::function<void(const std::string&)> warned;  // of a twin that is there and damaged
};

// The inputs of an audit: which of those that were read.
struct AuditedInputs {
  const tasks::Inputs* inputs = nullptr;
  std::vector<int64_t> chosen;
};

class ModelTwins : public audit::Twins {
 public:
  // Nothing where a file of the training is not there any more, or where the model went on from another one; `why`
  // then says so. Throws UserError: kBadData where a file is another than it was, kNoInput where one of those named in
  // `options` is missing. `audited` must outlive this.
  static std::unique_ptr<ModelTwins> find(const TwinOptions& options, const AuditedInputs& audited, std::string& why);

  audit::Twin seed(int64_t number) override;
  audit::Twin even(int64_t number) override;
  audit::Twin masked() override;
  audit::Twin lightly_masked() override;
  std::optional<audit::PlantedTwin> planted(attribution::Shortcut shortcut, uint64_t seed) override;
  std::optional<audit::Twin> adversary(double pull) override;
  std::optional<audit::Twin> transfer(audit::TransferWeights weights, double pull) override;
  audit::Retraining* retraining() override;
  int64_t found() const override { return std::ssize(found_); }
  int64_t trained() const override { return std::ssize(trained_); }

 private:
  class Retrainings;

  // Of which twin is wanted.
  struct Recipe {
    std::string name;  // of its folder
    TrainPlan plan;
    const tasks::Data* data = nullptr;
    const tasks::Model* start = nullptr;
    tasks::Masking masking;
    tasks::Adversary adversary = {};
    std::shared_ptr<const tasks::Model> weights_of = nullptr;  // read under the weights of this one, where there is one
    std::string hidden = "";  // which parts of `data` are masked for good: a hash; "" = none
  };

  ModelTwins(TwinOptions options, const AuditedInputs& audited, TrainPlan plan, OpenModel model,
             std::unique_ptr<tasks::Data> data);
  Recipe recipe(const std::string& name) const;
  Recipe seed_recipe(int64_t number) const;
  Recipe adversary_recipe(double pull) const;
  std::shared_ptr<const tasks::Model> model_of(const Recipe& recipe);
  audit::Twin twin(const Recipe& recipe);
  checkpoint::Files train(const Recipe& recipe) const;

  TwinOptions options_;
  const AuditedInputs& audited_;
  TrainPlan plan_;
  OpenModel model_;
  std::string identity_;  // of the model that the twins belong to
  std::unique_ptr<tasks::Data> data_;
  std::unique_ptr<tasks::Hiding> hiding_;
  std::unique_ptr<audit::Retraining> retraining_;
  std::set<std::string> found_, trained_;  // names of twins
};

}  // namespace fovea::flows
