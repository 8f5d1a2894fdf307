// Does the answer depend on the text at all? How far it moves when every word is masked: a model that answers the same
// to nothing leaves an audit nothing to find.
#pragma once

#include "audit/material.h"

namespace fovea::audit {

// |p(c|x) − p(c|every word the unknown word)|, one per text, in [0, 1]. Masked and not deleted: a text without words is
// answered by label shares, past the model.
std::vector<double> dependence(Subject& subject, const Material& material, const Answers& answers);

}  // namespace fovea::audit
