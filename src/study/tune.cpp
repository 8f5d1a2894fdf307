#include "study/tune.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>

#include "base/random.h"

namespace fovea::study {
namespace {

constexpr int64_t kShrink = 3;          // a rung keeps one of three, and the next one trains three times as long
constexpr size_t kMostCandidates = 12;  // of a stage
constexpr double kSearchShare = 0.75;   // of the budget; the rest is for the leaders with other seeds
constexpr double kStartShare = 0.25;    // of the budget, for the usual settings in full
constexpr size_t kLeaders = 3;
constexpr double kChange = 0.6;  // probability that a candidate changes an option of its stage
constexpr double kSlowest = 3;   // a training that takes so many times its due is given up

constexpr double kCutShare = 0.95;  // of the limit: the loop looks at the clock between steps

constexpr const char* kTooLong = "took longer than its share of the time";

struct Interrupted {};

Settings with(Settings settings, const Settings& changes) {
  for (const Setting& change : changes) {
    const auto old =
        std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.option == change.option; });
    if (old != settings.end()) {
      old->value = change.value;
    } else {
      settings.push_back(change);
    }
  }
  return settings;
}

class Search {
 public:
  Search(const TunePlan& plan, const TuneHooks& hooks) : plan_(plan), hooks_(hooks) {
    for (int64_t epochs = plan.epochs; ladder_.size() < 3; epochs = (epochs + kShrink - 1) / kShrink) {
      if (!ladder_.empty() && ladder_.back() == epochs) break;
      ladder_.push_back(epochs);
    }
    std::reverse(ladder_.begin(), ladder_.end());
  }

  TuneResult go() {
    try {
      begin();
      search_stages();
      finish_leader();
      // The first training counts what is done once, and a long one may stop early: now what one takes is known.
      if (!searched_ && leader_full_) {
        search_stages();
        finish_leader();
      }
      for (const std::string& stage : left_out_) {
        if (hooks_.left_out) hooks_.left_out(stage);
      }
      try_leaders_again();
    } catch (const Interrupted&) {
      result_.interrupted = true;
    }
    result_.seconds = spent();
    choose();
    return std::move(result_);
  }

 private:
  double spent() const { return spent_seconds_; }
  double left() const { return plan_.seconds - spent(); }
  size_t top() const { return ladder_.size() - 1; }

  // Seconds that a training on this rung is expected to take.
  double cost(size_t rung) const { return epoch_seconds_ * static_cast<double>(ladder_[rung]) + audit_seconds_; }

  // The number of a trial of these settings; trained, found, or refused. A trial made before is not made again.
  size_t trial(const std::string& stage, const Settings& settings, size_t rung, uint64_t seed, double limit) {
    Trial trial;
    trial.stage = stage;
    trial.settings = settings;
    std::copy_if(settings.begin(), settings.end(), std::back_inserter(trial.change), [this](const Setting& one) {
      return std::find(leader_.begin(), leader_.end(), one) == leader_.end();
    });
    trial.epochs = ladder_[rung];
    trial.seed = seed;
    trial.failure = hooks_.refusal(settings);
    if (!trial.failure.empty()) return add(std::move(trial));
    trial.key = hooks_.key(settings, seed, trial.epochs);
    const auto made = by_key_.find(trial.key);
    if (made != by_key_.end()) return made->second;
    trial.audited_from = audited_from(trial);
    std::optional<Run> run = hooks_.find(trial.key);
    if (run && wants_audit(plan_, trial, *run) && !run->valid_trust) run.reset();  // it was not asked for then
    trial.reused = run.has_value();
    if (!run) {
      if (hooks_.begins) hooks_.begins(trial, spent());
      run = hooks_.train(trial, limit);
      if (!run) throw Interrupted{};
    }
    spent_seconds_ += run->spent();
    take(trial, *run, limit);
    by_key_[trial.key] = result_.trials.size();
    return add(std::move(trial));
  }

  size_t add(Trial trial) {
    result_.trials.push_back(std::move(trial));
    const size_t number = result_.trials.size() - 1;
    const Trial& added = result_.trials.back();
    if (added.failure.empty() && added.epochs == plan_.epochs && added.seed == plan_.seed) note_full(number);
    if (hooks_.ended) hooks_.ended(added, spent());
    return number;
  }

