// What an audit found, kept beside the model that it is about: explain shows by default what the audit advises.
#pragma once

#include <optional>
#include <string>

#include "audit/result.h"
#include "flows/using.h"

namespace fovea::flows {

struct KeptVerdict {
  // Whose picture comes first and is graded: a method's of every input, "attention", or "mixed" where another method
  // stands in for it in some inputs.
  std::string picture = "attention";
  audit::Grade grade = audit::Grade::kNotAuditable;
  std::string data;       // the files audited
  double share = 0;       // of the way from random parts to the best method that the picture goes
  std::string why;        // the first reason for the grade
  std::string not_above;  // the first map knowing no model that the picture is not shown to be above; "" = none
  std::string advised;    // the method that goes farther; "" = none
};

// MODEL.audit.json, beside the folder of the model.
std::string verdict_path(const std::string& model);

// Writes what was found of the picture that explain shows first over what an earlier audit found. Throws UserError
// where it cannot be written.
void keep_verdict(const OpenModel& model, const audit::Result& result);

// Nothing where there is none, where it is of another training or cannot be read.
std::optional<KeptVerdict> kept_verdict(const OpenModel& model);

// The method that the audit advises where it found that picture no better than decorative; "" = none.
std::string advised_method(const tasks::Model& model, const std::optional<KeptVerdict>& verdict);

// What whoever sees the picture must know of it, in a sentence without its end; "" where it was found informative or
// faithful, or was not audited.
std::string verdict_told(const std::optional<KeptVerdict>& verdict);

// The same of explain, which shows the method advised: ", so loo is shown; …" where there is one.
std::string verdict_heeded(const tasks::Model& model, const std::optional<KeptVerdict>& verdict);

}  // namespace fovea::flows
