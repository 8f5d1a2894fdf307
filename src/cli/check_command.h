// Ends the making of a command: words become enums, and what does not go together is refused. Knows no parser.
#pragma once

#include "cli/option_words.h"
#include "cli/options.h"

namespace fovea::cli {

// They fill the fields that `words` stands for. They throw UserError (kUsage) for options that exclude each other, that
// are missing, or that cannot apply to what was chosen.
void settle(TrainCommand& command, const OptionWords& words);
void settle(TestCommand& command, const OptionWords& words);
void settle(PredictCommand& command, const OptionWords& words);
void settle(ExplainCommand& command, const OptionWords& words);
void settle(AuditCommand& command, const OptionWords& words);
void settle(CompareCommand& command, const OptionWords& words);
void settle(TuneCommand& command, const OptionWords& words);

// What settle() refuses of network and labels together; with --init only the model read tells.
void check_together(TrainCommand& command);

// Throws UserError (kUsage) where one of the options that say how a table is read was given; `because` says why none of
// them can apply.
void refuse_table_options(const CommonOptions& common, const std::string& because);
bool table_options_given(const CommonOptions& common);

}  // namespace fovea::cli
