#include "tasks/decoding/top_symbols.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"
#include "tasks/decoding/made_model.h"

namespace fovea::tasks::decoding {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Asked {
  int64_t count = 1;
  float floor = kZero;
  int64_t except = kNoSymbol;
};

std::vector<Candidate> sorted(const std::vector<float>& row, const std::vector<int64_t>& forbidden,
                              const Asked& asked) {
  std::vector<Candidate> all;
  for (size_t i = 0; i < row.size(); ++i) {
    const int64_t symbol = static_cast<int64_t>(i);
    const bool may = std::count(forbidden.begin(), forbidden.end(), symbol) == 0 && symbol != asked.except;
    if (may && row[i] > kZero && row[i] >= asked.floor) all.push_back({row[i], symbol});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.log_probability > b.log_probability; });
  all.resize(std::min(all.size(), static_cast<size_t>(asked.count)));
  return all;
}

// Values with many ties where `levels` is small; some are of probability 0.
std::vector<float> made_row(int64_t symbols, uint64_t seed, int levels) {
  std::vector<float> row;
  for (int64_t i = 0; i < symbols; ++i) {
    const double drawn = uniform(seed, static_cast<uint64_t>(i));
    row.push_back(drawn < 0.05 ? kZero : static_cast<float>(-std::floor(drawn * levels) / levels * 9));
  }
  return row;
}

TEST(TopSymbols, AreThoseOfASortedRow) {
  for (const int64_t symbols : {1, 2, 63, 64, 65, 200, 1000, 4099}) {
    const std::vector<int64_t> forbidden = symbols < 3 ? std::vector<int64_t>{} : std::vector<int64_t>{0, symbols - 1};
    TopSymbols top(symbols, forbidden);
    for (const int levels : {3, 50, 1 << 20}) {
      const auto row = made_row(symbols, static_cast<uint64_t>(symbols + levels), levels);
      for (const int64_t count : {1, 2, 5, 17, 300}) {
        for (const float floor : {kZero, -3.0F, -0.5F}) {
          for (const int64_t except : {kNoSymbol, symbols / 2}) {
            const Asked asked = {count, floor, except};
            const auto found = top.select(row, count, floor, except);
            EXPECT_EQ(std::vector(found.begin(), found.end()), sorted(row, forbidden, asked))
                << symbols << " symbols, " << levels << " levels, " << count << " from " << floor << " without "
                << except;
          }
        }
      }
    }
  }
}

TEST(TopSymbols, OfEqualOnesTheLowerNumberComesFirst) {
  TopSymbols top(300, {});
  std::vector<float> row(300, -2.0F);
  row[250] = -1.0F;
  EXPECT_THAT(top.select(row, 4, kZero, kNoSymbol),
              ElementsAre(Candidate{-1, 250}, Candidate{-2, 0}, Candidate{-2, 1}, Candidate{-2, 2}));
}

TEST(TopSymbols, WithoutAnyThatMayBeChosenThereAreNone) {
  TopSymbols top(3, std::vector<int64_t>{1});
  EXPECT_THAT(top.select(std::vector<float>{kZero, -1, -2}, 3, kZero, 2), IsEmpty());
  EXPECT_THAT(top.select(std::vector<float>{-3, -1, kZero}, 3, -2.5F, 2), IsEmpty());
}

TEST(TopSymbols, NanAnywhereIsABug) {
  TopSymbols top(150, std::vector<int64_t>{70});
  for (const size_t place : {0, 3, 63, 64, 70, 127, 128, 149}) {
    std::vector<float> row(150, -5.0F);
    row[place] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THROW(top.select(row, 2, kZero, kNoSymbol), InternalError) << place;
    EXPECT_THROW(top.select(row, 2, -1.0F, kNoSymbol), InternalError) << place;
  }
}

TEST(TopSymbols, ProbabilitiesAboveOneAreABugButForRounding) {
  TopSymbols top(2, {});
  EXPECT_THROW(top.select(std::vector<float>{0.1F, -2}, 1, kZero, kNoSymbol), InternalError);
  EXPECT_THROW(top.select(std::vector<float>{-kZero, -2}, 1, kZero, kNoSymbol), InternalError);
  EXPECT_THAT(top.select(std::vector<float>{-2, 1e-6F}, 1, kZero, kNoSymbol), ElementsAre(Candidate{0, 1}));
}

TEST(TopSymbols, RefusesRowsOfAnotherSizeAndSymbolsThatAreNone) {
  TopSymbols top(2, {});
  EXPECT_THROW(top.select(std::vector<float>{-1}, 1, kZero, kNoSymbol), InternalError);
  EXPECT_THROW(top.select(std::vector<float>{-1, -1}, 1, kZero, 2), InternalError);
  EXPECT_THROW(TopSymbols(2, std::vector<int64_t>{2}), InternalError);
  EXPECT_THROW(TopSymbols(0, {}), InternalError);
}

}  // namespace
}  // namespace fovea::tasks::decoding
