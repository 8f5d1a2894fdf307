// The audit of a model at either depth, with its twins where the depth trains some.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "attribution/text_attributor.h"
#include "audit/audit.h"

namespace fovea::cli {

struct MeasureOptions {
  audit::Depth depth = audit::Depth::kQuick;
  audit::AuditOptions audit;
  std::string model;                                                    // its folder: twins stand beside it
  std::vector<std::string> train, valid;                                // as TwinOptions has them
  audit::Progress progress;                                             // called between any two questions
  std::function<void(const std::string& twin, double share)> training;  // while a twin is trained
};

// Warns where no twin can be trained. Throws what ModelTwins throws, and whatever `progress` throws.
audit::Result measure(const MeasureOptions& options, attribution::TextSubject& subject,
                      attribution::TextAttributor& attributor, const audit::AuditInput& input);

}  // namespace fovea::cli
