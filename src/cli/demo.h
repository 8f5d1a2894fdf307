// What the demos have in common.
#pragma once

#include "cli/options.h"

namespace fovea::cli {

// Makes the folder of a demo, or takes the one that an earlier demo has made. Throws UserError (kCannotWrite).
void prepare_demo_folder(const DemoCommand& command);

ExitCode demo_translation(const DemoCommand& command);

}  // namespace fovea::cli
