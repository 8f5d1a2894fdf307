// Beam search held against what is simple and slow: all outputs that there are, a beam that sorts all that may come
// next, and itself without an early stop.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tasks/decoding/beam.h"
#include "tasks/decoding/made_model.h"

namespace fovea::tasks::decoding {
namespace {

// Every output there is, with the score that it should have.
struct Everything {
  const Given& log_probabilities;
  const Given& weights;
  const SearchOptions& options;
  Lengths lengths;
  std::vector<Hypothesis> all = {};

  void go_on(int64_t input, const Symbols& symbols, double sum, const std::vector<double>& attended) {
    const Floats next = log_probabilities(input, symbols), look = weights(input, symbols);
    std::vector<double> totals = attended;
    for (size_t part = 0; part < look.size(); ++part) totals[part] += look[part];
    const int64_t length = static_cast<int64_t>(symbols.size());
    for (int64_t symbol = 0; symbol < static_cast<int64_t>(next.size()); ++symbol) {
      const double longer = sum + next[static_cast<size_t>(symbol)];
      if (symbol == options.rules.end) {
        if (length >= lengths.least) add(symbols, longer, totals);
      } else if (length < lengths.most) {
        Symbols more = symbols;
        more.push_back(symbol);
        go_on(input, more, longer, totals);
      }
    }
  }

  void add(const Symbols& symbols, double sum, const std::vector<double>& totals) {
    Hypothesis one;
    one.symbols = symbols;
    const double n = static_cast<double>(symbols.size()) + 1;
    one.score = sum * std::pow(6 / (5 + n), options.length_penalty);
    for (const double total : totals) one.score += options.coverage_penalty * std::log(std::min(total, 1.0));
    all.push_back(one);
  }
};

TEST(BeamOracle, FindsTheBestOutputsThereAreWhereItHoldsAll) {
  const std::vector<int64_t> parts = {3, 0, 5};
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const std::vector<uint64_t> seeds = {seed, seed + 10, seed + 20};
    const Given symbols = made_symbols(seeds, 4, 3), weights = made_weights(seeds, parts);
    for (const auto& [alpha, beta] : {std::pair(0.0, 0.0), {0.6, 0.0}, {0.6, 0.5}, {1.4, 0.1}}) {
      SearchOptions options = options_of(256, 12, 2, from_to(1, 3));
      options.length_penalty = alpha;
      options.coverage_penalty = beta;
      MadeModel model(4, symbols, weights);
      const auto found = search(model, parts, options);
      ASSERT_EQ(found.size(), 3u);
      for (size_t b = 0; b < 3; ++b) {
        Everything every = {symbols, weights, options, {1, 3}};
        every.go_on(static_cast<int64_t>(b), {}, 0, std::vector<double>(static_cast<size_t>(parts[b])));
        ASSERT_EQ(every.all.size(), 3u + 9 + 27);
        std::sort(every.all.begin(), every.all.end(), [](const auto& x, const auto& y) { return x.score > y.score; });
        ASSERT_EQ(found[b].size(), 12u);
        for (size_t i = 0; i < 12; ++i) {
          EXPECT_EQ(found[b][i].symbols, every.all[i].symbols) << seed << ' ' << alpha << ' ' << b << ' ' << i;
          EXPECT_NEAR(found[b][i].score, every.all[i].score, 1e-9);
          EXPECT_TRUE(found[b][i].ended);
        }
      }
    }
  }
}

// A hypothesis of the plain beam.
struct Plain {
  Symbols symbols;
  double sum = 0;
};

// Sorts all that may come next, keeps as many as there are places; → the ended ones by falling score.
std::vector<Plain> plain_beam(const Given& given, int64_t input, const SearchOptions& options, int64_t most) {
  std::vector<Plain> open = {{}}, ended;
  const auto end = options.rules.end;
  for (int64_t length = 0; !open.empty(); ++length) {
    std::vector<Plain> next;
    for (const Plain& one : open) {
      const Floats row = given(input, one.symbols);
      for (int64_t symbol = 0; symbol < static_cast<int64_t>(row.size()); ++symbol) {
        if (length == most && symbol != end) continue;
        next.push_back({one.symbols, one.sum + row[static_cast<size_t>(symbol)]});
        next.back().symbols.push_back(symbol);
      }
    }
    std::stable_sort(next.begin(), next.end(), [](const Plain& a, const Plain& b) { return a.sum > b.sum; });
    next.resize(std::min(next.size(), static_cast<size_t>(options.beam) - ended.size()));
    open.clear();
    for (const Plain& one : next) (one.symbols.back() == end ? ended : open).push_back(one);
  }
  const auto score = [&](const Plain& one) {
    return one.sum / std::pow((5 + static_cast<double>(one.symbols.size())) / 6, options.length_penalty);
  };
  std::stable_sort(ended.begin(), ended.end(), [&](const Plain& a, const Plain& b) { return score(a) > score(b); });
  return ended;
}

TEST(BeamOracle, KeepsWhatAPlainBeamKeeps) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Given smooth = made_symbols({seed, seed + 50}, 130, 7);
    // With ties, within a row and between hypotheses.
    const Given coarse = [&](int64_t input, const Symbols& before) {
      Floats row = smooth(input, before);
      for (float& value : row) value = std::floor(value);
      return row;
    };
    for (const Given& given : {smooth, coarse}) {
      const int64_t beam = 2 + static_cast<int64_t>(seed % 7);
      const SearchOptions options = options_of(beam, beam, 3, from_to(0, 6));
      MadeModel model(130, given);
      const auto found = search(model, Symbols{1, 1}, options);
      for (size_t b = 0; b < 2; ++b) {
        const auto plain = plain_beam(given, static_cast<int64_t>(b), options, 6);
        ASSERT_EQ(found[b].size(), plain.size());
        for (size_t i = 0; i < plain.size(); ++i) {
          Symbols symbols = found[b][i].symbols;
          symbols.push_back(3);
          EXPECT_EQ(symbols, plain[i].symbols) << seed << ' ' << b << ' ' << i;
        }
      }
    }
  }
}

