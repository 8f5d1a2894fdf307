// `fovea compare`: variants of a training, each with the same data, budget and seeds, and what differs between them.
#include <algorithm>
#include <filesystem>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/timing.h"
#include "base/version.h"
#include "cli/arguments/training_with.h"
#include "cli/console.h"
#include "cli/data_report.h"
#include "cli/interrupt.h"
#include "cli/study_audit.h"
#include "cli/study_trainings.h"
#include "cli/train_flow.h"
#include "cli/verbs.h"
#include "report/comparison_page.h"
#include "report/comparison_text.h"
#include "study/comparison.h"

namespace fovea::cli {
namespace {

[[noreturn]] void refuse_vary(const study::Settings& settings, const UserError& error) {
  throw UserError(ExitCode::kUsage, "--vary " + study::long_name(settings) + ": " + error.what(), error.remedy());
}

class Compare {
 public:
  explicit Compare(const CompareCommand& command)
      : command_(command), trainings_(command.training), live_(command.common) {}

  ExitCode go() {
    const report::Style style = begin(command_.common);
    if (!command_.html.empty()) require_place_for(command_.html);
    make_plan();
    const study::RunStore store(command_.out, command_.force);
    watch_interrupts();
    const study::CompareRuns runs = study::train_all(plan_, store, hooks());
    release_interrupts();
    live_.clear();
    study::Comparison result = study::compare_runs(plan_, runs);
    result.data = data_name_;
    result.axes = axes_;
    result.skipped = skipped_;
    for (size_t i = 0; i < left_out_.size(); ++i) result.variants[i].left_out = left_out_[i];
    result.folder = command_.out;
    result.audit = command_.audit;
    if (!command_.html.empty()) write_file(command_.html, report::comparison_page(result, version()));
    deliver_json(command_.common, report::comparison_json(result));
    if (!command_.common.json) print(report::comparison_text(result, style) + places(result));
    if (result.interrupted) return ExitCode::kInterrupted;
    const bool any = std::any_of(result.variants.begin(), result.variants.end(),
                                 [](const study::VariantResult& variant) { return !variant.points.empty(); });
    return any ? ExitCode::kFine : ExitCode::kBadData;
  }

 private:
  // Whatever is wrong is told before the first training.
  void make_plan() {
    for (const std::string& text : command_.vary) {
      axes_.push_back(study::parse_axis(text));
      const study::Axis& axis = axes_.back();
      require_varied(axis.option);
      if (trainings_.is_given(axis.option)) {
        throw UserError(ExitCode::kUsage, "--" + axis.option + " is given and varied", "Leave one of the two out.");
      }
      for (const std::string& value : axis.values) {
        const study::Settings one = {{axis.option, value}};
        try {
          require_settings(one);
        } catch (const UserError& error) {
          refuse_vary(one, error);
        }
      }
    }
    for (const study::Settings& settings : study::grid(axes_)) take(settings);
    refuse_idle();
    for (size_t i = 0; i < left_out_.size(); ++i) {
      for (const std::string& option : left_out_[i]) {
        log::warn(study::long_name(plan_.variants[i]) + ": --" + option +
                  " does not apply to it and is left out there");
      }
    }
    if (plan_.variants.size() < 2) {
      throw UserError(ExitCode::kUsage, "fovea compare: there is one variant only",
                      "Give another value, such as --vary attention=additive,mean.");
    }
    for (int64_t i = 0; i < command_.seeds; ++i) {
      plan_.seeds.push_back(trainings_.first_seed() + static_cast<uint64_t>(i));
    }
    read_data();
  }

  // A combination of a grid that cannot be trained is left out aloud; where only one option varies, it is a mistake.
  void take(const study::Settings& settings) {
    try {
      std::vector<std::string> left_out;
      trainings_.command(settings, trainings_.first_seed(), &left_out);
      plan_.variants.push_back(settings);
      left_out_.push_back(std::move(left_out));
    } catch (const UserError& error) {
      if (axes_.size() == 1) refuse_vary(settings, error);
      skipped_.push_back({settings, error.what()});
      log::warn(study::long_name(settings) + " is left out: " + error.what());
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
      const tasks::TextData& data = trainings_.data(trainings_.command(settings, trainings_.first_seed()));
      if (data.test_rows.empty()) {
        throw UserError(ExitCode::kUsage, "fovea compare: there is no test part, and differences are tested on it",
                        "Give a file with --test, or three shares with --split.");
      }
      if (!data_name_.empty()) continue;
      set_length(data);
      for (const std::string& path : data.paths) {
        data_name_ += (data_name_.empty() ? "" : ", ") + std::filesystem::path(path).filename().string();
      }
      tell("comparison",
           std::to_string(plan_.variants.size()) + " variants, " + std::to_string(plan_.seeds.size()) +
               (plan_.seeds.size() == 1 ? " seed" : " seeds") + "\nall on the same " + with_commas(data.train.size()) +
               " training, " + with_commas(data.valid.size()) + " validation and " +
               with_commas(std::ssize(data.test_rows)) +
               " test texts\nthe others are compared with the first: " + study::long_name(plan_.variants.front()) +
               "\nCtrl-C keeps what is finished in " + command_.out + "; the same command goes on");
    }
  }

  // The budget of all is what fits the first variant, though another's batches may be larger or its texts longer.
  void set_length(const tasks::TextData& data) {
    TrainCommand first = trainings_.command(plan_.variants.front(), trainings_.first_seed());
    choose_length(first, data.train);
    trainings_.set_length({first.train.max_epochs, first.train.patience});
  }

