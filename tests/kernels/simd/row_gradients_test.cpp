#include "kernels/row_gradients.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"
#include "kernels/attention_case.h"
#include "kernels/dispatch.h"
#include "kernels/reference/row_adam.h"

namespace fovea::kernels {
namespace {

struct Found {
  Found(const std::vector<int64_t>& ids, int64_t table_rows)
      : rows(ids.size()), starts(ids.size() + 1), order(ids.size()) {
    const int64_t tokens = static_cast<int64_t>(ids.size());
    std::vector<int64_t> scratch(static_cast<size_t>(find_rows_scratch_size(tokens)));
    unique = find_rows(ids.data(), tokens, table_rows, {rows.data(), starts.data(), order.data()}, scratch.data());
  }
  std::vector<int64_t> rows, starts, order;
  int64_t unique = 0;
};

std::vector<int64_t> random_ids(int64_t tokens, int64_t table_rows) {
  const uint64_t base = stream_base({31, Purpose::kTest, static_cast<uint64_t>(tokens)});
  std::vector<int64_t> ids;
  for (int64_t k = 0; k < tokens; ++k) {
    const uint64_t at = static_cast<uint64_t>(k);
    // Every third token is one of five words, as in a text.
    ids.push_back(static_cast<int64_t>(uniform_below(base, at, static_cast<uint64_t>(k % 3 ? table_rows : 5))));
  }
  return ids;
}

TEST(RowGradients, WorkedByHand) {
  const Found found({7, 2, 7, 0, 2, 7}, 8);
  ASSERT_EQ(found.unique, 3);
  EXPECT_EQ(std::vector<int64_t>(found.rows.begin(), found.rows.begin() + 3), (std::vector<int64_t>{0, 2, 7}));
  EXPECT_EQ(std::vector<int64_t>(found.starts.begin(), found.starts.begin() + 4), (std::vector<int64_t>{0, 1, 3, 6}));
  EXPECT_EQ(found.order, (std::vector<int64_t>{3, 1, 4, 0, 2, 5}));
}

// One pass, several, with eight bits and with eleven; against an ordered map.
TEST(RowGradients, AgreesWithAMapOfTokens) {
  for (const int64_t tokens : {0, 1, 7, 267, 1030, 5000}) {
    for (const int64_t table_rows : {int64_t{6}, int64_t{300}, int64_t{20'000}, int64_t{5'000'000}, int64_t{1} << 40}) {
      const std::vector<int64_t> ids = random_ids(tokens, table_rows);
      std::map<int64_t, std::vector<int64_t>> expected;
      for (int64_t k = 0; k < tokens; ++k) expected[ids[static_cast<size_t>(k)]].push_back(k);
      const Found found(ids, table_rows);
      ASSERT_EQ(found.unique, static_cast<int64_t>(expected.size())) << tokens << " of " << table_rows;
      size_t u = 0;
      for (const auto& [row, places] : expected) {
        ASSERT_EQ(found.rows[u], row);
        ASSERT_EQ(
            std::vector<int64_t>(found.order.begin() + found.starts[u], found.order.begin() + found.starts[u + 1]),
            places);
        ++u;
      }
    }
  }
}

TEST(RowGradients, RefusesIdsOutsideTheTable) {
  EXPECT_THROW(Found({3, -1}, 8), InternalError);
  EXPECT_THROW(Found({3, 8}, 8), InternalError);
}

TEST(RowGradients, SumsAgreeWithTheReferenceWithAndWithoutDropout) {
  for_each_instruction_set([](const std::string& set) {
    for (const int64_t width : {1, 7, 128, 267}) {
      const std::vector<int64_t> ids = random_ids(267, 50);
      const Found found(ids, 50);
      const std::vector<double> gradients = AttentionCase<double>::numbers(267 * width, 8, 1);
      std::vector<double> multipliers = AttentionCase<double>::numbers(267 * width, 9, 1);
      for (double& multiplier : multipliers) multiplier = multiplier < -0.5 ? 0 : 1.25;
      const std::vector<float> fast_gradients(gradients.begin(), gradients.end());
      const std::vector<float> fast_multipliers(multipliers.begin(), multipliers.end());
      for (const bool dropout : {false, true}) {
        std::vector<double> expected(static_cast<size_t>(found.unique * width));
        std::vector<float> values(expected.size(), -1), split(values);
        reference::sum_rows({width, found.starts.data(), found.order.data(), gradients.data(),
                             dropout ? multipliers.data() : nullptr, expected.data()},
                            0, found.unique);
        SumRowsArguments<float> arguments = {width,
                                             found.starts.data(),
                                             found.order.data(),
                                             fast_gradients.data(),
                                             dropout ? fast_multipliers.data() : nullptr,
                                             values.data()};
        sum_rows(arguments, 0, found.unique);
        for (size_t k = 0; k < values.size(); ++k) {
          ASSERT_NEAR(values[k], expected[k], 1e-5) << set << " width " << width << " at " << k;
        }
        arguments.values = split.data();
        sum_rows(arguments, 5, found.unique), sum_rows(arguments, 0, 5);
        EXPECT_EQ(split, values) << set;
      }
    }
  });
}

}  // namespace
}  // namespace fovea::kernels
