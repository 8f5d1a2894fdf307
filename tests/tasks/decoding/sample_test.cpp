#include "tasks/decoding/sample.h"

#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tasks/decoding/made_model.h"

namespace fovea::tasks::decoding {
namespace {

using ::testing::IsEmpty;

SampleOptions drawing(int64_t samples, int64_t end, std::function<Lengths(int64_t)> lengths) {
  SampleOptions options;
  options.samples = samples;
  options.rules.begin = kBegin;
  options.rules.end = end;
  options.rules.lengths = std::move(lengths);
  return options;
}

// Holds the first symbols of many samples against the probabilities that they should have.
void expect_drawn_by(const std::vector<double>& expected, const SampleOptions& options) {
  MadeModel model(5, [](int64_t, const Symbols&) { return logs({0.4, 0.3, 0.15, 0.1, 0.05}); });
  std::vector<double> counts(5);
  const auto found = sample(model, Symbols{1}, std::vector<uint64_t>{3}, options)[0];
  for (const Hypothesis& one : found) ++counts[static_cast<size_t>(one.symbols.at(0))];
  double chi_square = 0;
  int freedom = -1;
  for (size_t i = 0; i < 5; ++i) {
    const double mean = expected[i] * static_cast<double>(options.samples);
    if (mean == 0) {
      EXPECT_EQ(counts[i], 0) << i;
      continue;
    }
    chi_square += (counts[i] - mean) * (counts[i] - mean) / mean;
    ++freedom;
  }
  EXPECT_LT(chi_square, freedom + 4 * std::sqrt(2.0 * freedom)) << testing::PrintToString(counts);
}

TEST(Sample, SymbolsComeAsOftenAsTheyAreProbable) {
  SampleOptions options = drawing(20'000, 4, from_to(0, 1));
  options.rules.lengths = from_to(1, 1);  // the end, symbol 4, may not come first
  expect_drawn_by({0.4 / 0.95, 0.3 / 0.95, 0.15 / 0.95, 0.1 / 0.95, 0}, options);
  options.rules.forbidden = {1};
  expect_drawn_by({0.4 / 0.65, 0, 0.15 / 0.65, 0.1 / 0.65, 0}, options);
  options.rules.forbidden = {};
  options.top = 2;
  expect_drawn_by({4 / 7.0, 3 / 7.0, 0, 0, 0}, options);
  options.temperature = 0.5;
  expect_drawn_by({16 / 25.0, 9 / 25.0, 0, 0, 0}, options);
  options.top = 0;
  options.temperature = 2;
  std::vector<double> roots = {std::sqrt(0.4), std::sqrt(0.3), std::sqrt(0.15), std::sqrt(0.1), 0};
  const double sum = std::accumulate(roots.begin(), roots.end(), 0.0);
  for (double& root : roots) root /= sum;
  expect_drawn_by(roots, options);
}

// Whole outputs, so that the draws of later steps and of several inputs are seen to be independent.
TEST(Sample, OutputsComeAsOftenAsTheyAreProbable) {
  MadeModel model(3, [](int64_t, const Symbols& before) {
    return before.empty() || before[0] == 0 ? logs({0.5, 0.3, 0.2}) : logs({0.1, 0.6, 0.3});
  });
  const size_t inputs = 400;
  std::vector<uint64_t> numbers(inputs);
  std::iota(numbers.begin(), numbers.end(), 0);
  const auto found = sample(model, Symbols(inputs, 1), numbers, drawing(20, 2, from_to(0, 9)));
  std::map<Symbols, int> counts;
  for (const auto& of_input : found) {
    for (const Hypothesis& one : of_input) ++counts[one.symbols];
  }
  const double all = 20.0 * static_cast<double>(inputs);
  for (const auto& [symbols, p] : std::map<Symbols, double>{
           {{}, 0.2}, {{0}, 0.1}, {{1}, 0.09}, {{0, 1}, 0.5 * 0.3 * 0.2}, {{1, 1}, 0.3 * 0.6 * 0.3}}) {
    EXPECT_NEAR(counts[symbols], all * p, 4 * std::sqrt(all * p * (1 - p))) << testing::PrintToString(symbols);
  }
}

TEST(Sample, EqualSeedsDrawTheSameAndOthersDoNot) {
  const auto drawn = [](uint64_t seed) {
    MadeModel model(40, made_symbols({1, 2}, 40, 3));
    SampleOptions options = drawing(3, 0, from_to(4, 9));
    options.seed = seed;
    return sample(model, Symbols{2, 2}, std::vector<uint64_t>{8, 9}, options);
  };
  const auto first = drawn(5), again = drawn(5), other = drawn(6);
  for (size_t b = 0; b < 2; ++b) {
    expect_equal(first[b], again[b]);
    for (size_t i = 0; i < 3; ++i) EXPECT_NE(first[b][i].symbols, other[b][i].symbols);
    EXPECT_NE(first[b][0].symbols, first[b][1].symbols);
  }
}

TEST(Sample, OutputsDependNeitherOnTheInputsBesideThemNorOnHowManyAreDrawn) {
  const std::vector<uint64_t> seeds = {1, 2, 3}, numbers = {70, 4, 1ULL << 40};
  const std::vector<int64_t> parts = {3, 0, 5};
  SampleOptions options = drawing(4, 1, [](int64_t n) { return Lengths{n / 2, n + 3}; });
  options.rules.weights = true;
  MadeModel together(20, made_symbols(seeds, 20, 3), made_weights(seeds, parts));
  const auto all = sample(together, parts, numbers, options);
  options.samples = 2;
  for (size_t b = 0; b < 3; ++b) {
    MadeModel alone(20, made_symbols({seeds[b]}, 20, 3), made_weights({seeds[b]}, {parts[b]}));
    const auto fewer = sample(alone, Symbols{parts[b]}, std::vector<uint64_t>{numbers[b]}, options)[0];
    ASSERT_EQ(fewer.size(), 2u);
    for (size_t i = 0; i < 2; ++i) expect_equal(all[b][i], fewer[i]);
  }
}

TEST(Sample, TopOfAllIsAll) {
  const auto drawn = [](int64_t top) {
    MadeModel model(90, made_symbols({1}, 90, 3));
    SampleOptions options = drawing(5, 0, from_to(0, 9));
    options.top = top;
    return sample(model, Symbols{2}, std::vector<uint64_t>{0}, options)[0];
  };
  expect_equal(drawn(0), drawn(90));
  const auto most_probable = drawn(1);
  for (const Hypothesis& one : most_probable) expect_equal(one, most_probable[0]);
}

TEST(Sample, LengthsHoldAndTheWayIsTold) {
  const std::vector<int64_t> parts = {0, 4};
  const Given symbols = made_symbols({1, 2}, 3, 2), weights = made_weights({1, 2}, parts);
  MadeModel model(3, symbols, weights);
  SampleOptions options = drawing(50, 1, [](int64_t n) { return Lengths{n, 2 * n}; });
  options.rules.weights = true;
  options.temperature = 3;
  const auto found = sample(model, parts, std::vector<uint64_t>{1, 2}, options);
  for (size_t b = 0; b < 2; ++b) {
    ASSERT_EQ(found[b].size(), 50u);
    for (const Hypothesis& one : found[b]) {
      EXPECT_TRUE(one.ended);
      EXPECT_GE(static_cast<int64_t>(one.symbols.size()), parts[b]);
      EXPECT_LE(static_cast<int64_t>(one.symbols.size()), 2 * parts[b]);
      ASSERT_EQ(one.log_probabilities.size(), one.symbols.size() + 1);
      ASSERT_EQ(one.weights.size(), one.symbols.size() + 1);
      Symbols before;
      double sum = 0;
      for (size_t n = 0; n < one.weights.size(); ++n) {
        const size_t symbol = n < one.symbols.size() ? static_cast<size_t>(one.symbols[n]) : 1;
        EXPECT_EQ(one.log_probabilities[n], symbols(static_cast<int64_t>(b), before)[symbol]);
        EXPECT_EQ(one.weights[n], weights(static_cast<int64_t>(b), before));
        before.push_back(static_cast<int64_t>(symbol));
        sum += one.log_probabilities[n];
      }
      EXPECT_DOUBLE_EQ(one.score, sum);
    }
  }
  EXPECT_EQ(model.asked[0].size(), 2u) << "the first step is the same for all samples of an input";
}

TEST(Sample, WhereNothingCanFollowItStays) {
  const Given dead = [](int64_t, const Symbols& before) { return before.empty() ? logs({1, 0}) : Floats(2, kZero); };
  for (const int64_t top : {0, 1}) {
    MadeModel model(2, dead);
    SampleOptions options = drawing(2, 1, from_to(0, 5));
    options.top = top;
    const auto found = sample(model, Symbols{1}, std::vector<uint64_t>{1}, options)[0];
    for (const Hypothesis& one : found) {
      EXPECT_EQ(one.symbols, Symbols{0});
      EXPECT_EQ(one.log_probabilities.size(), 1u);
      EXPECT_FALSE(one.ended);
    }
  }
  MadeModel one_symbol(1, [](int64_t, const Symbols&) { return Floats{0}; });
  const auto found = sample(one_symbol, Symbols{0}, std::vector<uint64_t>{1}, drawing(1, 0, from_to(0, 5)))[0];
  EXPECT_THAT(found[0].symbols, IsEmpty());
  EXPECT_TRUE(found[0].ended);
}

TEST(Sample, RefusesWhatItMustNotBeAsked) {
  const auto drawn = [](float value, const std::function<void(SampleOptions&)>& change) {
    MadeModel model(2, [=](int64_t, const Symbols&) { return Floats{value, -1}; });
    SampleOptions options = drawing(2, 1, from_to(0, 3));
    change(options);
    sample(model, Symbols{1}, std::vector<uint64_t>{1}, options);
  };
  const auto as_is = [](SampleOptions&) {};
  EXPECT_NO_THROW(drawn(-1, as_is));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(drawn(nan, as_is), InternalError);
  EXPECT_THROW(drawn(nan, [](SampleOptions& o) { o.top = 1; }), InternalError);
  EXPECT_THROW(drawn(0.5F, as_is), InternalError);
  EXPECT_THROW(drawn(-1, [](SampleOptions& o) { o.samples = 0; }), InternalError);
  EXPECT_THROW(drawn(-1, [](SampleOptions& o) { o.top = -1; }), InternalError);
  EXPECT_THROW(drawn(-1, [](SampleOptions& o) { o.temperature = 0; }), InternalError);
  EXPECT_THROW(drawn(-1, [](SampleOptions& o) { o.temperature = std::numeric_limits<double>::infinity(); }),
               InternalError);
  EXPECT_THROW(drawn(-1, [](SampleOptions& o) { o.rules.weights = true; }), InternalError);
  MadeModel model(2, [](int64_t, const Symbols&) { return Floats{-1, -1}; });
  EXPECT_THROW(sample(model, Symbols{1, 1}, std::vector<uint64_t>{1}, drawing(2, 1, from_to(0, 3))), InternalError);
}

}  // namespace
}  // namespace fovea::tasks::decoding
