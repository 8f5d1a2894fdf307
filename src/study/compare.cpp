#include "study/compare.h"

#include "base/errors.h"
#include "base/timing.h"

namespace fovea::study {
namespace {

// How long what is left will take: every variant as long as its finished trainings did, or as all did on average.
double seconds_left(const ComparePlan& plan, const CompareRuns& all) {
  double known = 0;
  size_t count = 0;
  for (const auto& runs : all.runs) {
    for (const auto& run : runs) {
      known += run ? run->spent() : 0;
      count += run.has_value();
    }
  }
  if (count == 0) return 0;
  double left = 0;
  for (const auto& runs : all.runs) {
    double own = 0;
    size_t done = 0;
    for (const auto& run : runs) {
      own += run ? run->spent() : 0;
      done += run.has_value();
    }
    const double each = done > 0 ? own / static_cast<double>(done) : known / static_cast<double>(count);
    left += each * static_cast<double>(plan.seeds.size() - done);
  }
  return left;
}

// keep: whether the outcome is one of the settings, and not of what surrounds them.
Run train_or_fail(const CompareHooks& hooks, const Settings& settings, uint64_t seed, bool* interrupted, bool* keep) {
  const Stopwatch clock;
  *keep = true;
  try {
    std::optional<Run> run = hooks.train(settings, seed);
    *interrupted = !run.has_value();
    return run ? std::move(*run) : Run();
  } catch (const UserError& error) {
    if (is_of_surroundings(error)) throw;
    *keep = error.code() != ExitCode::kInternal;  // with more memory it may succeed
    Run failed;
    failed.failure = error.what();
    failed.seconds = clock.seconds();
    return failed;
  }
}

}  // namespace

CompareRuns train_all(const ComparePlan& plan, const RunStore& store, const CompareHooks& hooks) {
  CompareRuns all;
  all.runs.assign(plan.variants.size(), std::vector<std::optional<Run>>(plan.seeds.size()));
  for (size_t seed = 0; seed < plan.seeds.size(); ++seed) {
    for (size_t variant = 0; variant < plan.variants.size(); ++variant) {
      all.runs[variant][seed] = store.find(hooks.key(plan.variants[variant], plan.seeds[seed]));
      all.reused += all.runs[variant][seed].has_value();
    }
  }
  CompareProgress progress{all.reused, plan.variants.size() * plan.seeds.size(), nullptr, 0, 0};
  if (hooks.found) hooks.found(progress);
  for (size_t seed = 0; seed < plan.seeds.size(); ++seed) {
    for (size_t variant = 0; variant < plan.variants.size(); ++variant) {
      std::optional<Run>& run = all.runs[variant][seed];
      if (run) continue;
      progress.settings = &plan.variants[variant];
      progress.seed = plan.seeds[seed];
      progress.seconds_left = seconds_left(plan, all);
      if (hooks.begins) hooks.begins(progress);
      bool keep = true;
      Run trained = train_or_fail(hooks, *progress.settings, progress.seed, &all.interrupted, &keep);
      if (all.interrupted) return all;
      const Json words = {{"settings", long_name(*progress.settings)}, {"seed", progress.seed}};
      if (keep) store.keep(hooks.key(*progress.settings, progress.seed), words, trained);
      run = std::move(trained);
      ++progress.done;
      ++all.trained;
      progress.seconds_left = seconds_left(plan, all);
      if (hooks.ended) hooks.ended(progress, *run);
    }
  }
  return all;
}

}  // namespace fovea::study
