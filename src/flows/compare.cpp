#include "flows/compare.h"

#include <algorithm>
#include <filesystem>

#include "base/errors.h"
#include "base/files.h"
#include "base/timing.h"
#include "flows/auditing.h"
#include "flows/studies.h"
#include "study/run_store.h"

namespace fovea::flows {
namespace {

[[noreturn]] void refuse_vary(const study::Settings& settings, const UserError& error) {
  throw UserError(ExitCode::kUsage, "--vary " + study::long_name(settings) + ": " + error.what(), error.remedy());
}

class Compare {
 public:
  Compare(const Variants& variants, const ComparePlan& wanted, const CompareEvents& events)
      : wanted_(wanted), events_(events), trainings_(variants, events.warned) {}

  study::Comparison go() {
    if (wanted_.goal == study::Goal::kTrust) trainings_.keep_valid();
    make_plan();
    const study::RunStore store(wanted_.out, wanted_.force);
    const study::CompareRuns runs = study::train_all(plan_, store, hooks());
    study::Comparison result = study::compare_runs(plan_, runs);
    result.data = data_name_;
    result.axes = axes_;
    result.skipped = skipped_;
    for (size_t i = 0; i < left_out_.size(); ++i) result.variants[i].left_out = left_out_[i];
    result.folder = wanted_.out;
    result.audit = wanted_.audit;
    return result;
  }

 private:
  void warn(const std::string& what) const {
    if (events_.warned) events_.warned(what);
  }

  // Whatever is wrong is told before the first training.
  void make_plan() {
    const Variants& variants = trainings_.variants();
    for (const std::string& text : wanted_.vary) {
      axes_.push_back(study::parse_axis(text));
      const study::Axis& axis = axes_.back();
      variants.require_varied(axis.option);
      if (variants.is_given(axis.option)) {
        throw UserError(ExitCode::kUsage, "--" + axis.option + " is given and varied", "Leave one of the two out.");
      }
      for (const std::string& value : axis.values) {
        const study::Settings one = {{axis.option, value}};
        try {
          variants.require_settings(one);
        } catch (const UserError& error) {
          refuse_vary(one, error);
        }
      }
    }
    for (const study::Settings& settings : study::grid(axes_)) take(settings);
    refuse_idle();
    for (size_t i = 0; i < left_out_.size(); ++i) {
      for (const std::string& option : left_out_[i]) {
        warn(study::long_name(plan_.variants[i]) + ": --" + option + " does not apply to it and is left out there");
      }
    }
    if (plan_.variants.size() < 2) {
      throw UserError(ExitCode::kUsage, "fovea compare: there is one variant only",
                      "Give another value, such as --vary attention=additive,mean.");
    }
    const std::span<const metrics::Measure> measures = variants.kind().measures();
    plan_.goal = wanted_.goal;
    plan_.measures.assign(measures.begin(), measures.end());
    plan_.nouns = study_nouns(variants.kind());
    for (int64_t i = 0; i < wanted_.seeds; ++i) {
      plan_.seeds.push_back(trainings_.first_seed() + static_cast<uint64_t>(i));
    }
    read_data();
  }

  // A combination of a grid that cannot be trained is left out aloud; where only one option varies, it is a mistake.
  void take(const study::Settings& settings) {
    try {
      std::vector<std::string> left_out;
      trainings_.plan(settings, trainings_.first_seed(), &left_out);
      plan_.variants.push_back(settings);
      left_out_.push_back(std::move(left_out));
    } catch (const UserError& error) {
      if (axes_.size() == 1) refuse_vary(settings, error);
      skipped_.push_back({settings, error.what()});
      warn(study::long_name(settings) + " is left out: " + error.what());
    }
  }

  // What applies to no variant at all is a mistake.
  void refuse_idle() const {
    if (left_out_.empty()) return;
    for (const std::string& option : left_out_.front()) {
      const bool idle = std::all_of(left_out_.begin(), left_out_.end(), [&](const std::vector<std::string>& of_one) {
        return std::find(of_one.begin(), of_one.end(), option) != of_one.end();
      });
      if (!idle) continue;
      throw UserError(ExitCode::kUsage, "--" + option + " cannot apply: it is for none of the variants",
                      "Leave --" + option + " out.");
    }
  }

