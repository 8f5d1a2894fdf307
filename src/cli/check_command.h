// Ends the making of a command: what follows from what was given is set, and what does not go together is refused.
// Knows no parser.
#pragma once

#include "cli/options.h"

namespace fovea::cli {

// They throw UserError (kUsage) for options that exclude each other, that are missing, or that cannot apply to what was
// chosen.
void settle(TrainCommand& command);
void settle(TestCommand& command);
void settle(PredictCommand& command);
void settle(AlignCommand& command);
void settle(ExplainCommand& command);
void settle(DemoCommand& command);
void settle(AuditCommand& command);
void settle(CompareCommand& command);
void settle(TuneCommand& command);

// Throws UserError (kUsage) where one of the options that say how a table is read was given; `because` says why none of
// them can apply.
void refuse_table_options(const CommonOptions& common, const std::string& because);
// Throws CannotApply for an option given that the answers of this model do not have: those of labels, or those of
// sequences that are looked for.
void refuse_foreign_answers(const CommonOptions& common, const tasks::Model& model);
bool table_options_given(const CommonOptions& common);

}  // namespace fovea::cli
