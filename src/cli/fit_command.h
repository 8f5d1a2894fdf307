// Settings that are decided by the data, once it is read.
#pragma once

#include "cli/options.h"

namespace fovea::cli {

// Word vectors from a file decide the size of the embedding. Throws UserError (kUsage) where an option says otherwise,
// and where weights of labels or rows cannot apply.
void fit_to_data(TrainCommand& command, const tasks::TextData& data);

}  // namespace fovea::cli
