#include "tasks/decoding/beam.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tasks/decoding/made_model.h"

namespace fovea::tasks::decoding {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Beam, OfOneTakesTheMostProbableSymbolEachTime) {
  const std::vector<uint64_t> seeds = {5, 6, 7, 8};
  const Given given = made_symbols(seeds, 30, 6);
  MadeModel model(30, given);
  const auto found = search(model, Symbols(4, 1), options_of(1, 1, 3, from_to(0, 40)));
  std::set<size_t> lengths;
  for (int64_t b = 0; b < 4; ++b) {
    Symbols symbols;
    Floats log_probabilities;
    for (;;) {
      const Floats next = given(b, symbols);
      const auto best = std::max_element(next.begin(), next.end());
      const int64_t symbol = symbols.size() == 40 ? 3 : best - next.begin();
      log_probabilities.push_back(next[static_cast<size_t>(symbol)]);
      if (symbol == 3) break;
      symbols.push_back(symbol);
    }
    ASSERT_EQ(found[static_cast<size_t>(b)].size(), 1u);
    EXPECT_EQ(found[static_cast<size_t>(b)][0].symbols, symbols);
    EXPECT_EQ(found[static_cast<size_t>(b)][0].log_probabilities, log_probabilities);
    lengths.insert(symbols.size());
  }
  EXPECT_GT(lengths.size(), 2u) << "else it shows little";
}

TEST(Beam, OutputsAreSortedAndDistinctAndTellTheirWay) {
  const std::vector<uint64_t> seeds = {11, 12};
  const std::vector<int64_t> parts = {2, 4};
  const Given symbols = made_symbols(seeds, 9, 5), weights = made_weights(seeds, parts);
  MadeModel model(9, symbols, weights);
  SearchOptions options = options_of(12, 7, 0, from_to(0, 8));
  options.rules.weights = true;
  const auto found = search(model, parts, options);
  for (size_t b = 0; b < 2; ++b) {
    ASSERT_EQ(found[b].size(), 7u);
    std::set<Symbols> seen;
    for (size_t i = 0; i < 7; ++i) {
      const Hypothesis& one = found[b][i];
      EXPECT_TRUE(seen.insert(one.symbols).second);
      EXPECT_LE(one.score, found[b][i > 0 ? i - 1 : 0].score);
      ASSERT_EQ(one.log_probabilities.size(), one.symbols.size() + 1);
      ASSERT_EQ(one.weights.size(), one.symbols.size() + 1);
      Symbols before;
      for (size_t n = 0; n < one.weights.size(); ++n) {
        const size_t symbol = n < one.symbols.size() ? static_cast<size_t>(one.symbols[n]) : 0;
        EXPECT_EQ(one.log_probabilities[n], symbols(static_cast<int64_t>(b), before)[symbol]);
        EXPECT_EQ(one.weights[n], weights(static_cast<int64_t>(b), before));
        before.push_back(static_cast<int64_t>(symbol));
      }
    }
  }
}

TEST(Beam, OutputsDependNeitherOnTheInputsBesideThemNorOnTheirOrder) {
  const std::vector<uint64_t> seeds = {1, 2, 3, 4, 5};
  const std::vector<int64_t> parts = {4, 0, 1, 7, 2};
  SearchOptions options = options_of(6, 4, 1, [](int64_t n) { return Lengths{n / 2, n + 2}; });
  options.rules.weights = true;
  options.coverage_penalty = 0.2;
  MadeModel together(70, made_symbols(seeds, 70, 6), made_weights(seeds, parts));
  const auto all = search(together, parts, options);
  const std::vector<uint64_t> backwards(seeds.rbegin(), seeds.rend());
  const std::vector<int64_t> backward_parts(parts.rbegin(), parts.rend());
  MadeModel turned(70, made_symbols(backwards, 70, 6), made_weights(backwards, backward_parts));
  const auto other_order = search(turned, backward_parts, options);
  for (size_t b = 0; b < 5; ++b) {
    MadeModel alone(70, made_symbols({seeds[b]}, 70, 6), made_weights({seeds[b]}, {parts[b]}));
    expect_equal(all[b], search(alone, Symbols{parts[b]}, options).front());
    expect_equal(all[b], other_order[4 - b]);
  }
}

