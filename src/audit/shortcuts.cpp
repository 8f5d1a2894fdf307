#include "audit/shortcuts.h"

#include "audit/deep.h"
#include "audit/planted.h"

namespace fovea::audit {

void plant_shortcuts(const DeepWork& work, const DeepDone& done) {
  using attribution::Shortcut;
  double before = 0;
  for (const Shortcut shortcut : {Shortcut::kInContext, Shortcut::kOrderedPair}) {
    const std::optional<PlantedTwin> twin = work.twins->planted(shortcut, work.seed());
    if (!twin) return;
    done(before + 0.4);
    PlantedOutcome outcome = ask_planted(*twin, work.input.material.classes, work.input.given, work.seed(),
                                         [&](double share) { done(before + 0.4 + 0.1 * share); });
    work.result.shortcuts.push_back(std::move(outcome.result));
    before += 0.5;
  }
}

}  // namespace fovea::audit
