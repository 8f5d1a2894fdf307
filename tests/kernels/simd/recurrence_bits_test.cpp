// What must not change a bit of a recurrence: how its sequences are split, on which threads the parts run, and whether
// single rows read woven weights.
#include <algorithm>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/dispatch.h"
#include "kernels/recurrence_layer.h"

namespace fovea::kernels {
namespace {

TEST(SimdRecurrenceBits, AnySplitOfTheSequencesGivesTheSameBits) {
  for_each_instruction_set([](const std::string& name) {
    SCOPED_TRACE(name);
    for_each_layer(
        [](Layer whole) {
          if (whole.B < 3) return;
          Layer split = whole;
          const std::vector<int64_t> cuts = {1, 2, whole.B / 2 + 1};
          whole.forward(true), split.forward(true, cuts);
          EXPECT_TRUE(same_bits(split.output, whole.output));
          EXPECT_TRUE(same_bits(split.gates, whole.gates));
          whole.backward(), split.backward(cuts);
          EXPECT_TRUE(same_bits(split.gates, whole.gates));
          EXPECT_TRUE(same_bits(split.d_hidden_weights, whole.d_hidden_weights));
          EXPECT_TRUE(same_bits(split.d_initial_hidden, whole.d_initial_hidden));
        },
        40);
  });
}

// Units of a plan, each on a thread of its own with its own scratch.
TEST(SimdRecurrenceBits, UnitsOnThreadsGiveTheSameBits) {
  for (const Kind& kind : kKinds) {
    Layer whole(kind, {kRagged, 7, 33}, true, true, 11);
    Layer threaded = whole;
    whole.forward(true);
    threaded.forward(true);  // packs
    threaded.project();
    const RecurrenceArguments a = threaded.arguments(true);
    const auto plan = plan_recurrence(threaded.offsets.data(), threaded.order, 1, 4);
    ASSERT_EQ(plan.size(), 4u);
    std::vector<std::thread> threads;
    for (const RecurrenceUnit& unit : plan) {
      threads.emplace_back([&a, unit] {
        Vector scratch(static_cast<size_t>(recurrence_scratch_size(a)));
        recurrence_forward(a, unit.begin, unit.end, scratch.data());
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(same_bits(threaded.output, whole.output)) << kind.name;
    EXPECT_TRUE(same_bits(threaded.gates, whole.gates)) << kind.name;
  }
}

TEST(SimdRecurrenceBits, PlanCoversEverySequenceOnceAndBalances) {
  std::vector<int64_t> offsets = {0};
  for (int64_t b = 0; b < 64; ++b) offsets.push_back(offsets.back() + 80 + b * 37 % 176);
  const std::vector<int64_t> order = recurrence_order(offsets.data(), 64);
  for (const int64_t directions : {1, 2}) {
    for (const int64_t threads : {1, 2, 3, 4, 8, 200}) {
      std::vector<int> seen(static_cast<size_t>(64 * directions));
      const auto plan = plan_recurrence(offsets.data(), order, directions, threads);
      const int64_t parts = std::max<int64_t>(1, threads / directions);
      EXPECT_EQ(static_cast<int64_t>(plan.size()), std::min<int64_t>(parts, 64) * directions);
      int64_t heaviest = 0;
      for (const RecurrenceUnit& unit : plan) {
        int64_t rows = 0;
        for (int64_t r = unit.begin; r < unit.end; ++r) {
          ++seen[static_cast<size_t>(unit.direction * 64 + r)];
          rows += offsets[static_cast<size_t>(order[static_cast<size_t>(r)] + 1)] -
                  offsets[static_cast<size_t>(order[static_cast<size_t>(r)])];
        }
        heaviest = std::max(heaviest, rows);
      }
      EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](int count) { return count == 1; }));
      if (parts <= 4) {
        EXPECT_LE(heaviest, offsets.back() / parts * 13 / 10);
      }
    }
  }
  EXPECT_TRUE(plan_recurrence(offsets.data(), {}, 2, 2).empty());
}

// One sequence walks alone from its first row, the longest of the others from the step where the rest has ended.
TEST(SimdRecurrenceBits, WovenWeightsChangeNothing) {
  for_each_instruction_set([](const std::string& name) {
    SCOPED_TRACE(name);
    for_each_layer([](Layer layer) {
      if (layer.kind.cell == Cell::kGruResetBefore) return;
      layer.forward(false);
      const Vector expected = layer.output;
      Vector woven = Layer::unset(packed_recurrence_size(layer.kind.cell, layer.H));
      weave_recurrence_weights(layer.kind.cell, layer.H, layer.packed.data(), woven.data());
      // Without the panels of the others a lonely row that read them would show.
      if (layer.B == 1) std::fill(layer.packed.begin(), layer.packed.end(), std::numeric_limits<float>::quiet_NaN());
      layer.project();
      RecurrenceArguments a = layer.arguments(false);
      a.hidden_woven = woven.data();
      Vector scratch(static_cast<size_t>(recurrence_scratch_size(a)));
      recurrence_forward(a, 0, layer.B, scratch.data());
      EXPECT_TRUE(same_bits(layer.output, expected));
    });
  });
}

}  // namespace
}  // namespace fovea::kernels