TEST(Beam, InputsThatAreOverLeaveTheBatch) {
  // Input b says its own symbol b times and then the end.
  const Given given = [](int64_t input, const Symbols& before) {
    return static_cast<int64_t>(before.size()) < input ? logs({0.9, 0.1, 0}) : logs({0, 0.3, 0.7});
  };
  MadeModel model(3, given);
  const auto found = search(model, Symbols(3, 1), options_of(1, 1, 2, from_to(0, 9)));
  EXPECT_THAT(model.asked, ElementsAre(ElementsAre(0, 1, 2), ElementsAre(1, 2), ElementsAre(2)));
  for (size_t b = 0; b < 3; ++b) EXPECT_EQ(found[b][0].symbols, Symbols(b, 0));
}

TEST(Beam, OneThatEndsTakesItsPlaceWithIt) {
  const Given given = [](int64_t, const Symbols&) { return logs({0.4, 0.35, 0.25}); };
  MadeModel model(3, given);
  SearchOptions options = options_of(3, 3, 2, from_to(0, 9));
  options.early_stop = false;
  const auto found = search(model, Symbols{1}, options);
  // Of 0, 1 and the end all three have a place; then of 00, 01, 10, 11 and the two ends the two best.
  EXPECT_EQ(model.asked[1].size(), 2u);
  EXPECT_EQ(model.asked[2].size(), 2u);
  ASSERT_EQ(found[0].size(), 3u);
  EXPECT_EQ(std::count_if(found[0].begin(), found[0].end(), [](const auto& one) { return one.symbols.empty(); }), 1);
}

// "1 0" is better than "0 1" by less than a float tells apart at their size.
TEST(Beam, NoneIsOverlookedThatWinsByLessThanAFloatTells) {
  const float second = -0.5F - 3 * std::ldexp(1.0F, -24), third = std::nextafter(-3.0F, 0.0F);
  const Given given = [=](int64_t, const Symbols& before) {
    if (before.empty()) return Floats{-0.5F, second, kZero};
    if (before.size() == 2) return Floats{kZero, kZero, 0};
    return before[0] == 0 ? Floats{-2, -3, kZero} : Floats{third, kZero, kZero};
  };
  ASSERT_GT(double{second} + third, -3.5);
  ASSERT_EQ(second + third, -3.5F);
  MadeModel model(3, given);
  const auto found = search(model, Symbols{1}, options_of(2, 2, 2, from_to(0, 2)))[0];
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].symbols, (Symbols{0, 0}));
  EXPECT_EQ(found[1].symbols, (Symbols{1, 0}));
}

TEST(Beam, LengthsHold) {
  const std::vector<uint64_t> seeds = {1, 2, 3};
  const std::vector<int64_t> parts = {0, 2, 5};
  const auto lengths = [](int64_t n) { return Lengths{n, n + n / 2}; };
  for (const double end : {0.999, 1e-6}) {
    const Given given = [=](int64_t, const Symbols&) { return logs({(1 - end) / 2, end, (1 - end) / 2}); };
    MadeModel model(3, given);
    const auto found = search(model, parts, options_of(4, 4, 1, lengths));
    for (size_t b = 0; b < 3; ++b) {
      for (const Hypothesis& one : found[b]) {
        EXPECT_TRUE(one.ended);
        EXPECT_GE(static_cast<int64_t>(one.symbols.size()), lengths(parts[b]).least);
        EXPECT_LE(static_cast<int64_t>(one.symbols.size()), lengths(parts[b]).most);
        EXPECT_EQ(one.log_probabilities.back(), logs({end})[0]);
      }
      const int64_t wanted = end > 0.5 ? lengths(parts[b]).least : lengths(parts[b]).most;
      EXPECT_EQ(static_cast<int64_t>(found[b][0].symbols.size()), wanted);
    }
  }
}

TEST(Beam, LengthPenaltyChangesAnOrder) {
  // "0" is as probable as e^-1.2, and "1 1 1" as e^-1.6 in all.
  const Given given = [](int64_t, const Symbols& before) {
    const float third = -1.6F / 3;
    if (before.empty()) return Floats{-1.2F, third, kZero};
    if (before[0] == 0) return Floats{kZero, kZero, 0};
    return before.size() < 3 ? Floats{kZero, third, kZero} : Floats{kZero, kZero, 0};
  };
  SearchOptions options = options_of(2, 2, 2, from_to(0, 5));
  options.length_penalty = 0;
  MadeModel plain(3, given), penalised(3, given);
  EXPECT_EQ(search(plain, Symbols{1}, options)[0][0].symbols, Symbols{0});
  options.length_penalty = 1.2;  // (7/6)^1.2 = 1.20, (9/6)^1.2 = 1.63
  const auto found = search(penalised, Symbols{1}, options)[0];
  EXPECT_EQ(found[0].symbols, (Symbols{1, 1, 1}));
  EXPECT_NEAR(found[0].score, -1.6 / std::pow(1.5, 1.2), 1e-6);
  EXPECT_NEAR(found[1].score, -1.2 / std::pow(7 / 6.0, 1.2), 1e-6);
}

