// LSTM, GRU and Elman layers over ragged batches of floats, forward and backward: the part that must go step by step.
// The products over all rows at once (input projection, dX, dWx, dWh) are the caller's, by kernels/gemm.h; see the
// recipe below. Dimensions: B sequences, N rows of all sequences together, E input width, H hidden width, G gates.
#pragma once

#include <cstdint>
#include <vector>

namespace fovea::kernels {

enum class Cell {
  kLstm,            // gates i, f, g, o
  kGru,             // gates r, z, n; n = tanh(x_n + r∘(Whn h + b_hn)), as PyTorch has it
  kGruResetBefore,  // gates r, z, n; n = tanh(x_n + Whn (r∘h)), as first published
  kElmanTanh,
  kElmanRelu,
};

// G: 4, 3, 3, 1, 1.
int64_t gates_of(Cell cell);

// One direction of one layer. All arrays are row-major and belong to the caller; strides are floats between two rows;
// nothing aliases anything else, except that outputs of two directions may be halves of the same rows.
//
// Recipe, forward: gates = X·Wxᵀ + bias by gemm(), where the bias holds everything that is added before the gate
// functions outside the reset product (PyTorch's two biases added up; for kGru without b_hn); then
// recurrence_forward().
//
// Recipe, backward: recurrence_backward() turns `gates` into dG; then by gemm()
//   dX (+)= dG·Wx,  dWx = dGᵀ·X with a_sums = gradient of the bias,  dWh = dGᵀ·H_prev,
// the last two side by side (`beside`) for G·H rows or, with a GRU, the first 2·H. Row n of H_prev is the state that
// row n started from: previous_state_rows() gives gemm()'s b_rows. For kGru the last H rows of dWh are extraᵀ·H_prev
// (a_sums: gradient of b_hn); for kGruResetBefore they are dG_nᵀ·R with R = `extra`.
struct RecurrenceArguments {
  Cell cell = Cell::kLstm;
  bool reverse = false;              // steps run from the last row of a sequence to its first; rows keep their place
  int64_t sequences = 0;             // B
  int64_t hidden_width = 0;          // H
  const int64_t* offsets = nullptr;  // [B+1], not decreasing: sequence b owns rows offsets[b] … offsets[b+1]-1
  const int64_t* order = nullptr;    // [B], the sequences from the longest to the shortest: recurrence_order()

  const float* hidden_packed = nullptr;  // forward: Wh by pack_recurrence_weights()
  const float* hidden_woven = nullptr;   // forward: Wh by weave_recurrence_weights() too, for steps of one row; or null
  const float* reset_bias = nullptr;     // b_hn [H], kGru only; null: 0
  const float* initial_hidden = nullptr;  // [B, H]; null: 0
  const float* initial_cell = nullptr;    // [B, H], kLstm only; null: 0
  // Forward: the state of each sequence after its last step, which is the initial one where it has no row. Out, or
  // null.
  float* last_hidden = nullptr;  // [B, H]
  float* last_cell = nullptr;    // [B, H], kLstm only

  // [N, G·H]. Forward, in: the input projection; out: with `save` the gates after their functions (Elman: unspecified),
  // else unspecified. Backward, in: what the forward pass left; out: dG, the gradient of the projection.
  float* gates = nullptr;
  int64_t gates_stride = 0;

  float* output = nullptr;  // [N, H]: the state after each row. Forward, out; backward, in.
  int64_t output_stride = 0;

