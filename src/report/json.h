// Results as JSON, one schema per verb in docs/schema/.
#pragma once

#include "base/json.h"
#include "tasks/answer.h"

namespace fovea::report {

// One line of `fovea predict --json`: text, label, probability, probabilities (the first `top` labels), tokens with
// text, start, end, char_start, char_end, weight; prior, tokens_cut, unknown_tokens; truth where known.
Json answer_json(const tasks::Answer& answer, int top);

// `fovea explain --steps --json`: answer_json plus attention, scores, contributions, bias, logits, context.
Json mechanism_json(const tasks::Mechanism& mechanism, int top);

// The temperature of a model and what it mends; null where none was fitted.
Json calibration_json(const tasks::Calibration& calibration);

// null where nothing was quantized.
Json quantization_json(const tasks::Quantization& quantization);

// `fovea test --json`: x with x_ci: [low, high].
Json test_json(const tasks::TestResult& result);

}  // namespace fovea::report