  void take(Trial& trial, const Run& run, double limit) const {
    trial.seconds = run.seconds;
    trial.audit_seconds = run.audit_seconds;
    trial.failure = run.failure;
    if (!run.failure.empty()) return;
    // What the search stands on is taken as it is: without it there would be nothing. A limit of the command's own is
    // no failure.
    const bool needed = trial.stage == "start" || trial.stage == "last";
    if (cut_short(run, limit) && !needed) {
      trial.failure = kTooLong;
      return;
    }
    trial.bytes = run.bytes;
    trial.validation = run.validation;
    const auto measured = run.validation.find(plan_.measure.name);
    const double worst = plan_.measure.lower_is_better ? std::numeric_limits<double>::infinity() : 0;
    trial.score = measured == run.validation.end() ? worst : measured->second;
    if (plan_.goal == Goal::kTrust) take_trust(trial, run);
  }

  static void take_trust(Trial& trial, const Run& run) {
    if (!run.valid_trust) {
      trial.no_trust = "not audited: more than a point below the best of its length";
    } else if (!run.valid_trust->failure.empty()) {
      trial.no_trust = run.valid_trust->failure;
      trial.no_weights = run.valid_trust->no_weights;
    } else if (run.valid_trust->recovered.n == 0) {
      trial.no_trust = "not auditable: no method is surely above chance on its validation part";
    } else {
      trial.recovered = run.valid_trust->recovered.mean;
    }
  }

  // The best score of trainings as long that have an R, less the margin. Leaders are compared by means over seeds, for
  // which each of them counts.
  std::optional<double> audited_from(const Trial& trial) const {
    if (plan_.goal != Goal::kTrust || trial.seed != plan_.seed) return std::nullopt;
    std::optional<double> best;
    for (const Trial& other : result_.trials) {
      if (!other.recovered || other.epochs != trial.epochs || other.seed != trial.seed) continue;
      if (!best || plan_.measure.better(other.score, *best)) best = other.score;
    }
    if (best) *best += plan_.measure.lower_is_better ? kTrustMargin : -kTrustMargin;
    return best;
  }

  Candidate candidate(size_t one) const {
    const Trial& trial = result_.trials[one];
    return {trial.score, trial.recovered, trial.no_weights};
  }

  // Trials of one rung, the best first; those that failed are left out.
  std::vector<size_t> ranked(std::vector<size_t> trials) const {
    std::stable_sort(trials.begin(), trials.end(), [this](size_t a, size_t b) { return better(a, b); });
    std::erase_if(trials, [this](size_t one) { return !result_.trials[one].failure.empty(); });
    if (plan_.goal == Goal::kAccuracy) return trials;
    std::vector<Candidate> candidates;
    for (const size_t one : trials) candidates.push_back(candidate(one));
    std::vector<size_t> out;
    for (const size_t place : ranked_by_trust(candidates, plan_.measure)) out.push_back(trials[place]);
    return out;
  }

  // Whether trial a is better than b, both on the same rung: by score, and between equal ones by the loss.
  bool better(size_t a, size_t b) const {
    const Trial &one = result_.trials[a], &other = result_.trials[b];
    if (one.failure.empty() != other.failure.empty()) return one.failure.empty();
    return one.score != other.score ? plan_.measure.better(one.score, other.score) : loss_of(one) < loss_of(other);
  }

  bool beats(size_t one, size_t other) const {
    if (plan_.goal == Goal::kAccuracy || !result_.trials[other].failure.empty()) return better(one, other);
    return ranked({other, one}).front() == one;
  }

  static double loss_of(const Trial& trial) {
    const auto loss = trial.validation.find("loss");
    return loss == trial.validation.end() ? 0 : loss->second;
  }

  void note_full(size_t number) {
    full_.push_back(number);
    full_ = ranked(std::move(full_));
    if (result_.trials[full_.front()].no_weights) return;  // never to be chosen
    std::vector<std::string> wanted;
    for (size_t i = 0; i < std::min(kLeaders, full_.size()); ++i) wanted.push_back(result_.trials[full_[i]].key);
    if (hooks_.full) hooks_.full(result_.trials[full_.front()], wanted);
  }

