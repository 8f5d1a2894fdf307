// What people marked, as parts of the inputs that are audited.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "audit/plausibility.h"
#include "tasks/model.h"

namespace fovea::flows {

struct FoundRationales {
  std::vector<audit::Marked> marked;                   // one per chosen input
  int64_t not_audited = 0, joined = 0, misquoted = 0;  // as in audit::Plausibility
};

// Of the file at `path` (data/readers/rationales.h) those of the `chosen` inputs of `model`, which come from the files
// `data`. People's words become the model's parts by their place in the text: a part is marked that has a byte in
// common with a marked word, or lies between two of one span. Spans that overlap are joined.
// Throws UserError: kUsage where the inputs have no text, and where lines are to be found in several files of data;
// kBadData where a line begins no text of the data, a span ends behind its text, or no chosen input is marked; whatever
// is wrong with the file.
FoundRationales find_rationales(const std::string& path, const std::vector<std::string>& data,
                                const tasks::Model& model, const tasks::Inputs& inputs,
                                std::span<const int64_t> chosen);

// The plausibility of an audit with what the file told.
void note_rationales(audit::Plausibility& plausibility, const std::string& path, const FoundRationales& found);

}  // namespace fovea::flows
