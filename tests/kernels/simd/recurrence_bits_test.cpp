// What must not change a bit of a recurrence: how its sequences are split, on which threads the parts run, whether
// single rows read woven weights, and whether it goes through whole sequences or step by step.
#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
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
          EXPECT_TRUE(same_bits(split.last_hidden, whole.last_hidden));
          EXPECT_TRUE(same_bits(split.last_cell, whole.last_cell));
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

// A layer that goes through its sequences step by step, as a decoder does.
class Steps {
 public:
  explicit Steps(Layer& layer)
      : layer_(layer), hidden_(zeros_or(layer.initial_hidden)), cells_(zeros_or(layer.initial_cell)) {}

  // One step of the sequences `which`, whose states are at the places `from`; the range is cut at `cut`. Afterwards the
  // state of which[i] is at place i.
  void step(const std::vector<int64_t>& which, int64_t t, const std::vector<int64_t>* from) {
    const int64_t rows = static_cast<int64_t>(which.size()), H = layer_.H, width = layer_.G * H;
    Vector gates(static_cast<size_t>(rows * width));
    for (int64_t r = 0; r < rows; ++r) {
      const auto first =
          layer_.gates.begin() + (layer_.offsets[static_cast<size_t>(which[static_cast<size_t>(r)])] + t) * width;
      std::copy(first, first + width, gates.begin() + r * width);
    }
    Vector next = from ? Layer::unset(rows * H) : Vector(), next_cells = next;
    RecurrenceStepArguments a;
    a.cell = layer_.kind.cell, a.rows = rows, a.hidden_width = H, a.hidden_packed = layer_.packed.data();
    a.reset_bias = layer_.kind.cell == Cell::kGru ? layer_.reset_bias.data() : nullptr;
    a.gates = gates.data(), a.hidden = hidden_.data(), a.from = from ? from->data() : nullptr;
    a.next_hidden = from ? next.data() : hidden_.data();
    if (layer_.has_cell()) a.cells = cells_.data(), a.next_cells = from ? next_cells.data() : cells_.data();
    Vector scratch(static_cast<size_t>(recurrence_step_scratch_size(a)));
    const int64_t cut = rows / 3;
    recurrence_step(a, 0, cut, scratch.data()), recurrence_step(a, cut, rows, scratch.data());
    if (from) hidden_ = next, cells_ = next_cells;
  }

  const Vector& hidden() const { return hidden_; }
  const Vector& cells() const { return cells_; }

 private:
  Vector zeros_or(const Vector& initial) const { return layer_.initial ? initial : Vector(initial.size()); }

  Layer& layer_;
  Vector hidden_, cells_;
};

// Sequences end one after the other, so that those that go on find their states at other places each time; the last
// ones are walked one by one.
TEST(SimdRecurrenceBits, StepByStepGivesTheBitsOfTheWholeSequence) {
  for_each_instruction_set([](const std::string& name) {
    SCOPED_TRACE(name);
    for_each_layer(
        [](Layer layer) {
          if (layer.reverse) return;
          layer.forward(false);
          const Vector output = layer.output;
          layer.project();  // the gates once more, as they come into a step
          Steps steps(layer);
          std::vector<int64_t> places(static_cast<size_t>(layer.B));  // of the states of all sequences
          std::iota(places.begin(), places.end(), int64_t{0});
          std::vector<int64_t> before = places;
          for (int64_t t = 0;; ++t) {
            std::vector<int64_t> which, from;
            for (size_t i = 0; i < before.size(); ++i) {
              const auto b = static_cast<size_t>(before[i]);
              if (layer.offsets[b + 1] - layer.offsets[b] > t)
                which.push_back(before[i]), from.push_back(static_cast<int64_t>(i));
            }
            if (which.empty()) break;
            steps.step(which, t, &from);
            for (size_t i = 0; i < which.size(); ++i) {
              const auto expected = output.begin() + (layer.offsets[static_cast<size_t>(which[i])] + t) * (layer.H + 3);
              const auto got = steps.hidden().begin() + static_cast<int64_t>(i) * layer.H;
              ASSERT_TRUE(std::equal(got, got + layer.H, expected)) << "sequence " << which[i] << " step " << t;
            }
            before = which;
          }
        },
        300);
  });
}

TEST(SimdRecurrenceBits, AStepMayWriteOverItsStates) {
  for (const Kind& kind : kKinds) {
    for (const int64_t sequences : {1, 5, 130}) {
      std::vector<int64_t> offsets = {0}, all;
      for (int64_t b = 0; b < sequences; ++b) offsets.push_back(offsets.back() + 2), all.push_back(b);
      Layer layer(kind, {offsets, 4, 21}, false, true, 5);
      layer.forward(false);
      const Vector last_hidden = layer.last_hidden, last_cell = layer.last_cell;
      layer.project();
      Steps steps(layer);
      steps.step(all, 0, nullptr), steps.step(all, 1, nullptr);
      EXPECT_TRUE(same_bits(steps.hidden(), last_hidden)) << kind.name << ", " << sequences;
      EXPECT_TRUE(!layer.has_cell() || same_bits(steps.cells(), last_cell)) << sequences;
    }
  }
}

TEST(SimdRecurrenceBits, AStepRefusesWhatCannotBe) {
  Layer layer(kKinds[0], {kRagged, 3, 4}, false, true, 1);
  layer.forward(false);
  RecurrenceStepArguments a;
  a.cell = Cell::kLstm, a.rows = 2, a.hidden_width = 4, a.hidden_packed = layer.packed.data();
  a.gates = layer.gates.data(), a.hidden = a.next_hidden = layer.initial_hidden.data();
  Vector scratch(static_cast<size_t>(recurrence_step_scratch_size(a)));
  EXPECT_THROW(recurrence_step(a, 0, 2, scratch.data()), InternalError) << "no cells";
  a.cells = a.next_cells = layer.initial_cell.data();
  EXPECT_THROW(recurrence_step(a, 0, 3, scratch.data()), InternalError) << "more rows than there are";
  const std::vector<int64_t> from = {1, 0};
  a.from = from.data();
  EXPECT_THROW(recurrence_step(a, 0, 2, scratch.data()), InternalError) << "states that others go on from";
}

}  // namespace
}  // namespace fovea::kernels
