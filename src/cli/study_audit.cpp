#include "cli/study_audit.h"

#include <utility>

#include "attribution/text_attributor.h"
#include "base/errors.h"
#include "cli/audit_measure.h"
#include "cli/audit_texts.h"
#include "cli/interrupt.h"
#include "cli/study_model.h"
#include "tasks/text_classifier.h"

namespace fovea::cli {

std::optional<study::Trust> audit_in_study(const StudyAudit& options, const tasks::TextData& data,
                                           checkpoint::Files files) {
  study::Trust trust;
  try {
    tasks::TextClassifier classifier = tasks::TextClassifier::load(files, "the model");
    const nn::PoolingKind attention = classifier.parts().model.attention;
    if (!nn::attends(attention)) {
      trust.failure = std::string("no weights to audit: --attention ") + tasks::attention_name(attention) + " has none";
      return trust;
    }
    if (options.depth == audit::Depth::kStandard) write_study_model(options.model, std::move(files));
    attribution::TextSubject subject(classifier);
    attribution::TextAttributor attributor(subject);
    const data::Table table{data.test_rows, data.layout, {}};
    const AuditTexts texts = audit_texts(table, "the test part", classifier, subject, std::nullopt, 1);
    MeasureOptions measured;
    measured.depth = options.depth;
    measured.model = options.model.string();
    measured.progress = [&](const std::string& part, double share) {
      if (interrupted()) throw UserError(ExitCode::kInterrupted, "interrupted");
      options.progress(part, share);
    };
    measured.training = [&](const std::string& twin, double) { measured.progress("training the twin " + twin, -1); };
    return study::trust_of(measure(measured, subject, attributor, texts.input));
  } catch (const UserError& error) {
    if (error.code() == ExitCode::kInterrupted) return std::nullopt;
    if (error.code() == ExitCode::kCannotWrite || error.code() == ExitCode::kNoInput) throw;
    trust.failure = error.what();
    return trust;
  }
}

}  // namespace fovea::cli
