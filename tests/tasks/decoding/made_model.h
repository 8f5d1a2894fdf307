// A model whose probabilities a function of the input and of the symbols so far gives, with a record of what it was
// asked. It holds the rows that it is asked for against those of the step before.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tasks/decoding/beam.h"
#include "tasks/decoding/next_symbols.h"
#include "tasks/decoding/outputs.h"

namespace fovea::tasks::decoding {

using Symbols = std::vector<int64_t>;
using Floats = std::vector<float>;
using Given = std::function<Floats(int64_t input, const Symbols& before)>;

inline constexpr float kZero = -std::numeric_limits<float>::infinity();  // the log of probability 0
inline constexpr int64_t kBegin = -7;  // what hypotheses without symbols read in these tests

class MadeModel : public NextSymbols {
 public:
  // Log probabilities [V], and weights [parts] or nothing.
  MadeModel(int64_t symbols, Given log_probabilities, Given weights = nullptr)
      : symbols_(symbols), log_probabilities_(std::move(log_probabilities)), weights_(std::move(weights)) {}

  int64_t symbols() const override { return symbols_; }

  NextStep step(const StepRows& rows) override {
    EXPECT_EQ(rows.symbols.size(), rows.from.size());
    EXPECT_EQ(rows.symbols.size(), rows.inputs.size());
    std::vector<Row> now;
    given_.clear();
    attended_.clear();
    for (size_t i = 0; i < rows.symbols.size(); ++i) {
      Row row = {.input = rows.inputs[i], .before = {}};
      EXPECT_LE(rows.inputs[i > 0 ? i - 1 : 0], row.input);
      if (asked.empty()) {
        EXPECT_EQ(rows.symbols[i], kBegin);
        EXPECT_EQ(rows.from[i], row.input);
      } else {
        const Row& before = rows_.at(static_cast<size_t>(rows.from[i]));
        EXPECT_EQ(before.input, row.input);
        row.before = before.before;
        row.before.push_back(rows.symbols[i]);
      }
      const Floats log_probabilities = log_probabilities_(row.input, row.before);
      given_.insert(given_.end(), log_probabilities.begin(), log_probabilities.end());
      if (weights_) {
        const Floats weights = weights_(row.input, row.before);
        attended_.insert(attended_.end(), weights.begin(), weights.end());
      }
      now.push_back(std::move(row));
    }
    rows_ = std::move(now);
    asked.push_back(Symbols(rows.inputs.begin(), rows.inputs.end()));
    return {.log_probabilities = given_, .weights = attended_};
  }

  int64_t rows_asked() const {
    int64_t sum = 0;
    for (const Symbols& step : asked) sum += static_cast<int64_t>(step.size());
    return sum;
  }

  std::vector<Symbols> asked;  // the inputs of the rows of each step

 private:
  struct Row {
    int64_t input = 0;
    Symbols before;
  };

  int64_t symbols_;
  Given log_probabilities_, weights_;
  std::vector<Row> rows_;
  Floats given_, attended_;
};

inline Floats logs(const std::vector<double>& probabilities) {
  Floats values;
  for (const double one : probabilities) values.push_back(static_cast<float>(std::log(one)));
  return values;
}

// `count` probabilities that sum to 1, of another kind for each seed and symbols before; the greater the spread the
// more unequal.
inline std::vector<double> made_probabilities(uint64_t seed, const Symbols& before, int64_t count, double spread) {
  uint64_t key = mix64(seed);
  for (const int64_t symbol : before) key = mix64(key ^ mix64(static_cast<uint64_t>(symbol) + 1));
  std::vector<double> values;
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(std::exp(spread * uniform(key, static_cast<uint64_t>(i))));
    sum += values.back();
  }
  for (double& value : values) value /= sum;
  return values;
}

// Of input i the probabilities of seeds[i].
inline Given made_symbols(std::vector<uint64_t> seeds, int64_t symbols, double spread) {
  return [=](int64_t input, const Symbols& before) {
    return logs(made_probabilities(seeds.at(static_cast<size_t>(input)), before, symbols, spread));
  };
}

inline Given made_weights(std::vector<uint64_t> seeds, std::vector<int64_t> parts) {
  return [=](int64_t input, const Symbols& before) {
    const size_t i = static_cast<size_t>(input);
    const auto values = made_probabilities(seeds.at(i) + 1000, before, parts.at(i), 4);
    return Floats(values.begin(), values.end());
  };
}

inline std::function<Lengths(int64_t)> from_to(int64_t least, int64_t most) {
  return [=](int64_t) { return Lengths{least, most}; };
}

inline SearchOptions options_of(int64_t beam, int64_t best, int64_t end, std::function<Lengths(int64_t)> lengths) {
  SearchOptions options;
  options.beam = beam;
  options.best = best;
  options.rules.begin = kBegin;
  options.rules.end = end;
  options.rules.lengths = std::move(lengths);
  return options;
}

// Bit for bit.
inline void expect_equal(const Hypothesis& a, const Hypothesis& b) {
  EXPECT_EQ(a.symbols, b.symbols);
  EXPECT_EQ(a.log_probabilities, b.log_probabilities);
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.ended, b.ended);
}

inline void expect_equal(const std::vector<Hypothesis>& a, const std::vector<Hypothesis>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) expect_equal(a[i], b[i]);
}

}  // namespace fovea::tasks::decoding
