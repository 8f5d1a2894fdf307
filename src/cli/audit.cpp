// `fovea audit`: whether the attention of a model can be believed.
#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "base/timing.h"
#include "base/version.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/verbs.h"
#include "flows/auditing.h"
#include "flows/kept_verdict.h"
#include "report/audit_json.h"
#include "report/audit_page.h"
#include "report/audit_text.h"

namespace fovea::cli {
namespace {

// The live line: what is done now, how much of all is done, and the time left.
class AuditProgress {
 public:
  explicit AuditProgress(const CommonOptions& common) : live_(common) {}

  // Between two questions a Ctrl-C is heard.
  void draw(const std::string& part, double share) {
    share_ = share;
    if (interrupted()) {
      live_.clear();
      throw UserError(ExitCode::kInterrupted, "fovea audit: interrupted",
                      "The same command goes on with the twins that are trained already.");
    }
    if (!live_.shown() || since_drawn_.seconds() < 0.1) return;
    since_drawn_ = Stopwatch();
    std::string text = "audit  " + part + "  " + per_cent(share, 0);
    if (share > 0.02) text += "  " + clock_time(since_begun_.seconds() * (1 - share) / share) + " left";
    live_.draw(text);
  }
  // While a twin is trained.
  void draw_training(const std::string& twin, double share) {
    draw("training the twin " + twin + " " + per_cent(share, 0) + " ", share_);
  }
  void clear() { live_.clear(); }

 private:
  LiveLine live_;
  Stopwatch since_begun_, since_drawn_;
  double share_ = 0;
};

std::string what_explain_does(const audit::Result& result, bool follows_advice) {
  switch (result.first ? result.first->verdict.grade : result.verdict.grade) {
    case audit::Grade::kNotAuditable:
      return "fovea explain says so";
    case audit::Grade::kDecorative:
      return "fovea explain says so" + std::string(follows_advice ? " and follows the advice" : "");
    case audit::Grade::kInformative:
    case audit::Grade::kFaithful:
      break;
  }
  return "fovea explain goes on as it does";
}

// Where it was kept; "" where it is of another map than the model's attention, or could not be kept.
std::string keep(const flows::OpenModel& open, const AuditCommand& command, const audit::Result& result) {
  if (!command.map.empty() || !command.method.empty()) return "";
  try {
    flows::keep_verdict(open, result);
    return flows::verdict_path(open.path);
  } catch (const UserError& error) {
    log::warn(std::string("the verdict is not kept: ") + error.what());
    return "";
  }
}

}  // namespace

ExitCode run_audit(const AuditCommand& command) {
  const draw::Style style = begin(command.common);
  if (!command.html.empty()) require_place_for(command.html);
  const flows::OpenModel open = flows::open_model(command.model);
  AuditProgress progress(command.common);
  flows::AuditEvents events;
  events.progress = [&](const std::string& part, double share) { progress.draw(part, share); };
  events.training = [&](const std::string& twin, double share) { progress.draw_training(twin, share); };
  events.warned = [](const std::string& what) { log::warn(what); };
  events.should_stop = [] { return interrupted(); };
  watch_interrupts();
  const audit::Result result = flows::audit(open,
                                            {.source = {.paths = command.paths, .table = command.table},
                                             .depth = command.depth,
                                             .train = command.train,
                                             .valid = command.valid,
                                             .map = command.map,
                                             .rationales = command.rationales,
                                             .method = command.method,
                                             .seed = command.seed,
                                             .roar_seeds = command.roar_seeds,
                                             .limit = command.limit},
                                            events);
  release_interrupts();
  progress.clear();
  const std::string kept = keep(open, command, result);
  deliver_json(command.common, report::audit_json(result));
  if (!command.common.json)
    print(report::audit_text(result, style, command.all ? report::Told::kAll : report::Told::kDeciding));
  if (!command.html.empty()) {  // last: where it cannot be written, the rest has been said
    write_file(command.html, report::audit_page(result, version()));
    if (!command.common.json) print("\npage          " + draw::safe_text(command.html) + "\n");
  }
  if (!kept.empty() && !command.common.json) {
    print("kept          " + draw::safe_text(kept) + " (" +
          what_explain_does(result, !flows::advised_method(*open.model, flows::kept_verdict(open)).empty()) + ")\n");
  }
  if (!command.require || result.verdict.grade >= *command.require) return ExitCode::kFine;
  flush_output();
  log::warn("requirement not met: " + std::string(audit::grade_name(*command.require)) + " (it is " +
            std::string(audit::grade_name(result.verdict.grade)) + ")");
  return ExitCode::kRequirementNotMet;
}

}  // namespace fovea::cli
