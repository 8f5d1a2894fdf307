// Models that are trained anew while parts of what they learn from are masked. Each kind of task makes its own; tests
// make theirs by hand.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audit/twins.h"

namespace fovea::audit {

// The parts that are masked, [input] → their positions, rising.
using Hidden = std::vector<std::vector<int64_t>>;

// Of the inputs that a training reads: those that it learns from, and those by which its best epoch is chosen.
struct LearnedParts {
  std::vector<int64_t> taught, chosen_by;  // the number of parts of each
};
struct HiddenLearned {
  Hidden taught, chosen_by;  // one per input of LearnedParts
};

// A model that was trained so, and asked about inputs with parts masked.
class Retrained {
 public:
  virtual ~Retrained() = default;
  virtual Twin on_taught(const Hidden& hidden, int64_t first, int64_t count) = 0;  // some inputs; hidden: of all
  virtual Twin on_chosen_by(const Hidden& hidden, int64_t first, int64_t count) = 0;
  virtual Twin on_audited(const Hidden& hidden) = 0;  // all inputs of the audit
};

class Retraining {
 public:
  virtual ~Retraining() = default;
  virtual LearnedParts parts() const = 0;
  // Trained as the model was, by its settings and with its seed + `seed`. name: under which it is kept.
  virtual std::shared_ptr<Retrained> train(const std::string& name, int64_t seed, const HiddenLearned& hidden) = 0;
  // The same with nothing masked: one of the twins that are there already, 0: the model audited.
  virtual std::shared_ptr<Retrained> whole(int64_t seed) = 0;
};

}  // namespace fovea::audit
