// Whether the attention of a model can be believed, on files or on the test part of a study. Prints nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/result.h"
#include "checkpoint/files.h"
#include "flows/using.h"
#include "study/trust.h"
#include "tasks/kind.h"

namespace fovea::flows {

struct AuditPlan {
  tasks::InputSource source;  // best not seen in training; labels need not be there
  audit::Depth depth = audit::Depth::kQuick;
  std::vector<std::string> train, valid;  // the files that the model was trained on; empty: where they were
  std::string map;                        // a map in place of the model's attention; "" = none
  std::string rationales;                 // what people marked, data/readers/rationales.h; "" = not known
  std::string method;                     // likewise what this one of Model::methods() says; "" = none
  uint64_t seed = 1;
  int64_t roar_seeds = 3;        // at depth deep: seeds of recursive ROAR, 0: none
  std::optional<int64_t> limit;  // inputs, drawn with the seed, 0: all; none given: as many as take a few minutes
};

struct AuditEvents {
  std::function<void(const std::string& part, double share)> progress;  // between any two questions; may throw
  std::function<void(const std::string& twin, double share)> training;  // while a twin is trained
  std::function<void(const std::string&)> warned;
  std::function<bool()> should_stop;  // of the training of twins
};

// Throws UserError: kUsage where the model has no weights to audit or cannot be asked by the method, kBadData where the
// files have too few inputs, and whatever is wrong with them.
audit::Result audit(const OpenModel& model, const AuditPlan& plan, const AuditEvents& events);

// The audit of one model of a study, on a part of its data.
struct StudyAudit {
  audit::Depth depth = audit::Depth::kQuick;
  data::Part part = data::Part::kTest;  // or kValid, by which something may be chosen
  std::optional<int64_t> limit;         // inputs, drawn; none: as many as an audit takes
  std::filesystem::path model;          // where it is written, at depth standard: its twins stand beside it
  std::function<void(const std::string& part, double share)> progress;  // share below 0: not known
  std::function<void(const std::string&)> warned;
  std::function<bool()> should_stop;
};

// Nothing where it was interrupted. What cannot be audited says why; what cannot be written or read is thrown.
std::optional<study::Trust> audit_in_study(const StudyAudit& options, const tasks::Kind& kind, const tasks::Data& data,
                                           checkpoint::Files files);

}  // namespace fovea::flows
