// Results of a text model as JSON, one schema per verb in docs/schema/.
#pragma once

#include "base/json.h"
#include "tasks/text/answer.h"

namespace fovea::tasks {

// One line of `fovea predict --json`: text, label, probability, probabilities (the first `top` labels), tokens with
// text, start, end, char_start, char_end, weight; prior, tokens_cut, unknown_tokens; truth where known.
Json answer_json(const TextAnswer& answer, int top);

// `fovea explain --steps --json`: answer_json plus attention, scores, contributions, bias, logits, context.
Json mechanism_json(const Mechanism& mechanism, int top);

// The temperature of a model and what it mends; null where none was fitted.
Json calibration_json(const Calibration& calibration);

// null where nothing was quantized.

// `fovea test --json`: x with x_ci: [low, high].
Json test_json(const TextTestResult& result);

}  // namespace fovea::tasks