  // The settings to begin with: a short training to know what one takes, and a full one where that leaves most of the
  // budget to the search.
  void begin() {
    leader_ = hooks_.applicable(plan_.start, {});
    const size_t first = trial("start", leader_, 0, plan_.seed, left());
    const Trial& start = result_.trials[first];
    epoch_seconds_ = std::max(start.seconds, 1e-3) / static_cast<double>(start.epochs);
    audit_seconds_ = start.audit_seconds;
    if (full_.empty() && start.failure.empty() && !start.no_weights) {
      first_ = first;  // better than nothing, should it end here
      if (hooks_.full) hooks_.full(start, {start.key});
    }
    if (!full_.empty() || cost(top()) > kStartShare * plan_.seconds) return;
    const Trial& full = result_.trials[trial("start", leader_, top(), plan_.seed, left())];
    epoch_seconds_ = std::max(full.seconds, 1e-3) / static_cast<double>(plan_.epochs);
    leader_full_ = full.failure.empty();
  }

  // Trainings on the rungs up to `last` that `candidates` lead to, in seconds.
  double stage_cost(size_t candidates, size_t last) const {
    double seconds = 0;
    size_t count = candidates;
    for (size_t rung = 0; rung <= last; ++rung) {
      if (rung == top() && rung > 0) count = 1;
      seconds += static_cast<double>(count) * cost(rung);
      count = (count + kShrink - 1) / kShrink;
    }
    // The one to beat is measured on the last rung too.
    return last == top() ? seconds : seconds + cost(last);
  }

  size_t affordable(double seconds, size_t last) const {
    size_t candidates = 0;
    while (candidates < kMostCandidates && stage_cost(candidates + 1, last) <= seconds) ++candidates;
    return candidates;
  }

  void search_stages() {
    left_out_.clear();
    for (size_t stage = 0; stage < plan_.space.size(); ++stage) search(stage);
  }

  void search(size_t number) {
    const Stage& stage = plan_.space[number];
    // A leader that no full training stands for yet will need one.
    const double until = std::min(plan_.seconds * kSearchShare, plan_.seconds - 1.2 * cost(top()));
    const double rest = until - spent();
    const double share = rest / static_cast<double>(plan_.space.size() - number);
    size_t last = top(), count = affordable(share, last);
    while (last > 0 && count < 3) count = affordable(share, --last);
    if (count == 0 && stage_cost(1, 0) <= rest) count = 1;
    if (count == 0) {
      left_out_.push_back(stage.name);
      return;
    }
    searched_ = true;
    std::vector<Settings> candidates = draw_candidates(stage, number, count);
    if (candidates.empty()) return;
    std::vector<size_t> standing;
    for (size_t rung = 0; rung <= last; ++rung) {
      standing.clear();
      for (const Settings& candidate : candidates) {
        if (spent() >= until) break;
        standing.push_back(trial(stage.name, candidate, rung, plan_.seed, limit(rung)));
      }
      standing = ranked(std::move(standing));
      if (standing.empty()) return;
      const size_t kept = rung + 1 == top() ? 1 : (candidates.size() + kShrink - 1) / kShrink;
      if (rung < last && standing.size() > kept) standing.resize(kept);
      candidates.clear();
      for (const size_t one : standing) candidates.push_back(result_.trials[one].settings);
    }
    const size_t to_beat = trial(stage.name, leader_, last, plan_.seed, limit(last));
    if (beats(standing.front(), to_beat)) {
      leader_ = candidates.front();
      leader_full_ = last == top();
      const Trial& won = result_.trials[standing.front()];
      epoch_seconds_ = std::max(won.seconds, 1e-3) / static_cast<double>(won.epochs);
    }
  }

  double limit(size_t rung) const { return std::min(std::max(kSlowest * cost(rung), 2.0), std::max(left(), 1.0)); }

