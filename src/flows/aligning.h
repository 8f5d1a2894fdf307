// The words of sentence pairs linked by translators. Prints nothing.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "flows/using.h"
#include "metrics/sequence/symmetrise.h"

namespace fovea::flows {

struct AlignEvents {
  std::function<void(std::span<const std::unique_ptr<tasks::Answer>>)> answered;  // in order, some at a time
  std::function<void(const std::string&)> warned;
};

// The model reads the translations of the pairs in `paths` (data/readers/pairs.h); each answer is such a one with its
// links. Throws UserError (kUsage) for a model that does not answer with sequences, and what Model::read() and
// Model::require() throw.
void align(const tasks::Model& model, const std::vector<std::string>& paths, tasks::Aligned aligned,
           const AlignEvents& events);

// Links of each pair from those of two models, `backward` translating from the second language to the first.
std::vector<metrics::Links> align_both(const tasks::Model& forward, const tasks::Model& backward,
                                       const std::vector<std::string>& paths, metrics::Symmetrisation symmetrisation,
                                       const AlignEvents& events);

}  // namespace fovea::flows
