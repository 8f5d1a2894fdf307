// `fovea audit`: whether the attention of a model can be believed.
#include "attribution/text_attributor.h"
#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/timing.h"
#include "base/version.h"
#include "cli/audit_map.h"
#include "cli/audit_measure.h"
#include "cli/audit_texts.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/model_input.h"
#include "cli/verbs.h"
#include "report/audit_json.h"
#include "report/audit_page.h"
#include "report/audit_text.h"

namespace fovea::cli {
namespace {

void refuse_without_weights(const tasks::TextClassifier& classifier, const std::string& model) {
  const nn::PoolingKind attention = classifier.parts().model.attention;
  if (nn::attends(attention)) return;
  throw UserError(ExitCode::kUsage,
                  model + ": there are no attention weights to audit, for the model was trained with --attention " +
                      tasks::attention_name(attention),
                  "Train one with additive, dot, scaled-dot or general attention.");
}

std::string data_name(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : ", ") + path;
  return text;
}

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

}  // namespace

ExitCode run_audit(const AuditCommand& command) {
  const report::Style style = begin(command.common);
  if (!command.html.empty()) require_place_for(command.html);
  tasks::TextClassifier classifier = load_classifier(command.model);
  refuse_without_weights(classifier, command.model);
  attribution::TextSubject subject(classifier);
  attribution::TextAttributor attributor(subject);
  data::TableOptions table_options = command.table;
  table_options.labels_required = false;
  std::string difference;
  const data::Table table = data::read_table_like(command.paths, table_options, classifier.parts().layout, &difference);
  if (!difference.empty()) log::warn(difference);
  const std::string data = data_name(command.paths);
  AuditTexts texts = audit_texts(table, data, classifier, subject, command.limit, command.seed);
  if (!command.map.empty()) texts.input.map = read_map(command.map, data, texts.rows, classifier);

  AuditProgress progress(command.common);
  MeasureOptions options;
  options.depth = command.depth;
  options.audit.seed = command.seed;
  options.model = command.model;
  options.train = command.train;
  options.valid = command.valid;
  options.progress = [&](const std::string& part, double share) { progress.draw(part, share); };
  options.training = [&](const std::string& twin, double share) { progress.draw_training(twin, share); };
  watch_interrupts();
  audit::Result result = measure(options, subject, attributor, texts.input);
  release_interrupts();
  progress.clear();
  result.model = command.model;
  result.data = data;
  result.map = command.map;
  result.texts_in_file = texts.in_file;
  result.too_short = texts.too_short;

  name_examples(result.examples, texts.rows, classifier);
  deliver_json(command.common, report::audit_json(result));
  if (!command.common.json) print(report::audit_text(result, style));
  if (!command.html.empty()) {  // last: where it cannot be written, the rest has been said
    write_file(command.html, report::audit_page(result, version()));
    if (!command.common.json) print("\npage          " + report::safe_text(command.html) + "\n");
  }
  if (!command.require || result.verdict.grade >= *command.require) return ExitCode::kFine;
  flush_output();
  log::warn("requirement not met: " + std::string(audit::grade_name(*command.require)) + " (it is " +
            std::string(audit::grade_name(result.verdict.grade)) + ")");
  return ExitCode::kRequirementNotMet;
}

}  // namespace fovea::cli
