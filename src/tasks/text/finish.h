// What is fitted on the validation part when training is over: the temperature of probabilities, or, where a text may
// have several labels, the threshold of each.
#pragma once

#include "tasks/text/classifier.h"
#include "tasks/text/task.h"

namespace fovea::tasks {

// Fills `parts` from the network of `task` as it is, and says how far probabilities could be believed before and after.
// Fewer than 50 validation rows, or several labels, leave the temperature at 1.
Calibration fit_on_validation(TextTask& task, const TextData& data, TextClassifierParts* parts);

}  // namespace fovea::tasks