  study::CompareHooks hooks() {
    study::CompareHooks hooks;
    hooks.key = [this](const study::Settings& settings, uint64_t seed) { return key(settings, seed); };
    hooks.train = [this](const study::Settings& settings, uint64_t seed) { return train(settings, seed); };
    hooks.found = [this](const study::CompareProgress& progress) {
      if (progress.done == 0) return;
      tell("", std::to_string(progress.done) + " of " + std::to_string(progress.total) + " trainings are in " +
                   command_.out + " already");
    };
    hooks.begins = [this](const study::CompareProgress& progress) {
      now_ = progress;
      since_begun_ = Stopwatch();
    };
    hooks.ended = [this](const study::CompareProgress& progress, const study::Run& run) {
      live_.clear();
      tell(std::to_string(progress.done) + "/" + std::to_string(progress.total), ended_text(progress, run));
    };
    return hooks;
  }

  // At depth standard the twins of a model are trainings of other seeds already.
  std::optional<audit::Depth> depth_of(uint64_t seed) const {
    const bool first = seed == trainings_.first_seed();
    return command_.audit == audit::Depth::kStandard && !first ? std::nullopt : command_.audit;
  }

  // A training without its audit is another one than with it.
  std::string key(const study::Settings& settings, uint64_t seed) {
    const std::string training = trainings_.key(trainings_.command(settings, seed), true);
    const std::optional<audit::Depth> depth = depth_of(seed);
    return depth ? sha256(training + std::string(audit::depth_name(*depth))) : training;
  }

  std::optional<study::Run> train(const study::Settings& settings, uint64_t seed) {
    const TrainCommand training = trainings_.command(settings, seed);
    const std::optional<audit::Depth> depth = depth_of(seed);
    checkpoint::Files files;
    StudyTrainings::Wishes wishes;
    wishes.progress = [this](const train::Progress& p) { draw(p); };
    if (depth) wishes.files = &files;
    std::optional<study::Run> run = trainings_.train(training, wishes);
    if (!run || !depth) return run;
    StudyAudit audit;
    audit.depth = *depth;
    audit.model = std::filesystem::path(command_.out) / "models" / key(settings, seed);
    audit.progress = [this](const std::string& part, double share) { draw_audit(part, share); };
    const Stopwatch clock;
    run->trust = audit_in_study(audit, trainings_.data(training), std::move(files));
    if (!run->trust) return std::nullopt;
    run->audit_seconds = clock.seconds();
    return run;
  }

  static std::string name_of(const study::CompareProgress& progress) {
    return study::short_name(*progress.settings) + ", seed " + std::to_string(progress.seed);
  }

  static std::string ended_text(const study::CompareProgress& progress, const study::Run& run) {
    return name_of(progress) + ": " +
           (run.failure.empty() ? per_cent(run.accuracy()) + " in " + fixed(run.seconds, 1) + " s" + trust_text(run)
                                : run.failure) +
           (progress.done < progress.total ? ", " + clock_time(progress.seconds_left) + " left" : "");
  }

  static std::string trust_text(const study::Run& run) {
    if (!run.trust) return "";
    if (!run.trust->failure.empty()) return ", not audited";
    return ", " + std::string(audit::grade_name(run.trust->grade)) + " (audit " + fixed(run.audit_seconds, 1) + " s)";
  }

  static void tell(const std::string& name, const std::string& text) {
    std::string lines = summary_lines(name, text);
    lines.pop_back();  // the log ends its lines itself
    log::info(lines);
  }

  void draw(const train::Progress& p) {
    if (!live_.shown() || since_drawn_.seconds() < 0.1) return;
    since_drawn_ = Stopwatch();
    const double share = static_cast<double>(p.step) / static_cast<double>(std::max<int64_t>(p.total_steps, 1));
    const double begun = since_begun_.seconds();
    // Before the first training has ended all are taken to last as long as this one.
    const double left = now_.seconds_left > 0
                            ? now_.seconds_left - begun
                            : begun / std::max(share, 0.01) * static_cast<double>(now_.total - now_.done) - begun;
    live_.draw(std::to_string(now_.done + 1) + "/" + std::to_string(now_.total) + "  " + name_of(now_) + "  epoch " +
               std::to_string(p.epoch) + "/" + std::to_string(p.max_epochs) + "  " + per_cent(share, 0) + "  " +
               clock_time(left) + " left");
  }

  // share below 0: not known.
  void draw_audit(const std::string& part, double share) {
    if (!live_.shown() || since_drawn_.seconds() < 0.1) return;
    since_drawn_ = Stopwatch();
    live_.draw(std::to_string(now_.done + 1) + "/" + std::to_string(now_.total) + "  " + name_of(now_) +
               "  audit: " + part + (share < 0 ? "" : "  " + per_cent(share, 0)));
  }

  std::string places(const study::Comparison& result) const {
    std::string text;
    if (!command_.html.empty()) text += "\n" + summary_lines("page", command_.html);
    if (result.interrupted)
      text += "\n" + summary_lines("stopped", "the same command goes on with what is in " + command_.out);
    return text;
  }

  const CompareCommand& command_;
  StudyTrainings trainings_;
  LiveLine live_;
  std::vector<study::Axis> axes_;
  study::ComparePlan plan_;
  std::vector<study::Skipped> skipped_;
  std::vector<std::vector<std::string>> left_out_;  // of each variant
  std::string data_name_;
  study::CompareProgress now_;
  Stopwatch since_drawn_, since_begun_;
};

}  // namespace

ExitCode run_compare(const CompareCommand& command) {
  return Compare(command).go();
}

}  // namespace fovea::cli
