// The models that the standard depth trains beside the one audited. Each kind of task makes its own; tests make theirs
// by hand.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "attribution/methods.h"
#include "attribution/shortcut.h"
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
  attribution::Shortcut shortcut = attribution::Shortcut::kPart;
  std::vector<int64_t> classes;              // of what was planted, [input]
  std::vector<std::vector<int64_t>> places;  // the parts that it is, [input], the one that decides first
  std::shared_ptr<Subject> untaught;         // the model audited on the same inputs, to which it means nothing
  // The twin on the inputs without the part that completes a shortcut of two; null of one part.
  std::shared_ptr<Subject> incomplete;
};

// Under which weights a model without context reads.
enum class TransferWeights {
  kEven,       // every part weighs the same
  kOwn,        // its own attention makes them
  kModel,      // those of the model audited
  kAdversary,  // those of an adversary of it
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
  virtual std::optional<PlantedTwin> planted(attribution::Shortcut shortcut, uint64_t seed) = 0;

  // Against the model: trained to answer as it does and to look elsewhere, pull: λ. Nothing where the kind of task
  // trains no such.
  virtual std::optional<Twin> adversary(double /*pull*/) { return std::nullopt; }
  // A model that reads each part by itself, trained under such weights; pull: λ of the adversary. Nothing where the
  // kind of task has none.
  virtual std::optional<Twin> transfer(TransferWeights, double /*pull*/) { return std::nullopt; }

  // Trainings with parts masked, for recursive ROAR; null where the kind of task has none. Belongs to this.
  virtual Retraining* retraining() { return nullptr; }
};

}  // namespace fovea::audit
