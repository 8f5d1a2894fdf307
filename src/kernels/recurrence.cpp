#include "kernels/recurrence.h"

#include <algorithm>
#include <numeric>

#include "base/errors.h"
#include "kernels/gemm.h"
#include "kernels/simd/recurrence.h"

namespace fovea::kernels {
namespace {

void check(const RecurrenceArguments& a, int64_t begin, int64_t end) {
  const int64_t H = a.hidden_width;
  FOVEA_CHECK(H >= 0 && a.sequences >= 0, "hidden width", H, "sequences", a.sequences);
  FOVEA_CHECK(0 <= begin && begin <= end && end <= a.sequences, "sequences", begin, end, "of", a.sequences);
  FOVEA_CHECK(a.gates_stride >= gates_of(a.cell) * H, "stride of the gates", a.gates_stride);
  FOVEA_CHECK(a.output_stride >= H, "stride of the output", a.output_stride);
  FOVEA_CHECK(a.cell == Cell::kGru || !a.reset_bias, "only the GRU has a bias inside its reset product");
  FOVEA_CHECK(a.cell == Cell::kLstm || (!a.initial_cell && !a.cells && !a.last_cell), "only the LSTM has a cell");
}

// Whether there is a row to compute; arrays without rows may be null.
bool has_rows(const RecurrenceArguments& a, int64_t begin, int64_t end) {
  return begin < end && a.hidden_width > 0 && a.offsets[a.sequences] > a.offsets[0];
}

bool is_gru(Cell cell) {
  return cell == Cell::kGru || cell == Cell::kGruResetBefore;
}

// A step as sequences of one row each.
RecurrenceArguments as_sequences(const RecurrenceStepArguments& step) {
  RecurrenceArguments a;
  a.cell = step.cell;
  a.sequences = step.rows;
  a.hidden_width = step.hidden_width;
  a.hidden_packed = step.hidden_packed;
  a.hidden_woven = step.hidden_woven;
  a.reset_bias = step.reset_bias;
  a.initial_hidden = step.hidden;
  a.initial_cell = step.cells;
  a.gates = step.gates;
  a.gates_stride = gates_of(step.cell) * step.hidden_width;
  a.output = step.next_hidden;
  a.output_stride = step.hidden_width;
  a.last_cell = step.next_cells;
  return a;
}

// Wh of `count` gates from gate `first` as the right side of a product: transposed for the forward pass.
GemmArguments part(int64_t H, const float* weights, int64_t first, int64_t count, bool transposed) {
  GemmArguments product;
  product.depth = transposed ? H : count * H;
  product.columns = transposed ? count * H : H;
  product.b = weights + first * H * H;
  product.b_stride = H;
  product.b_transposed = transposed;
  return product;
}

}  // namespace

int64_t gates_of(Cell cell) {
  switch (cell) {
    case Cell::kLstm:
      return 4;
    case Cell::kGru:
    case Cell::kGruResetBefore:
      return 3;
    case Cell::kElmanTanh:
    case Cell::kElmanRelu:
      return 1;
  }
  FOVEA_CHECK(false, "no such cell");
}

void recurrence_forward(const RecurrenceArguments& a, int64_t begin, int64_t end, float* scratch) {
  check(a, begin, end);
  const bool rows = has_rows(a, begin, end), last = begin < end && (a.last_hidden || a.last_cell);
  if (!rows && !last) return;
  FOVEA_CHECK(!rows || !a.save || a.cell != Cell::kLstm || a.cells, "nowhere to save the cells");
  FOVEA_CHECK(!rows || !a.save || !is_gru(a.cell) || a.extra, "nowhere to save the reset product");
  simd::recurrence_forward(a, begin, end, scratch);
}

void recurrence_backward(const RecurrenceArguments& a, const RecurrenceGradients& from, int64_t begin, int64_t end,
                         float* scratch) {
  check(a, begin, end);
  FOVEA_CHECK(from.output_stride >= a.hidden_width, "stride of the gradient", from.output_stride);
  FOVEA_CHECK(a.cell == Cell::kLstm || (!from.initial_cell && !from.last_cell), "only the LSTM has a cell");
  if (begin == end || a.hidden_width == 0) return;
  const bool rows = has_rows(a, begin, end);
  FOVEA_CHECK(!rows || a.cell != Cell::kLstm || a.cells, "the saved cells are missing");
  FOVEA_CHECK(!rows || !is_gru(a.cell) || a.extra, "the saved reset product is missing");
  simd::recurrence_backward(a, from, begin, end, scratch);
}

int64_t recurrence_scratch_size(const RecurrenceArguments& a) {
  check(a, 0, 0);
  return std::max(simd::recurrence_scratch_size_forward(a), simd::recurrence_scratch_size_backward(a));
}

void recurrence_step(const RecurrenceStepArguments& a, int64_t begin, int64_t end, float* scratch) {
  FOVEA_CHECK(a.hidden_width >= 0 && 0 <= begin && begin <= end && end <= a.rows, "rows", begin, end, "of", a.rows);
  FOVEA_CHECK(a.cell == Cell::kGru || !a.reset_bias, "only the GRU has a bias inside its reset product");
  FOVEA_CHECK((a.cell == Cell::kLstm) == (a.cells != nullptr) && (a.cell == Cell::kLstm) == (a.next_cells != nullptr),
              "the LSTM has cells, and it alone");
  FOVEA_CHECK(!a.from || (a.hidden != a.next_hidden && (!a.cells || a.cells != a.next_cells)),
              "states that others go on from must not be written over");
  if (begin < end && a.hidden_width > 0) simd::recurrence_step(as_sequences(a), a.from, begin, end, scratch);
}

int64_t recurrence_step_scratch_size(const RecurrenceStepArguments& a) {
  return simd::recurrence_scratch_size_forward(as_sequences(a));
}

int64_t packed_recurrence_size(Cell cell, int64_t H) {
  return gates_of(cell) * packed_gemm_size(H, H);
}

// Each gate is packed for itself, so that a panel holds units of one gate.
void pack_recurrence_weights(Cell cell, int64_t H, const float* weights, float* packed) {
  for (int64_t g = 0; g < gates_of(cell); ++g) {
    pack_gemm_operand(part(H, weights, g, 1, true), packed + g * packed_gemm_size(H, H));
  }
}

void weave_recurrence_weights(Cell cell, int64_t H, const float* packed, float* woven) {
  simd::weave_recurrence_weights(gates_of(cell), H, packed, woven);
}

int64_t packed_recurrence_size_backward(Cell cell, int64_t H) {
  return packed_gemm_size(gates_of(cell) * H, H);
}

// kGruResetBefore goes back through its n gate alone: that one is packed for itself, behind the other two.
void pack_recurrence_weights_backward(Cell cell, int64_t H, const float* weights, float* packed) {
  if (cell == Cell::kGruResetBefore) {
    pack_gemm_operand(part(H, weights, 0, 2, false), packed);
    pack_gemm_operand(part(H, weights, 2, 1, false), packed + packed_gemm_size(2 * H, H));
  } else {
    pack_gemm_operand(part(H, weights, 0, gates_of(cell), false), packed);
  }
}

std::vector<int64_t> recurrence_order(const int64_t* offsets, int64_t sequences) {
  std::vector<int64_t> order(static_cast<size_t>(sequences));
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto length = [&](int64_t b) { return offsets[b + 1] - offsets[b]; };
  for (const int64_t b : order) FOVEA_CHECK(length(b) >= 0, "offsets decrease at sequence", b);
  std::stable_sort(order.begin(), order.end(), [&](int64_t x, int64_t y) { return length(x) > length(y); });
  return order;
}

std::vector<RecurrenceUnit> plan_recurrence(const int64_t* offsets, const std::vector<int64_t>& order,
                                            int64_t directions, int64_t threads) {
  FOVEA_CHECK(directions >= 1 && threads >= 1, "directions", directions, "threads", threads);
  const int64_t sequences = static_cast<int64_t>(order.size());
  // A step costs its rows, and about four rows more: the fewest that keep the arithmetic units busy.
  constexpr int64_t kRowsPerStep = 4;
  const auto length = [&](int64_t r) {
    const int64_t b = order[static_cast<size_t>(r)];
    return offsets[b + 1] - offsets[b];
  };
  // Ends of the ranges whose cost stays below a limit, and their costs.
  std::vector<std::pair<int64_t, int64_t>> ranges;
  const auto cut = [&](int64_t limit) {
    ranges.clear();
    for (int64_t begin = 0, end = 0; begin < sequences; begin = end) {
      int64_t cost = kRowsPerStep * length(begin);
      do cost += length(end++);
      while (end < sequences && cost + length(end) <= limit);
      ranges.push_back({end, cost});
    }
    return static_cast<int64_t>(ranges.size());
  };
  // The lowest limit that needs no more ranges than the threads of a direction: one range more would wait for a thread.
  const int64_t parts = std::max<int64_t>(1, std::min(sequences, threads / directions));
  int64_t low = 0, high = 0;
  for (int64_t r = 0; r < sequences; ++r) high += (kRowsPerStep + 1) * length(r);
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (cut(middle) <= parts) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  cut(low);
  std::vector<std::pair<int64_t, RecurrenceUnit>> units;
  int64_t begin = 0;
  for (const auto& [end, cost] : ranges) {
    for (int64_t direction = 0; direction < directions; ++direction) units.push_back({cost, {direction, begin, end}});
    begin = end;
  }
  std::stable_sort(units.begin(), units.end(), [](const auto& x, const auto& y) { return x.first > y.first; });
  std::vector<RecurrenceUnit> plan;
  for (const auto& [unused, unit] : units) plan.push_back(unit);
  return plan;
}

void previous_state_rows(const RecurrenceArguments& a, const float** rows) {
  for (int64_t b = 0; b < a.sequences; ++b) {
    for (int64_t n = a.offsets[b]; n < a.offsets[b + 1]; ++n) {
      const bool first = n == (a.reverse ? a.offsets[b + 1] - 1 : a.offsets[b]);
      const float* initial = a.initial_hidden ? a.initial_hidden + b * a.hidden_width : nullptr;
      rows[n] = first ? initial : a.output + (a.reverse ? n + 1 : n - 1) * a.output_stride;
    }
  }
}

}  // namespace fovea::kernels