  bool save = false;       // forward: keep what the backward pass needs, in gates, cells and extra
  float* cells = nullptr;  // [N, H], contiguous; kLstm with save or backward, else null. Forward, out; backward, in.
  // [N, H], contiguous; the GRUs with save or backward, else null. Forward, out: kGru Whn h + b_hn, kGruResetBefore
  // r∘h. Backward, in; out: kGru the gradient of that product, kGruResetBefore unchanged.
  float* extra = nullptr;
};

struct RecurrenceGradients {
  const float* hidden_packed = nullptr;  // Wh by pack_recurrence_weights_backward()
  const float* output = nullptr;         // [N, H], the gradient that comes from above
  int64_t output_stride = 0;
  const float* last_hidden = nullptr;  // [B, H], the gradient of last_hidden; null: 0
  const float* last_cell = nullptr;    // [B, H], the gradient of last_cell, kLstm only; null: 0
  float* initial_hidden = nullptr;     // [B, H], out, or null
  float* initial_cell = nullptr;       // [B, H], out, or null; kLstm only
};

// Each computes the sequences order[begin] … order[end-1]. Any split of [0, B) gives the same bits. `scratch` holds
// recurrence_scratch_size(arguments) floats, belongs to this call alone and needs no initial value.
// O(rows·G·H·H). They throw InternalError where an argument is missing or impossible.
void recurrence_forward(const RecurrenceArguments& arguments, int64_t begin, int64_t end, float* scratch);
void recurrence_backward(const RecurrenceArguments& arguments, const RecurrenceGradients& gradients, int64_t begin,
                         int64_t end, float* scratch);
int64_t recurrence_scratch_size(const RecurrenceArguments& arguments);

// One step of many rows at once, each from a state of its own: what a decoder does with its hypotheses at every place
// of its output. The numbers are those of recurrence_forward() at the same step, bit for bit. Arrays are contiguous and
// of the caller.
struct RecurrenceStepArguments {
  Cell cell = Cell::kLstm;
  int64_t rows = 0;                      // B
  int64_t hidden_width = 0;              // H
  const float* hidden_packed = nullptr;  // the weights, as in RecurrenceArguments
  const float* hidden_woven = nullptr;
  const float* reset_bias = nullptr;
  float* gates = nullptr;         // [B, G·H], in: the input projection; out: unspecified
  const float* hidden = nullptr;  // [R, H], states before the step
  const float* cells = nullptr;   // [R, H], kLstm only
  const int64_t* from = nullptr;  // [B], below R: the state that each row goes on from; null: R = B, each its own
  float* next_hidden = nullptr;   // [B, H], out; without `from` it may be `hidden` itself
  float* next_cells = nullptr;    // [B, H], out, kLstm only; without `from` it may be `cells` itself
};

// Computes rows [begin, end). Any split gives the same bits. `scratch` holds recurrence_step_scratch_size() floats and
// belongs to this call alone. Allocates nothing. O(rows·G·H·H).
void recurrence_step(const RecurrenceStepArguments& arguments, int64_t begin, int64_t end, float* scratch);
int64_t recurrence_step_scratch_size(const RecurrenceStepArguments& arguments);

// Hidden weights [G·H, H] in the order of the instruction set in force, never stored: once per change of the weights.
int64_t packed_recurrence_size(Cell cell, int64_t hidden_width);
void pack_recurrence_weights(Cell cell, int64_t hidden_width, const float* weights, float* packed);
// What pack_recurrence_weights() has made, once more in the order in which the step of a single sequence reads it
// fastest: worth its time where the weights stay. As many floats. Changes no result; kGruResetBefore takes no use of
// it.
void weave_recurrence_weights(Cell cell, int64_t hidden_width, const float* packed, float* woven);
int64_t packed_recurrence_size_backward(Cell cell, int64_t hidden_width);
void pack_recurrence_weights_backward(Cell cell, int64_t hidden_width, const float* weights, float* packed);

// The sequences from the longest to the shortest, equal lengths in their order. O(B log B).
std::vector<int64_t> recurrence_order(const int64_t* offsets, int64_t sequences);

// A range of `order` in one direction: what one thread does without waiting for another.
struct RecurrenceUnit {
  int64_t direction;
  int64_t begin, end;
};
// Cuts every direction into units of about equal cost, in all as many as threads where these are a multiple of the
// directions and there are sequences enough, the costliest first. The cut changes no result.
std::vector<RecurrenceUnit> plan_recurrence(const int64_t* offsets, const std::vector<int64_t>& order,
                                            int64_t directions, int64_t threads);

// rows[n], n < N: the state that row n started from; null stands for zeros. It points into output and initial_hidden.
void previous_state_rows(const RecurrenceArguments& arguments, const float** rows);

}  // namespace fovea::kernels
