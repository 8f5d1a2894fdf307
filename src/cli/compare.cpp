// `fovea compare`: variants of a training, and what differs between them.
#include "flows/compare.h"

#include <algorithm>

#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "base/timing.h"
#include "base/version.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/verbs.h"
#include "metrics/measures.h"
#include "report/comparison_page.h"
#include "report/comparison_text.h"

namespace fovea::cli {
namespace {

std::string name_of(const study::CompareProgress& progress) {
  return study::short_name(*progress.settings) + ", seed " + std::to_string(progress.seed);
}

std::string trust_text(const study::Run& run) {
  if (!run.trust) return "";
  if (!run.trust->failure.empty()) return ", not audited";
  return ", " + std::string(audit::grade_name(run.trust->grade)) + " (audit " + fixed(run.audit_seconds, 1) + " s)";
}

std::string ended_text(const tasks::Kind& kind, const study::CompareProgress& progress, const study::Run& run) {
  const metrics::Measure& measure = kind.measures().front();
  return name_of(progress) + ": " +
         (run.failure.empty() ? metrics::score_text(measure, run.score(measure)) + " in " + fixed(run.seconds, 1) +
                                    " s" + trust_text(run)
                              : run.failure) +
         (progress.done < progress.total ? ", " + clock_time(progress.seconds_left) + " left" : "");
}

// What is told while the trainings go on.
class CompareTold {
 public:
  explicit CompareTold(const CompareCommand& command) : command_(command), live_(command.common) {}

  flows::CompareEvents events() {
    flows::CompareEvents events;
    events.begins = [this](const study::ComparePlan& plan, const tasks::Data& data) {
      tell("comparison", std::to_string(plan.variants.size()) + " variants, " + std::to_string(plan.seeds.size()) +
                             (plan.seeds.size() == 1 ? " seed" : " seeds") + "\nall on the same " +
                             with_commas(data.rows(data::Part::kTrain)) + " training, " +
                             with_commas(data.rows(data::Part::kValid)) + " validation and " +
                             with_commas(data.rows(data::Part::kTest)) + " test " + command_.kind->nouns().inputs +
                             "\nthe others are compared with the first: " + study::long_name(plan.variants.front()) +
                             "\nCtrl-C keeps what is finished in " + command_.out + "; the same command goes on");
    };
    events.found = [this](const study::CompareProgress& progress) {
      watch_interrupts();
      if (progress.done == 0) return;
      tell("", std::to_string(progress.done) + " of " + std::to_string(progress.total) + " trainings are in " +
                   command_.out + " already");
    };
    events.begins_training = [this](const study::CompareProgress& progress) {
      now_ = progress;
      since_begun_ = Stopwatch();
    };
    events.progress = [this](const train::Progress& progress) { draw(progress); };
    events.audit_progress = [this](const std::string& part, double share) { draw_audit(part, share); };
    events.ended_training = [this](const study::CompareProgress& progress, const study::Run& run) {
      live_.clear();
      tell(std::to_string(progress.done) + "/" + std::to_string(progress.total),
           ended_text(*command_.kind, progress, run));
    };
    events.warned = [](const std::string& what) { log::warn(what); };
    events.should_stop = [] { return interrupted(); };
    return events;
  }

  void clear() { live_.clear(); }

 private:
  bool due() {
    if (!live_.shown() || since_drawn_.seconds() < 0.1) return false;
    since_drawn_ = Stopwatch();
    return true;
  }

  std::string head() const {
    return std::to_string(now_.done + 1) + "/" + std::to_string(now_.total) + "  " + name_of(now_);
  }

  void draw(const train::Progress& p) {
    if (!due()) return;
    const double share = static_cast<double>(p.step) / static_cast<double>(std::max<int64_t>(p.total_steps, 1));
    const double begun = since_begun_.seconds();
    // Before the first training has ended all are taken to last as long as this one.
    const double left = now_.seconds_left > 0
                            ? now_.seconds_left - begun
                            : begun / std::max(share, 0.01) * static_cast<double>(now_.total - now_.done) - begun;
    live_.draw(head() + "  epoch " + std::to_string(p.epoch) + "/" + std::to_string(p.max_epochs) + "  " +
               per_cent(share, 0) + "  " + clock_time(left) + " left");
  }

  void draw_audit(const std::string& part, double share) {
    if (!due()) return;
    live_.draw(head() + "  audit: " + part + (share < 0 ? "" : "  " + per_cent(share, 0)));
  }

  const CompareCommand& command_;
  LiveLine live_;
  study::CompareProgress now_;
  Stopwatch since_drawn_, since_begun_;
};

std::string places(const CompareCommand& command, const study::Comparison& result) {
  std::string text;
  if (!command.html.empty()) text += "\n" + draw::summary_lines("page", command.html);
  if (result.interrupted) {
    text += "\n" + draw::summary_lines("stopped", "the same command goes on with what is in " + command.out);
  }
  return text;
}

}  // namespace

ExitCode run_compare(const CompareCommand& command) {
  const flows::Variants variants(*command.kind, command.training);
  const draw::Style style = begin(command.common);
  if (!command.html.empty()) require_place_for(command.html);
  CompareTold told(command);
  const study::Comparison result = flows::compare(variants,
                                                  {.vary = command.vary,
                                                   .seeds = command.seeds,
                                                   .audit = command.audit,
                                                   .goal = command.goal,
                                                   .out = command.out,
                                                   .force = command.force},
                                                  told.events());
  release_interrupts();
  told.clear();
  if (!command.html.empty()) write_file(command.html, report::comparison_page(result, version()));
  deliver_json(command.common, report::comparison_json(result));
  if (!command.common.json) print(report::comparison_text(result, style) + places(command, result));
  if (result.interrupted) return ExitCode::kInterrupted;
  const bool any = std::any_of(result.variants.begin(), result.variants.end(),
                               [](const study::VariantResult& variant) { return !variant.points.empty(); });
  return any ? ExitCode::kFine : ExitCode::kBadData;
}

}  // namespace fovea::cli
