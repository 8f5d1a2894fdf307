// What an audit found, kept beside the model that it is about: explain shows by default what the audit advises.
#pragma once

#include <optional>
#include <string>

#include "audit/result.h"
#include "flows/using.h"

namespace fovea::flows {

struct KeptVerdict {
  audit::Grade grade = audit::Grade::kNotAuditable;
  std::string data;     // the files audited
  double share = 0;     // of the way from random parts to the best method that the weights go
  std::string advised;  // the method that goes farther than they do; "" = none
};

// MODEL.audit.json, beside the folder of the model.
std::string verdict_path(const std::string& model);

// Writes what was found of the model's own weights, over what an earlier audit found. Throws UserError where it cannot
// be written.
void keep_verdict(const OpenModel& model, const audit::Result& result);

// Nothing where there is none, where it is of another training or cannot be read.
std::optional<KeptVerdict> kept_verdict(const OpenModel& model);

// The method that the audit advises where it found the weights no better than decorative; "" = none.
std::string advised_method(const tasks::Model& model, const std::optional<KeptVerdict>& verdict);

}  // namespace fovea::flows
