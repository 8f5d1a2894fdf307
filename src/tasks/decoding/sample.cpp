#include "tasks/decoding/sample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "base/errors.h"
#include "base/random.h"
#include "tasks/decoding/grow.h"
#include "tasks/decoding/paths.h"
#include "tasks/decoding/top_symbols.h"

namespace fovea::tasks::decoding {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr int kStepBits = 32;  // of a draw's position; the sample's number stands above them

// What one row leaves to choose from.
class Choice {
 public:
  Choice(TopSymbols& top, const SampleOptions& options) : top_(top), options_(options) {}

  // None but `only`, or any that is allowed but `except`; kNoSymbol: no such restriction.
  void prepare(std::span<const float> row, int64_t only, int64_t except);
  bool empty() const { return symbols_.empty(); }
  const Candidate& draw(double uniform) const;

 private:
  void take_all(std::span<const float> row, int64_t except);

  TopSymbols& top_;
  const SampleOptions& options_;
  std::vector<Candidate> symbols_;  // by number
  std::vector<double> cumulative_;
};

void Choice::take_all(std::span<const float> row, int64_t except) {
  for (size_t i = 0; i < row.size(); ++i) {
    const int64_t symbol = static_cast<int64_t>(i);
    if (row[i] != kNever && top_.allows(symbol) && symbol != except) {
      symbols_.push_back({checked_log_probability(row[i]), symbol});
    }
  }
}

void Choice::prepare(std::span<const float> row, int64_t only, int64_t except) {
  symbols_.clear();
  cumulative_.clear();
  if (only != kNoSymbol) {
    const float value = checked_log_probability(row[static_cast<size_t>(only)]);
    if (value != kNever) symbols_.push_back({value, only});
  } else if (options_.top > 0) {
    const auto most_probable = top_.select(row, options_.top, kNever, except);
    symbols_.assign(most_probable.begin(), most_probable.end());
    std::sort(symbols_.begin(), symbols_.end(),
              [](const Candidate& a, const Candidate& b) { return a.symbol < b.symbol; });
  } else {
    take_all(row, except);
  }
  double greatest = kNever, sum = 0;
  for (const Candidate& one : symbols_) greatest = std::max(greatest, static_cast<double>(one.log_probability));
  for (const Candidate& one : symbols_) {
    sum += std::exp((one.log_probability - greatest) / options_.temperature);
    cumulative_.push_back(sum);
  }
}

const Candidate& Choice::draw(double uniform) const {
  const auto drawn = std::upper_bound(cumulative_.begin(), cumulative_.end(), uniform * cumulative_.back());
  return symbols_[static_cast<size_t>(drawn - cumulative_.begin())];
}

struct Sample {
  int64_t node = Paths::kRoot, tip = 0;
  double sum = 0;
  bool goes_on = true, ended = false;
};

class Samples : public Growth {
 public:
  Samples(const SampleOptions& options, TopSymbols& top, int64_t parts, uint64_t number);

  std::span<const Tip> tips() const override { return tips_; }
  void advance(const OwnRows& rows) override;
  std::vector<Hypothesis> outputs() override;

 private:
  const SampleOptions& options_;
  Lengths lengths_;
  Choice choice_;
  Paths paths_;
  uint64_t base_;       // of the input's random numbers
  int64_t length_ = 0;  // symbols of those that go on
  std::vector<Sample> samples_;
  std::vector<Tip> tips_;
};

Samples::Samples(const SampleOptions& options, TopSymbols& top, int64_t parts, uint64_t number)
    : options_(options),
      lengths_(checked_lengths(options.rules, top.symbols(), parts)),
      choice_(top, options),
      paths_(parts, options.rules.weights),
      base_(stream_base({options.seed, Purpose::kSampling, number})),
      samples_(static_cast<size_t>(options.samples)),
      tips_{{.symbol = options.rules.begin, .from = 0}} {}

void Samples::advance(const OwnRows& rows) {
  FOVEA_CHECK(!paths_.keeps_weights() || rows.has_weights(), "the model does not say where it attends");
  const int64_t end = options_.rules.end;
  const int64_t only = length_ == lengths_.most ? end : kNoSymbol, except = length_ < lengths_.least ? end : kNoSymbol;
  tips_.clear();
  int64_t prepared = -1, look = -1;
  for (size_t i = 0; i < samples_.size(); ++i) {
    Sample& one = samples_[i];
    if (!one.goes_on) continue;
    const int64_t tip = one.tip;
    if (tip != prepared) {
      choice_.prepare(rows.row(tip), only, except);
      prepared = tip;
      if (paths_.keeps_weights()) look = paths_.keep(rows.weights_of(tip));
    }
    one.goes_on = false;
    if (choice_.empty()) continue;
    const uint64_t position = (static_cast<uint64_t>(i) << kStepBits) | static_cast<uint64_t>(length_);
    const Candidate& drawn = choice_.draw(uniform(base_, position));
    one.node = paths_.add(one.node, drawn.symbol, drawn.log_probability, look);
    one.sum += drawn.log_probability;
    one.ended = drawn.symbol == end;
    one.goes_on = !one.ended;
    one.tip = static_cast<int64_t>(tips_.size());
    if (one.goes_on) tips_.push_back({.symbol = drawn.symbol, .from = tip});
  }
  ++length_;
}

std::vector<Hypothesis> Samples::outputs() {
  std::vector<Hypothesis> outputs;
  for (const Sample& one : samples_) {
    outputs.push_back(paths_.read(one.node, one.ended, options_.rules.weights));
    outputs.back().score = one.sum;
  }
  return outputs;
}

}  // namespace

std::vector<std::vector<Hypothesis>> sample(NextSymbols& model, std::span<const int64_t> parts,
                                            std::span<const uint64_t> numbers, const SampleOptions& options) {
  FOVEA_CHECK(parts.size() == numbers.size(), parts.size(), "inputs,", numbers.size(), "numbers");
  FOVEA_CHECK(options.samples >= 1 && options.top >= 0, "samples", options.samples, "top", options.top);
  FOVEA_CHECK(std::isfinite(options.temperature) && options.temperature > 0, "temperature", options.temperature);
  TopSymbols top(model.symbols(), options.rules.forbidden);
  return grow(model, parts, [&](size_t b) { return std::make_unique<Samples>(options, top, parts[b], numbers[b]); });
}

}  // namespace fovea::tasks::decoding
