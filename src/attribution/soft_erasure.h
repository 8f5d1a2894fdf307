// Parts erased in shares (Zhao & Aletras 2023): of what the network reads of a part, features are drawn that stay, and
// the others are 0. So no part is gone altogether, and none has to be counted among the top or the rest.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "attribution/differentiable.h"
#include "attribution/methods.h"

namespace fovea::attribution {

// The logits [C] of each question, in order, divided by the temperature. What is drawn for a feature depends on the
// seed, the content of the input, the number of the draw and the place of the feature alone: what stays with one
// probability stays with every higher one.
std::vector<std::vector<double>> logits_softened(Differentiable& subject, std::span<const Softened> questions,
                                                 uint64_t seed);

}  // namespace fovea::attribution