TEST(BeamOracle, EarlyStopLeavesOutOnlyWhatChangesNothing) {
  int64_t rows = 0, rows_without = 0, steps = 0, steps_without = 0;
  for (uint64_t seed = 1; seed <= 120; ++seed) {
    const std::vector<uint64_t> seeds = {seed, seed + 100};
    const std::vector<int64_t> parts = {3, 6};
    const Given weights = made_weights(seeds, parts);
    SearchOptions options = options_of(1 + static_cast<int64_t>(seed % 6), 1 + static_cast<int64_t>(seed % 3 / 2), 1,
                                       from_to(seed % 2, 12));
    const double spread = seed % 3 == 0 ? 4 : 16;  // the greater, the less a further symbol costs
    options.length_penalty = 0.5 * static_cast<double>(seed % 4);
    options.coverage_penalty = seed % 5 == 0 ? 0.3 : 0;
    options.best = std::min(options.best, options.beam);
    MadeModel model(6, made_symbols(seeds, 6, spread), weights), without(6, made_symbols(seeds, 6, spread), weights);
    const auto found = search(model, parts, options);
    options.early_stop = false;
    const auto all = search(without, parts, options);
    for (size_t b = 0; b < 2; ++b) expect_equal(found[b], all[b]);
    rows += model.rows_asked();
    rows_without += without.rows_asked();
    steps += static_cast<int64_t>(model.asked.size());
    steps_without += static_cast<int64_t>(without.asked.size());
  }
  EXPECT_LT(rows, rows_without * 9 / 10);
  EXPECT_LT(steps, steps_without);
}

}  // namespace
}  // namespace fovea::tasks::decoding
