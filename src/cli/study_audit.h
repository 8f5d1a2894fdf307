// The audit of one training of a comparison, on the texts of its test part.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "audit/verdict.h"
#include "checkpoint/files.h"
#include "study/trust.h"
#include "tasks/text_data.h"

namespace fovea::cli {

struct StudyAudit {
  audit::Depth depth = audit::Depth::kQuick;
  std::filesystem::path model;  // where depth standard keeps the model, and its twins beside it
  std::function<void(const std::string& part, double share)> progress;
};

// Nothing where it was interrupted. A model that cannot be audited has the reason in its failure.
std::optional<study::Trust> audit_in_study(const StudyAudit& options, const tasks::TextData& data,
                                           checkpoint::Files files);

}  // namespace fovea::cli
