// From the numbers of an audit to what is said: the evidence of the verdict, the same of some of the inputs, and single
// inputs as examples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/audit.h"

namespace fovea::audit {

// One value per input of everything that a grade is decided by; kNone where there is none.
struct InputValues {
  std::vector<int64_t> parts, truth, answer;
  std::vector<double> right;  // 1 or 0; kNone: unknown
  std::vector<double> dependence, permuted, weights_matter, comprehensiveness, random, tau, violates;
  std::vector<MetricValues> metrics;
  // Normalised AOPC where bounds were searched: of the map audited less random parts, and of the best other method (as
  // chosen on the other half of the inputs) less random parts.
  std::vector<double> map_beyond, best_beyond;
  std::string best;               // that method; "loo or ig" where the halves chose two, "" where there is none
  std::vector<Scored> baselines;  // of the map audited less each
};

// `erasure`: of the model itself, or of the twin that was trained with masks. map: the number of the one that is
// judged, beside which no map is another one that it is partly made of.
InputValues input_values(const Subject& subject, const AuditValues& values, const ErasureValues& erasure,
                         const Material& material, uint64_t seed, size_t map = 0);

// What that map must be above.
std::vector<Baseline> baselines_of(const InputValues& inputs, const Rows& graded);

// What is known of the answers: of which labels there is nothing to show, and whether all get one.
// comparable: AnswerFacts::comparable.
AnswerFacts answer_facts(const AuditValues& values, const std::vector<std::string>& classes, bool comparable = true);
// The inputs that are graded: those answered by a label of which there is something to show.
Rows graded_rows(const AuditValues& values, const std::vector<std::string>& classes, const AnswerFacts& facts);

// The evidence of all graded inputs. What only the standard depth measures is taken from `result` where it is there.
Evidence evidence_of(const Result& result, const AuditValues& values, const ErasureValues& erasure,
                     const InputValues& inputs, const AuditInput& given);

// `whole` with what some inputs say in place of what all say. That the map must be above others stays as it is: few
// inputs show little of that.
Evidence evidence_of_rows(const Evidence& whole, const InputValues& inputs, const Rows& rows);

// By quartile of length (equal lengths together), by right and wrong, by the label of the file, each by the rule that
// grades the whole, corrected by Holm over all that are graded. A part without inputs is left out. graded:
// graded_rows().
std::vector<Slice> slices_of(const InputValues& inputs, const Rows& graded, const std::vector<std::string>& classes,
                             const Evidence& whole);

// Adds to `evidence` what its parts and its halves, drawn with `seed`, would be by themselves.
void note_parts_and_halves(Evidence& evidence, const std::vector<Slice>& slices, const InputValues& inputs,
                           const Rows& graded, uint64_t seed);

// `map`: the one audited. `losses`: leave-one-out, [input][part]. Of inputs of 5 to 40 parts where there are such, else
// of all. The typical one is right where any is; there is no odd one where the top part always moves the answer most.
std::vector<Example> examples_of(const Material& material, const Answers& answers, const Map& map,
                                 const std::vector<std::vector<double>>& losses,
                                 const std::vector<double>& comprehensiveness);

}  // namespace fovea::audit
