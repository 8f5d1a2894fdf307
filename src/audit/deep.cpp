#include "audit/deep.h"

#include <utility>
#include <vector>

#include "audit/adversary.h"
#include "audit/roar.h"
#include "audit/shortcuts.h"
#include "audit/soft_erasure.h"
#include "audit/trained_adversary.h"
#include "audit/transfer.h"
#include "base/timing.h"

namespace fovea::audit {
namespace {

// In the order in which they are run.
constexpr DeepPart kDeepParts[] = {
    {.name = "erasing {parts} in shares",
     .from = Depth::kStandard,
     .trains = false,
     .weight = 0.1,
     .run = &erase_in_shares},
    {.name = "other weights, same answer",
     .from = Depth::kDeep,
     .trains = false,
     .weight = 0.05,
     .run = &search_other_weights},
    {.name = "planted shortcuts of two {parts}",
     .from = Depth::kDeep,
     .trains = true,
     .weight = 0.25,
     .run = &plant_shortcuts},
    {.name = "trained adversaries", .from = Depth::kDeep, .trains = true, .weight = 0.6, .run = &train_adversaries},
    {.name = "weights on a model without context",
     .from = Depth::kDeep,
     .trains = true,
     .weight = 0.2,
     .run = &transfer_weights},
    {.name = "trainings without the {parts} named",
     .from = Depth::kDeep,
     .trains = true,
     .weight = 6,
     .run = &retrain_without_named},
};

}  // namespace

Result audit_deeply(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                    const DeepOptions& options, Twins* twins, const Progress& progress, AuditValues* values) {
  std::vector<DeepPart> parts;
  double all = 1;  // the standard audit
  for (const DeepPart& part : kDeepParts) {
    if (options.depth < part.from || (part.trains && !twins)) continue;
    parts.push_back(part);
    all += part.weight;
  }
  const auto tell = [&](const std::string& part, double share) {
    if (progress) progress(part, share / all);
  };
  AuditValues learned;
  Result result = audit_thoroughly(subject, attributor, input, options.standard, twins, tell, &learned);
  result.depth = options.depth;
  const DeepWork work{subject, attributor, input, options, twins, learned, result};
  double before = 1;
  for (const DeepPart& part : parts) {
    const std::string name = result.nouns.in(part.name);
    const Stopwatch watch;
    tell(name, before);
    part.run(work, [&](double share) { tell(name, before + share * part.weight); });
    before += part.weight;
    result.cost.push_back({name, 0, 0, watch.seconds()});
  }
  if (twins) {
    result.twins_found = twins->found();
    result.twins_trained = twins->trained();
  }
  if (values) *values = std::move(learned);
  return result;
}

}  // namespace fovea::audit
