// The trainings of a model's twins in which parts are masked for good, for recursive ROAR.
#include "audit/retraining.h"

#include "base/files.h"
#include "flows/twins.h"

namespace fovea::flows {
namespace {

// Of what is masked, by which a twin that is found is told from another.
std::string hash_of_hidden(const audit::HiddenLearned& hidden) {
  std::string numbers;
  for (const audit::Hidden* of_set : {&hidden.taught, &hidden.chosen_by}) {
    for (const std::vector<int64_t>& of_input : *of_set) {
      for (const int64_t part : of_input) numbers += std::to_string(part) + ",";
      numbers += ";";
    }
    numbers += "\n";
  }
  return sha256(numbers);
}

class RetrainedTwin final : public audit::Retrained {
 public:
  RetrainedTwin(std::shared_ptr<const tasks::Model> model, const tasks::Hiding& hiding, const AuditedInputs& audited)
      : model_(std::move(model)), hiding_(hiding), audited_(audited) {}

  audit::Twin on_taught(const audit::Hidden& hidden, int64_t first, int64_t count) override {
    return kept(hiding_.ask(*model_, data::Part::kTrain, hidden, first, count));
  }
  audit::Twin on_chosen_by(const audit::Hidden& hidden, int64_t first, int64_t count) override {
    return kept(hiding_.ask(*model_, data::Part::kValid, hidden, first, count));
  }
  audit::Twin on_audited(const audit::Hidden& hidden) override {
    return kept(hiding_.ask(*model_, *audited_.inputs, audited_.chosen, hidden));
  }

 private:
  audit::Twin kept(tasks::Asked asked) const {
    struct Kept {
      std::shared_ptr<const tasks::Model> model;
      tasks::Asked asked;
    };
    const auto both = std::make_shared<Kept>(Kept{model_, std::move(asked)});
    return {.subject = {both, both->asked.subject.get()}, .attributor = {both, both->asked.attributor.get()}};
  }

  std::shared_ptr<const tasks::Model> model_;
  const tasks::Hiding& hiding_;
  const AuditedInputs& audited_;
};

}  // namespace

class ModelTwins::Retrainings final : public audit::Retraining {
 public:
  explicit Retrainings(ModelTwins& twins) : twins_(twins) {}

  audit::LearnedParts parts() const override {
    return {.taught = twins_.hiding_->parts(data::Part::kTrain),
            .chosen_by = twins_.hiding_->parts(data::Part::kValid)};
  }

  std::shared_ptr<audit::Retrained> train(const std::string& name, int64_t seed,
                                          const audit::HiddenLearned& hidden) override {
    const std::unique_ptr<tasks::Data> data = twins_.hiding_->hide(hidden.taught, hidden.chosen_by);
    Recipe wanted = twins_.recipe(name);
    wanted.plan.train.seed += static_cast<uint64_t>(seed);
    wanted.data = data.get();
    wanted.hidden = hash_of_hidden(hidden);
    return retrained(twins_.model_of(wanted));
  }

  std::shared_ptr<audit::Retrained> whole(int64_t seed) override {
    return retrained(seed == 0 ? twins_.model_.model : twins_.model_of(twins_.seed_recipe(seed)));
  }

 private:
  std::shared_ptr<audit::Retrained> retrained(std::shared_ptr<const tasks::Model> model) const {
    return std::make_shared<RetrainedTwin>(std::move(model), *twins_.hiding_, twins_.audited_);
  }

  ModelTwins& twins_;
};

audit::Retraining* ModelTwins::retraining() {
  if (!hiding_) hiding_ = plan_.kind->hiding(*data_);
  if (!hiding_) return nullptr;
  if (!retraining_) retraining_ = std::make_unique<Retrainings>(*this);
  return retraining_.get();
}

}  // namespace fovea::flows
