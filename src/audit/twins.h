// The models that the standard depth trains beside the one audited. Each kind of task makes its own; tests make theirs
// by hand.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "attribution/methods.h"
#include "audit/material.h"

namespace fovea::audit {

// A model that reads the same inputs as the one audited. Both pointers may share what they point into.
struct Twin {
  std::shared_ptr<Subject> subject;
  std::shared_ptr<attribution::Attributor> attributor;
};

// A model that was taught that something made up decides the class, and inputs of its own: those of the audit, with
// that planted into each of them.
struct PlantedTwin {
  Twin twin;
  std::vector<int64_t> classes;       // of what was planted, [input]
  std::vector<int64_t> places;        // the part that it is, [input]
  std::shared_ptr<Subject> untaught;  // the model audited on the same inputs, to which it means nothing
};

class Retraining;

class Twins {
 public:
  virtual ~Twins() = default;

  // Of those asked for so far: found where an earlier audit left them, and trained now.
  virtual int64_t found() const { return 0; }
  virtual int64_t trained() const { return 0; }

  // Each is trained when it is first asked for.
  virtual Twin seed(int64_t number) = 0;  // 1 …: trained as the model was, with another seed
  virtual Twin even(int64_t number) = 0;  // 0 …: every part weighs the same; 0 with the model's own seed
  virtual Twin masked() = 0;              // the model, trained on with parts masked, up to all of an input
  virtual Twin lightly_masked() = 0;      // the model, trained on with up to a tenth of the parts masked
  // seed: of what is planted into the inputs of the audit, and where. Nothing where the kind of task plants nothing.
  virtual std::optional<PlantedTwin> planted(uint64_t seed) = 0;

  // Trainings with parts masked, for recursive ROAR; null where the kind of task has none. Belongs to this.
  virtual Retraining* retraining() { return nullptr; }
};

}  // namespace fovea::audit
