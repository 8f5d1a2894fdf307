#include "tasks/decoding/beam.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "base/errors.h"
#include "tasks/decoding/grow.h"
#include "tasks/decoding/paths.h"
#include "tasks/decoding/score.h"
#include "tasks/decoding/top_symbols.h"

namespace fovea::tasks::decoding {
namespace {

// A hypothesis by one symbol longer, as it competes for a place.
struct Next {
  double sum = 0;  // of log probabilities
  int64_t tip = 0, symbol = 0;
  float log_probability = 0;
};

bool comes_before(const Next& a, const Next& b) {
  if (a.sum != b.sum) return a.sum > b.sum;
  return a.tip != b.tip ? a.tip < b.tip : a.symbol < b.symbol;
}

struct Ended {
  int64_t node = 0;
  double score = 0;
};

// A hypothesis that goes on.
struct Open {
  int64_t node = Paths::kRoot;
  double sum = 0;
};

class Beam : public Growth {
 public:
  Beam(const SearchOptions& options, TopSymbols& top, int64_t parts);

  std::span<const Tip> tips() const override { return tips_; }
  void advance(const OwnRows& rows) override;
  std::vector<Hypothesis> outputs() override;

 private:
  void gather(const OwnRows& rows, int64_t places);
  void place(const OwnRows& rows);
  bool is_decided() const;
  double score(const Open& open, int64_t length);

  const SearchOptions& options_;
  TopSymbols& top_;
  Lengths lengths_;
  Ranking ranking_;
  Paths paths_;
  int64_t length_ = 0;                        // symbols of the open hypotheses
  std::vector<Open> open_ = {Open{}}, last_;  // now, and before the last step
  std::vector<Tip> tips_;
  std::vector<Ended> ended_;  // by falling score
  std::vector<Next> next_;
};

Beam::Beam(const SearchOptions& options, TopSymbols& top, int64_t parts)
    : options_(options),
      top_(top),
      lengths_(checked_lengths(options.rules, top.symbols(), parts)),
      ranking_(options.length_penalty, options.coverage_penalty, lengths_.most),
      paths_(parts, options.rules.weights || options.coverage_penalty != 0),
      tips_{{.symbol = options.rules.begin, .from = 0}} {}

// The `places` best of what may come next.
void Beam::gather(const OwnRows& rows, int64_t places) {
  next_.clear();
  const bool may_end = length_ >= lengths_.least, must_end = length_ == lengths_.most;
  const int64_t except = may_end ? kNoSymbol : options_.rules.end;
  for (int64_t tip = 0; tip < static_cast<int64_t>(open_.size()); ++tip) {
    const double sum = open_[static_cast<size_t>(tip)].sum;
    const auto offer = [&](float log_probability, int64_t symbol) {
      next_.push_back({.sum = sum + log_probability, .tip = tip, .symbol = symbol, .log_probability = log_probability});
    };
    if (must_end) {
      const float end = checked_log_probability(rows.row(tip)[static_cast<size_t>(options_.rules.end)]);
      if (std::isfinite(end)) offer(end, options_.rules.end);
      continue;
    }
    // Of a row only what is above the last of those that have a place so far can still get one.
    float floor = -std::numeric_limits<float>::infinity();
    if (static_cast<int64_t>(next_.size()) == places) {
      floor = std::nextafter(static_cast<float>(next_.back().sum - sum), floor);
    }
    for (const Candidate& candidate : top_.select(rows.row(tip), places, floor, except)) {
      offer(candidate.log_probability, candidate.symbol);
    }
    if (static_cast<int64_t>(next_.size()) >= places) {
      std::nth_element(next_.begin(), next_.begin() + places - 1, next_.end(), comes_before);
      next_.resize(static_cast<size_t>(places));
    }
  }
  std::sort(next_.begin(), next_.end(), comes_before);
  next_.resize(std::min(next_.size(), static_cast<size_t>(places)));
}

double Beam::score(const Open& open, int64_t length) {
  return ranking_.score(open.sum, length, ranking_.needs_coverage() ? coverage(paths_.coverage(open.node)) : 0.0);
}

// Whether no open hypothesis can come among the best any more. Of equal score the one that ended first is the better.
bool Beam::is_decided() const {
  const size_t best = static_cast<size_t>(options_.best);
  return ended_.size() >= best && ended_[best - 1].score >= ranking_.bound(open_.front().sum);
}

// Ends those that end, and lets the others go on.
void Beam::place(const OwnRows& rows) {
  std::vector<int64_t> looks(open_.size(), -1);  // kept for those rows that something goes on from
  last_.swap(open_);
  open_.clear();
  tips_.clear();
  for (const Next& next : next_) {
    int64_t& look = looks[static_cast<size_t>(next.tip)];
    if (paths_.keeps_weights() && look < 0) look = paths_.keep(rows.weights_of(next.tip));
    const int64_t before = last_[static_cast<size_t>(next.tip)].node;
    const Open longer = {.node = paths_.add(before, next.symbol, next.log_probability, look), .sum = next.sum};
    if (next.symbol != options_.rules.end) {
      open_.push_back(longer);
      tips_.push_back({.symbol = next.symbol, .from = next.tip});
      continue;
    }
    const Ended ended = {.node = longer.node, .score = score(longer, length_ + 1)};
    const auto behind = std::upper_bound(ended_.begin(), ended_.end(), ended,
                                         [](const Ended& a, const Ended& b) { return a.score > b.score; });
    ended_.insert(behind, ended);
  }
}

void Beam::advance(const OwnRows& rows) {
  FOVEA_CHECK(!paths_.keeps_weights() || rows.has_weights(), "the model does not say where it attends");
  gather(rows, options_.beam - static_cast<int64_t>(ended_.size()));
  place(rows);
  ++length_;
  if (open_.empty() || !options_.early_stop || !is_decided()) return;
  open_.clear();
  tips_.clear();
}

std::vector<Hypothesis> Beam::outputs() {
  const bool any_ended = !ended_.empty();
  if (!any_ended) {  // those that nothing could follow
    for (const Open& open : last_) {
      ended_.push_back({.node = open.node, .score = score(open, length_ - 1)});
    }
    std::stable_sort(ended_.begin(), ended_.end(), [](const Ended& a, const Ended& b) { return a.score > b.score; });
  }
  std::vector<Hypothesis> outputs;
  for (const Ended& ended : ended_) {
    if (static_cast<int64_t>(outputs.size()) == options_.best) break;
    outputs.push_back(paths_.read(ended.node, any_ended, options_.rules.weights));
    outputs.back().score = ended.score;
  }
  return outputs;
}

}  // namespace

std::vector<std::vector<Hypothesis>> search(NextSymbols& model, std::span<const int64_t> parts,
                                            const SearchOptions& options) {
  FOVEA_CHECK(options.beam >= 1 && options.best >= 1 && options.best <= options.beam, "beam", options.beam, "best",
              options.best);
  TopSymbols top(model.symbols(), options.rules.forbidden);
  return grow(model, parts, [&](size_t b) { return std::make_unique<Beam>(options, top, parts[b]); });
}

}  // namespace fovea::tasks::decoding