  // Changes of the leader in the options of the stage: all of them where they are few, else drawn.
  std::vector<Settings> draw_candidates(const Stage& stage, size_t number, size_t count) const {
    std::vector<Settings> changes = all_changes(stage);
    const RandomKey key{plan_.seed, Purpose::kSearch, number};
    if (changes.empty()) {
      const uint64_t base = stream_base(key);
      uint64_t at = 0;
      for (size_t attempt = 0; attempt < 20 * count && changes.size() < count; ++attempt) {
        Settings change;
        for (const Dimension& dimension : stage.dimensions) {
          const double changed = uniform(base, at++), share = uniform(base, at++);
          if (changed < kChange) change.push_back({dimension.option, value_at(fitted(dimension, leader_), share)});
        }
        if (!change.empty()) changes.push_back(std::move(change));
      }
    } else {
      shuffle(std::span<Settings>(changes), key);
    }
    std::vector<Settings> candidates;
    std::set<std::string> keys = {hooks_.key(leader_, plan_.seed, plan_.epochs)};
    for (const Settings& change : changes) {
      if (candidates.size() == count) break;
      Settings candidate = hooks_.applicable(with(leader_, change), change);
      if (keys.insert(hooks_.key(candidate, plan_.seed, plan_.epochs)).second)
        candidates.push_back(std::move(candidate));
    }
    return candidates;
  }

  // Every combination of choices, where there are at most twice as many as candidates can be; else nothing.
  static std::vector<Settings> all_changes(const Stage& stage) {
    std::vector<Axis> axes;
    size_t combinations = 1;
    for (const Dimension& dimension : stage.dimensions) {
      if (dimension.choices.empty()) return {};
      axes.push_back({dimension.option, dimension.choices});
      combinations *= dimension.choices.size();
    }
    return combinations <= 2 * kMostCandidates ? grid(axes) : std::vector<Settings>{};
  }

  // The settings found by short trainings alone get their full one.
  void finish_leader() {
    if (leader_full_ || result_.trials.empty()) return;
    const Trial& full = result_.trials[trial("last", leader_, top(), plan_.seed, std::max(left(), 1.0))];
    leader_full_ = full.failure.empty();
    if (leader_full_) epoch_seconds_ = std::max(full.seconds, 1e-3) / static_cast<double>(plan_.epochs);
  }

  // One validation score is luck in part, and the best of many is the luckiest: the leaders are trained with other
  // seeds as long as there is time.
  void try_leaders_again() {
    const std::vector<size_t> leaders(full_.begin(),
                                      full_.begin() + static_cast<std::ptrdiff_t>(std::min(kLeaders, full_.size())));
    if (leaders.size() < 2) return;
    for (uint64_t more = 1; more <= 4; ++more) {
      double round = 0;
      for (const size_t one : leaders) round += result_.trials[one].seconds + result_.trials[one].audit_seconds;
      if (1.1 * round > left()) return;
      std::vector<std::pair<size_t, size_t>> pairs;
      for (const size_t one : leaders) {
        const Settings settings = result_.trials[one].settings;
        pairs.emplace_back(one, trial("again", settings, top(), plan_.seed + more, std::max(left(), 1.0)));
      }
      // Time that ran out in the middle of a round says nothing of the settings that it hit.
      const bool whole = std::none_of(pairs.begin(), pairs.end(), [this](const auto& pair) {
        return result_.trials[pair.second].failure == kTooLong;
      });
      if (!whole) return;
      for (const auto& [one, again] : pairs) again_[one].push_back(again);
    }
  }

  // Its trainings with any seed, but for those that failed.
  std::vector<size_t> scored(size_t one) const {
    std::vector<size_t> trials = {one};
    const auto more = again_.find(one);
    if (more == again_.end()) return trials;
    std::copy_if(more->second.begin(), more->second.end(), std::back_inserter(trials),
                 [this](size_t again) { return result_.trials[again].failure.empty(); });
    return trials;
  }

  size_t failed_seeds(size_t one) const { return again_.at(one).size() + 1 - scored(one).size(); }

  double mean_score(size_t one) const {
    const std::vector<size_t> trials = scored(one);
    double sum = 0;
    for (const size_t trial : trials) sum += result_.trials[trial].score;
    return sum / static_cast<double>(trials.size());
  }

