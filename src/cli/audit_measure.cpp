#include "cli/audit_measure.h"

#include "audit/standard.h"
#include "base/log.h"
#include "cli/twins.h"

namespace fovea::cli {
namespace {

constexpr size_t kStandardBounds = 200;  // texts of which the bounds of erasure are searched

}  // namespace

audit::Result measure(const MeasureOptions& options, attribution::TextSubject& subject,
                      attribution::TextAttributor& attributor, const audit::AuditInput& input) {
  if (options.depth == audit::Depth::kQuick) {
    return audit::audit_quickly(subject, attributor, input, options.audit, options.progress);
  }
  std::string why;
  const auto twins = ModelTwins::find({options.model, options.train, options.valid, options.training}, &why);
  if (!twins) log::warn("no twins are trained: " + why);
  audit::StandardOptions standard;
  standard.quick = options.audit;
  standard.quick.erasure.bound_texts = kStandardBounds;
  return audit::audit_thoroughly(subject, attributor, input, standard, twins.get(), options.progress);
}

}  // namespace fovea::cli
