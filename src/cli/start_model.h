// The model that a training goes on from (--init): read, and its settings taken over.
#pragma once

#include "cli/options.h"
#include "tasks/text_init.h"

namespace fovea::cli {

struct StartModel {
  tasks::TextClassifier model;
  tasks::TextBase base;
};

StartModel read_start_model(const std::string& init);

// Takes from it the architecture, how texts are cut into words, and whether a text
// may have several labels; shares of dropout may be given anew. Throws UserError (kUsage) for an option that says
// otherwise. Not for a training that is resumed: its settings are saved.
void take_settings(TrainCommand& command, const tasks::TextClassifier& model);

}  // namespace fovea::cli