TEST(Beam, CoveragePenaltyChangesAnOrder) {
  // 0 is the more probable, but then the model stays with the first part; after 1 it looks at the other.
  const Given given = [](int64_t, const Symbols& before) {
    return before.empty() ? logs({0.6, 0.4, 0}) : logs({0, 0, 1});
  };
  const Given weights = [](int64_t, const Symbols& before) {
    return before == Symbols{1} ? Floats{0.25F, 0.75F} : Floats{0.75F, 0.25F};
  };
  SearchOptions options = options_of(2, 2, 2, from_to(0, 5));
  MadeModel plain(3, given, weights), penalised(3, given, weights);
  EXPECT_EQ(search(plain, Symbols{2}, options)[0][0].symbols, Symbols{0});
  options.coverage_penalty = 1;
  const auto found = search(penalised, Symbols{2}, options)[0];
  EXPECT_EQ(found[0].symbols, Symbols{1});
  EXPECT_NEAR(found[0].score, std::log(0.4) / std::pow(7 / 6.0, 0.6), 1e-6);
  EXPECT_EQ(found[1].symbols, Symbols{0});
  EXPECT_NEAR(found[1].score, std::log(0.6) / std::pow(7 / 6.0, 0.6) + std::log(0.5), 1e-6);
  EXPECT_THAT(found[0].weights, IsEmpty()) << "nobody asked for them";
}

TEST(Beam, ForbiddenSymbolsAreNeverChosen) {
  const Given given = [](int64_t, const Symbols&) { return logs({0.7, 0.1, 0.05, 0.15}); };
  MadeModel model(4, given);
  SearchOptions options = options_of(5, 5, 2, from_to(2, 4));
  options.rules.forbidden = {0, 3};
  const auto found = search(model, Symbols{1}, options)[0];
  EXPECT_EQ(found.size(), 3u);
  for (const Hypothesis& one : found) {
    EXPECT_EQ(one.symbols, Symbols(one.symbols.size(), 1));
  }
}

TEST(Beam, WhatNothingCanFollowIsHandedOutOnlyWhereNothingEnded) {
  const Given dead = [](int64_t, const Symbols& before) {
    return before.size() < 2 ? logs({0.6, 0.4, 0}) : Floats(3, kZero);
  };
  MadeModel model(3, dead);
  const auto found = search(model, Symbols{1}, options_of(3, 2, 2, from_to(0, 9)))[0];
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].symbols, (Symbols{0, 0}));
  EXPECT_EQ(found[0].log_probabilities.size(), 2u);
  EXPECT_FALSE(found[0].ended);
  EXPECT_NEAR(found[1].score, std::log(0.24) / std::pow(7 / 6.0, 0.6), 1e-6);
  const Given one_way = [](int64_t, const Symbols& before) {
    if (before.empty()) return logs({0.9, 0.1, 0});
    return before[0] == 1 ? logs({0, 0, 1}) : Floats(3, kZero);
  };
  const Given no_end = [](int64_t, const Symbols&) { return logs({0.6, 0.4, 0}); };
  MadeModel endless(3, no_end);
  const auto cut = search(endless, Symbols{1}, options_of(2, 1, 2, from_to(0, 3)))[0];
  ASSERT_EQ(cut.size(), 1u);
  EXPECT_EQ(cut[0].symbols, (Symbols{0, 0, 0})) << "an end of probability 0 is none at the greatest length either";
  EXPECT_FALSE(cut[0].ended);
  MadeModel other(3, one_way);
  const auto ended = search(other, Symbols{1}, options_of(3, 3, 2, from_to(0, 9)))[0];
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].symbols, Symbols{1});
  EXPECT_TRUE(ended[0].ended);
}