  void choose() {
    if (full_.empty()) {
      result_.best = first_;
      if (first_) result_.best_mean = result_.highest_mean = result_.trials[*first_].score;
      if (first_) result_.best_recovered = result_.trials[*first_].recovered;
      result_.best_seeds = first_ ? 1 : 0;
      return;
    }
    if (plan_.goal == Goal::kTrust) return choose_by_trust();
    size_t best = full_.front();
    // Means of as many seeds are compared: a leader that was not tried again is no match for those that were, nor one
    // that fails with other seeds for those that do not.
    for (const auto& [one, again] : again_) {
      if (again_.count(best) == 0) best = one;
      const size_t failed = failed_seeds(one), best_failed = failed_seeds(best);
      if (failed != best_failed ? failed < best_failed : plan_.measure.better(mean_score(one), mean_score(best)))
        best = one;
    }
    result_.best = best;
    result_.best_mean = mean_score(best);
    result_.best_seeds = scored(best).size();
  }

  std::optional<double> mean_recovered(size_t one) const {
    double sum = 0;
    size_t count = 0;
    for (const size_t trial : scored(one)) {
      if (!result_.trials[trial].recovered) continue;
      sum += *result_.trials[trial].recovered;
      ++count;
    }
    return count > 0 ? std::optional(sum / static_cast<double>(count)) : std::nullopt;
  }

  // Among those with as many seeds, as choose() has it.
  void choose_by_trust() {
    std::vector<size_t> rivals;
    size_t fewest = std::numeric_limits<size_t>::max();
    for (const auto& [one, again] : again_) fewest = std::min(fewest, failed_seeds(one));
    for (const auto& [one, again] : again_) {
      if (failed_seeds(one) == fewest) rivals.push_back(one);
    }
    if (rivals.empty()) rivals = full_;
    std::vector<Candidate> candidates;
    for (const size_t one : rivals) {
      candidates.push_back({mean_score(one), mean_recovered(one), result_.trials[one].no_weights});
    }
    const size_t chosen = ranked_by_trust(candidates, plan_.measure).front();
    if (candidates[chosen].no_weights) return;  // there are controls alone
    result_.best = rivals[chosen];
    result_.best_mean = candidates[chosen].score;
    result_.best_recovered = candidates[chosen].recovered;
    result_.best_seeds = scored(rivals[chosen]).size();
    result_.highest_mean = candidates[chosen].score;
    for (const Candidate& one : candidates) {
      if (one.recovered && plan_.measure.better(one.score, result_.highest_mean)) result_.highest_mean = one.score;
    }
  }

  const TunePlan& plan_;
  const TuneHooks& hooks_;
  std::vector<int64_t> ladder_;  // epochs, rising to the full number
  Settings leader_;
  bool leader_full_ = false, searched_ = false;  // a stage was tried at all
  std::vector<std::string> left_out_;            // stages for which no time was left
  double epoch_seconds_ = 1, spent_seconds_ = 0;
  double audit_seconds_ = 0;  // of one training, where they are audited
  std::map<std::string, size_t> by_key_;
  std::optional<size_t> first_;                  // a short training, for want of a full one
  std::vector<size_t> full_;                     // full trainings with the first seed, best first
  std::map<size_t, std::vector<size_t>> again_;  // a leader's trainings with other seeds
  TuneResult result_;
};

}  // namespace

bool wants_audit(const TunePlan& plan, const Trial& trial, const Run& run) {
  if (plan.goal != Goal::kTrust || !run.failure.empty()) return false;
  const auto measured = run.validation.find(plan.measure.name);
  if (measured == run.validation.end()) return false;
  return !trial.audited_from || !plan.measure.better(*trial.audited_from, measured->second);
}

bool cut_short(const Run& run, double limit) {
  return run.stopped == "max-minutes" && run.seconds >= kCutShare * limit;
}

TuneResult tune(const TunePlan& plan, const TuneHooks& hooks) {
  return Search(plan, hooks).go();
}

}  // namespace fovea::study
