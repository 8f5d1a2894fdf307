// The same questions of parts of the texts: a map may be good on short texts and useless on long ones.
#pragma once

#include <vector>

#include "audit/diagnosticity.h"
#include "audit/result.h"

namespace fovea::audit {

// One value per text of everything that a grade is decided by.
struct SliceTexts {
  std::vector<int64_t> words, truth;
  std::vector<double> right;  // 1 or 0; kNone: unknown
  std::vector<double> dependence, permuted, comprehensiveness, random, tau, violates;
  std::vector<MetricTexts> metrics;
};

// By quartile of length (equal lengths together), by right and wrong, by the label of the file. A part without texts is
// left out. `whole`: the evidence of all texts, of which a part takes what is not its own.
std::vector<Slice> slices_of(const SliceTexts& texts, const std::vector<std::string>& classes, const Evidence& whole);

}  // namespace fovea::audit