  void read_data() {
    for (const study::Settings& settings : plan_.variants) {
      const TrainPlan plan = trainings_.plan(settings, trainings_.first_seed());
      const tasks::Data& data = trainings_.data(plan);
      if (data.rows(data::Part::kTest) == 0) {
        throw UserError(ExitCode::kUsage, "fovea compare: there is no test part, and differences are tested on it",
                        "Give a file with --test, or three shares with --split.");
      }
      if (!data_name_.empty()) continue;
      set_length(plan, data);
      data_name_ = names_of(data);
      if (events_.begins) events_.begins(plan_, data);
    }
  }

  // The budget of all is what fits the first variant, though another's batches may be larger or its inputs longer.
  void set_length(TrainPlan plan, const tasks::Data& data) {
    choose_length(plan, data);
    trainings_.set_length({plan.train.max_epochs, plan.train.patience});
  }

  study::CompareHooks hooks() {
    study::CompareHooks hooks;
    hooks.key = [this](const study::Settings& settings, uint64_t seed) { return key(settings, seed); };
    hooks.train = [this](const study::Settings& settings, uint64_t seed) { return train(settings, seed); };
    hooks.found = events_.found;
    hooks.begins = events_.begins_training;
    hooks.ended = events_.ended_training;
    return hooks;
  }

  // At depth standard the twins of a model are trainings of other seeds already.
  std::optional<audit::Depth> depth_of(uint64_t seed) const {
    const bool first = seed == trainings_.first_seed();
    return wanted_.audit == audit::Depth::kStandard && !first ? std::nullopt : wanted_.audit;
  }

  // A training without its audit is another one than with it.
  std::string key(const study::Settings& settings, uint64_t seed) {
    const std::string training = trainings_.key(trainings_.plan(settings, seed), true);
    const std::optional<audit::Depth> depth = depth_of(seed);
    const std::string audited =
        (depth ? std::string(audit::depth_name(*depth)) : "") + (wanted_.goal == study::Goal::kTrust ? "trust" : "");
    return audited.empty() ? training : sha256(training + audited);
  }

  std::optional<study::Run> train(const study::Settings& settings, uint64_t seed) {
    const TrainPlan training = trainings_.plan(settings, seed);
    const std::optional<audit::Depth> depth = depth_of(seed);
    checkpoint::Files files;
    StudyTrainings::Wishes wishes;
    wishes.progress = events_.progress;
    wishes.should_stop = events_.should_stop;
    const bool by_trust = wanted_.goal == study::Goal::kTrust;
    if (depth || by_trust) wishes.files = &files;
    std::optional<study::Run> run = trainings_.train(training, wishes);
    if (!run || (!depth && !by_trust)) return run;
    StudyAudit audit;
    audit.progress = events_.audit_progress;
    audit.warned = events_.warned;
    audit.should_stop = events_.should_stop;
    const Stopwatch clock;
    if (by_trust) {
      audit.part = data::Part::kValid;
      audit.limit = study::kTrustInputs;
      run->valid_trust = audit_in_study(audit, *training.kind, trainings_.data(training), files);
      if (!run->valid_trust) return std::nullopt;
    }
    if (depth) {
      audit.part = data::Part::kTest;
      audit.limit.reset();
      audit.depth = *depth;
      audit.model = std::filesystem::path(wanted_.out) / "models" / key(settings, seed);
      run->trust = audit_in_study(audit, *training.kind, trainings_.data(training), std::move(files));
      if (!run->trust) return std::nullopt;
    }
    run->audit_seconds = clock.seconds();
    return run;
  }

  const ComparePlan& wanted_;
  const CompareEvents& events_;
  StudyTrainings trainings_;
  std::vector<study::Axis> axes_;
  study::ComparePlan plan_;
  std::vector<study::Skipped> skipped_;
  std::vector<std::vector<std::string>> left_out_;  // of each variant
  std::string data_name_;
};

}  // namespace

study::Comparison compare(const Variants& variants, const ComparePlan& plan, const CompareEvents& events) {
  return Compare(variants, plan, events).go();
}

}  // namespace fovea::flows
