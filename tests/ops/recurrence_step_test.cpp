#include "ops/recurrence_step.h"

#include <ATen/Parallel.h>

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::ops {
namespace {

using test::awkward;
using test::offsets_of;

constexpr Cell kCells[] = {Cell::kLstm, Cell::kGru, Cell::kGruResetBefore, Cell::kElmanTanh, Cell::kElmanRelu};
constexpr int64_t kInput = 7, kHidden = 21, kSequences = 150, kSteps = 3;

RecurrenceWeights weights_of(Cell cell, at::ScalarType type) {
  const int64_t rows = gate_count(cell) * kHidden;
  return {awkward({rows, kInput}, 0.5, 2).to(type), awkward({rows, kHidden}, 0.4, 3).to(type),
          awkward({rows}, 0.4, 4).to(type), awkward({rows}, 0.3, 5).to(type), nullptr};
}

RecurrenceState empty_state(Cell cell, int64_t rows, at::ScalarType type) {
  RecurrenceState state{at::full({rows, kHidden}, std::nan(""), type), {}};
  if (cell == Cell::kLstm) state.cell = state.hidden.clone();
  return state;
}

// Every sequence `kSteps` long, from given states; the states after each step come from recurrence().
struct Whole {
  RecurrenceInput in;
  RecurrenceOutput out;
  RecurrenceState start;

  Whole(Cell cell, at::ScalarType type) {
    in.cell = cell;
    in.values = awkward({kSequences * kSteps, kInput}, 1.2, 1).to(type);
    in.offsets = offsets_of(std::vector<int64_t>(kSequences, kSteps));
    in.directions = {weights_of(cell, type)};
    in.initial_hidden = awkward({1, kSequences, kHidden}, 0.6, 6).to(type);
    start.hidden = in.initial_hidden[0].clone();
    if (cell == Cell::kLstm) {
      in.initial_cell = awkward({1, kSequences, kHidden}, 0.9, 7).to(type);
      start.cell = in.initial_cell[0].clone();
    }
    out = recurrence(in);
  }
  at::Tensor values(int64_t t) const { return in.values.view({kSequences, kSteps, kInput}).select(1, t).contiguous(); }
  at::Tensor states(int64_t t) const { return out.states.view({kSequences, kSteps, kHidden}).select(1, t); }
};

// In place, with all room given, on any number of threads.
TEST(RecurrenceStep, GivesTheNumbersOfTheWholeSequence) {
  for (const Cell cell : kCells) {
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
      const Whole whole(cell, type);
      for (const int threads : {1, 3}) {
        SCOPED_TRACE(testing::Message() << static_cast<int>(cell) << " " << at::toString(type) << " threads "
                                        << threads);
        at::set_num_threads(threads);
        RecurrenceState state = {whole.start.hidden.clone(),
                                 whole.start.cell.defined() ? whole.start.cell.clone() : at::Tensor()};
        RecurrenceStep step;
        step.cell = cell;
        step.weights = whole.in.directions[0];
        step.weights.packed = pack_recurrence(cell, step.weights);
        step.before = state;
        step.gates = at::empty({kSequences * gate_count(cell) * kHidden});
        for (int64_t t = 0; t < kSteps; ++t) {
          step.values = whole.values(t);
          recurrence_step(step, state);
          const double tolerance = type == at::kFloat ? 0 : 1e-12;
          EXPECT_TRUE(at::allclose(state.hidden, whole.states(t), 0, tolerance)) << "step " << t;
        }
        if (cell == Cell::kLstm) {
          EXPECT_TRUE(at::allclose(state.cell, whole.out.cell[0], 0, type == at::kFloat ? 0 : 1e-12));
        }
      }
    }
  }
  at::set_num_threads(1);
}

// A beam: some states are gone on from twice, others not at all, and there are fewer rows than states.
TEST(RecurrenceStep, GoesOnFromTheStatesThatItIsTold) {
  for (const Cell cell : kCells) {
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
      const Whole whole(cell, type);
      const at::Tensor from = at::tensor({149, 3, 3, 97, 0}, at::kLong);
      RecurrenceStep step;
      step.cell = cell;
      step.weights = whole.in.directions[0];
      step.values = awkward({5, kInput}, 1.0, 12).to(type);
      step.before = whole.start;
      step.from = from;
      const RecurrenceState next = empty_state(cell, 5, type);
      recurrence_step(step, next);
      step.before.hidden = whole.start.hidden.index_select(0, from);
      if (cell == Cell::kLstm) step.before.cell = whole.start.cell.index_select(0, from);
      step.from = at::Tensor();
      const RecurrenceState expected = empty_state(cell, 5, type);
      recurrence_step(step, expected);
      EXPECT_TRUE(at::equal(next.hidden, expected.hidden)) << static_cast<int>(cell);
      EXPECT_TRUE(cell != Cell::kLstm || at::equal(next.cell, expected.cell));
      EXPECT_FALSE(at::equal(next.hidden[1], next.hidden[2])) << "one state, two inputs";
    }
  }
}

TEST(RecurrenceStep, RefusesWhatDoesNotFit) {
  const Whole whole(Cell::kLstm, at::kFloat);
  RecurrenceStep step;
  step.weights = whole.in.directions[0];
  step.values = awkward({2, kInput}, 1.0).to(at::kFloat);
  step.before = whole.start;
  const RecurrenceState next = empty_state(Cell::kLstm, 2, at::kFloat);
  EXPECT_THROW(recurrence_step(step, next), InternalError) << "two rows from 150 states";
  step.from = at::tensor({int64_t{0}, int64_t{kSequences}}, at::kLong);
  EXPECT_THROW(recurrence_step(step, next), InternalError) << "a state that is not there";
  step.from = at::tensor({0, 1}, at::kLong);
  EXPECT_THROW(recurrence_step(step, {next.hidden, {}}), InternalError) << "no cells";
  EXPECT_THROW(recurrence_step(step, empty_state(Cell::kLstm, 3, at::kFloat)), InternalError) << "other rows";
  step.gates = at::empty({2 * 4 * kHidden - 1});
  EXPECT_THROW(recurrence_step(step, next), InternalError) << "too little room";
  step.gates = at::Tensor();
  recurrence_step(step, next);
  EXPECT_TRUE(at::isfinite(next.hidden).all().item<bool>());
}

}  // namespace
}  // namespace fovea::ops
