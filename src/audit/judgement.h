// From the numbers of an audit to what is said: the evidence of the verdict, the same of some of the inputs, and single
// inputs as examples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/audit.h"

namespace fovea::audit {

// One value per input of everything that a grade is decided by.
struct SliceValues {
  std::vector<int64_t> parts, truth;
  std::vector<double> right;  // 1 or 0; kNone: unknown
  std::vector<double> dependence, permuted, comprehensiveness, random, tau, violates;
  std::vector<MetricValues> metrics;
};

// `erasure`: of the model itself, or of the twin that was trained with masks. What only the standard depth measures is
// taken from `result` where it is there.
Evidence evidence_of(const Result& result, const AuditValues& values, const ErasureValues& erasure);

// What slices_of() cuts, of the same erasure.
SliceValues slice_values(const Subject& subject, const AuditValues& values, const ErasureValues& erasure,
                         const Material& material);

// By quartile of length (equal lengths together), by right and wrong, by the label of the file. A part without inputs
// is left out. `whole`: the evidence of all inputs, of which a part takes what is not its own.
std::vector<Slice> slices_of(const SliceValues& values, const std::vector<std::string>& classes, const Evidence& whole);

// `map`: the one audited. `losses`: leave-one-out, [input][part]. Of inputs of 5 to 40 parts where there are such, else
// of all. The typical one is right where any is; there is no odd one where the top part always moves the answer most.
std::vector<Example> examples_of(const Material& material, const Answers& answers, const Map& map,
                                 const std::vector<std::vector<double>>& losses,
                                 const std::vector<double>& comprehensiveness);

}  // namespace fovea::audit
