// The model that a training goes on from (--init): read, and its settings taken over.
#pragma once

#include "cli/options.h"
#include "tasks/text_init.h"

namespace fovea::cli {

struct StartModel {
  tasks::TextClassifier model;
  tasks::TextBase base;
};

// Reads the model `command.init` and takes from it the architecture, how texts are cut into words, and whether a text
// may have several labels; shares of dropout may be given anew. Throws UserError: what checkpoint::load_model throws,
// and kUsage for an option that says otherwise.
StartModel read_start_model(TrainCommand& command);

}  // namespace fovea::cli