TEST(Beam, SmallestThings) {
  const Given only_end = [](int64_t, const Symbols&) { return Floats{0}; };
  MadeModel model(1, only_end);
  const auto found = search(model, Symbols{0, 3}, options_of(4, 2, 0, from_to(0, 5)));
  for (size_t b = 0; b < 2; ++b) {
    ASSERT_EQ(found[b].size(), 1u);
    EXPECT_THAT(found[b][0].symbols, IsEmpty());
    EXPECT_TRUE(found[b][0].ended);
    EXPECT_EQ(found[b][0].score, 0);
  }
  MadeModel must_go_on(1, only_end);
  const auto cut = search(must_go_on, Symbols{3}, options_of(4, 2, 0, from_to(1, 5)))[0];
  ASSERT_EQ(cut.size(), 1u);
  EXPECT_FALSE(cut[0].ended);
  EXPECT_THAT(cut[0].log_probabilities, IsEmpty());
  MadeModel unasked(1, only_end);
  EXPECT_THAT(search(unasked, {}, options_of(4, 2, 0, from_to(0, 5))), IsEmpty());
  EXPECT_THAT(unasked.asked, IsEmpty());
  MadeModel none_allowed(2, [](int64_t, const Symbols&) { return logs({0.9, 0.1}); });
  const auto empty = search(none_allowed, Symbols{2}, options_of(4, 2, 1, from_to(0, 0)))[0];
  ASSERT_EQ(empty.size(), 1u);
  EXPECT_THAT(empty[0].symbols, IsEmpty());
  EXPECT_NEAR(empty[0].score, std::log(0.1), 1e-6);
}

TEST(Beam, WhatAModelMustNotSayIsABug) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto searched = [](Floats row, Given weights, int64_t most) {
    MadeModel model(
        3, [=](int64_t, const Symbols&) { return row; }, weights);
    SearchOptions options = options_of(2, 1, 2, from_to(0, most));
    options.coverage_penalty = weights ? 0.1 : 0;
    search(model, Symbols{2}, options);
  };
  const auto weighing = [](Floats weights) { return [=](int64_t, const Symbols&) { return weights; }; };
  EXPECT_NO_THROW(searched({-1, -2, -3}, weighing({0.5F, 0.5F}), 3));
  for (const int64_t most : {0, 3}) {
    EXPECT_THROW(searched({-1, -2, nan}, nullptr, most), InternalError);
    EXPECT_THROW(searched({-1, -2, 0.5F}, nullptr, most), InternalError);
  }
  EXPECT_THROW(searched({nan, -2, -1}, nullptr, 3), InternalError);
  EXPECT_THROW(searched({-1, -2}, nullptr, 3), InternalError);
  EXPECT_THROW(searched({-1, -2, -3}, weighing({}), 3), InternalError) << "it does not attend";
  EXPECT_THROW(searched({-1, -2, -3}, weighing({1}), 3), InternalError);
  EXPECT_THROW(searched({-1, -2, -3}, weighing({0.5F, nan}), 3), InternalError);
  EXPECT_THROW(searched({-1, -2, -3}, weighing({1.5F, -0.5F}), 3), InternalError);
}

TEST(Beam, RefusesOptionsOutOfRange) {
  const auto searched = [](const std::function<void(SearchOptions&)>& change) {
    MadeModel model(3, [](int64_t, const Symbols&) { return logs({0.2, 0.3, 0.5}); });
    SearchOptions options = options_of(2, 2, 2, from_to(0, 2));
    change(options);
    search(model, Symbols{2}, options);
  };
  EXPECT_NO_THROW(searched([](SearchOptions&) {}));
  EXPECT_THROW(searched([](SearchOptions& o) { o.beam = o.best = 0; }), InternalError);
  EXPECT_THROW(searched([](SearchOptions& o) { o.best = 0; }), InternalError);
  EXPECT_THROW(searched([](SearchOptions& o) { o.best = 3; }), InternalError);
  EXPECT_THROW(searched([](SearchOptions& o) { o.rules.end = 3; }), InternalError);
  EXPECT_THROW(searched([](SearchOptions& o) { o.rules.forbidden = {2}; }), InternalError);
  EXPECT_THROW(searched([](SearchOptions& o) { o.rules.forbidden = {3}; }), InternalError);
  EXPECT_THROW(searched([](SearchOptions& o) { o.rules.lengths = from_to(2, 1); }), InternalError);
  EXPECT_THROW(searched([](SearchOptions& o) { o.rules.lengths = from_to(-1, 1); }), InternalError);
  EXPECT_THROW(searched([](SearchOptions& o) { o.rules.weights = true; }), InternalError);
}

}  // namespace
}  // namespace fovea::tasks::decoding
