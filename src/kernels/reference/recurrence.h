// LSTM, GRU and Elman layers over ragged batches as plain loops in double: the oracle of the tests, not the fast path.
// Dimensions: B sequences, N rows of all sequences together, E input width, H hidden width, G gates (LSTM 4, GRU 3,
// Elman 1).
#pragma once

#include <cstdint>

namespace fovea::kernels::reference {

// All arrays are contiguous and row-major, belong to the caller and live until the call returns. `output` is written
// whole for the sequences asked for, needs no initial value and may alias no input. Gates stand in PyTorch's order, H
// rows each: LSTM i, f, g, o; GRU r, z, n.
struct RecurrenceArguments {
  int64_t input_width = 0;           // E
  int64_t hidden_width = 0;          // H
  bool reverse = false;              // steps run from the last row of a sequence to its first; rows keep their place
  const int64_t* offsets = nullptr;  // [B+1], not decreasing: sequence b owns rows offsets[b] … offsets[b+1]-1
  const double* input = nullptr;     // [N, E]
  const double* input_weights = nullptr;   // Wx [G·H, E]
  const double* hidden_weights = nullptr;  // Wh [G·H, H]
  const double* bias = nullptr;            // [G·H], LSTM and Elman: the only one (PyTorch's two added up); GRU: b_in
  const double* hidden_bias = nullptr;     // [G·H], GRU only (b_hn stands inside the reset product), else null
  const double* initial_hidden = nullptr;  // [B, H], the state before the first step; null: 0
  const double* initial_cell = nullptr;    // [B, H], LSTM only; null: 0
  double* output = nullptr;                // [N, H], out: the hidden state after each row
  // Out, or null: the state of each sequence after its last step, the initial one where it has no row.
  double* last_hidden = nullptr;  // [B, H]
  double* last_cell = nullptr;    // [B, H], LSTM only
};

// Each computes sequences [begin, end) of B; an empty sequence has no rows and no output. Any
// split of the range gives the same bits. O(N·G·H·(E+H)). They throw InternalError where a width or the range is
// negative.

// i, f, o = σ(…), g = tanh(…); c = f∘c + i∘g; h = o∘tanh(c)
void lstm(const RecurrenceArguments& arguments, int64_t begin, int64_t end);

// r, z = σ(…); n = tanh(Wn x + b_in + r∘(Whn h + b_hn)); h = (1−z)∘n + z∘h
void gru(const RecurrenceArguments& arguments, int64_t begin, int64_t end);

// The GRU as first published, the reset before the product: n = tanh(Wn x + b_in + Whn (r∘h) + b_hn)
void gru_reset_before(const RecurrenceArguments& arguments, int64_t begin, int64_t end);

// h = tanh(Wx x + Wh h + b)
void elman(const RecurrenceArguments& arguments, int64_t begin, int64_t end);

// h = max(0, Wx x + Wh h + b)
void elman_relu(const RecurrenceArguments& arguments, int64_t begin, int64_t end);

}  // namespace fovea::kernels::reference
