// Attention over ragged memory, forward and backward, float32: any number of queries per sequence, additive and dot
// scores, three normalisers; weights always come out. Projections (keys, queries) are the caller's matrix products.
// Dimensions: B sequences, M queries and N memory rows of all sequences together, D width of a memory row, A width of
// the score space, W = Σ queries·rows over the sequences.
#pragma once

#include <cstdint>

namespace fovea::kernels {

enum class Score {
  kAdditive,  // s = v · tanh(k_i + q_r)
  kDot,       // s = scale · (k_i · q_r); scale = 1/√A makes it the scaled dot, q_r = Wq the general score
};

// What turns a row of scores s into weights w ≥ 0 that sum to 1. The row constant says how: one formula, one number.
enum class Normaliser {
  kSoftmax,    // w = exp(s − c), c the log-sum-exp
  kSparsemax,  // w = max(s − c, 0), c the threshold (Martins & Astudillo 2016)
  kEntmax15,   // w = max(s/2 − c, 0)², c the threshold (Peters, Niculae & Martins 2019, α = 1.5)
};

// What forward and backward read. All arrays of this file are contiguous, row-major, belong to the caller and live
// until the call returns; inputs may alias one another (self-attention: query = keys = memory), outputs may alias
// nothing. Sequence b has r_b queries, rows query_offsets[b] … query_offsets[b+1]-1 of [M, ·], and n_b memory rows,
// likewise by memory_offsets. Its weights are a row-major [r_b, n_b] that starts at weight_offsets[b]. Offsets do not
// decrease.
template <typename T>
struct AttendInput {
  Score score = Score::kAdditive;
  Normaliser normaliser = Normaliser::kSoftmax;
  T scale = 1;                              // kDot only
  int64_t memory_width = 0;                 // D
  int64_t score_width = 0;                  // A
  const int64_t* query_offsets = nullptr;   // [B+1]
  const int64_t* memory_offsets = nullptr;  // [B+1]
  const int64_t* weight_offsets = nullptr;  // [B+1], weight_offsets[b+1] = weight_offsets[b] + r_b·n_b
  const T* query = nullptr;                 // [M, A]; kAdditive: projected, bias included
  const T* keys = nullptr;          // [N, A]; kAdditive: projected memory. kDot: may be `memory` itself if A = D
  const T* score_vector = nullptr;  // v [A]; kAdditive only, else null
  const T* memory = nullptr;        // [N, D]
};

// Written whole for the sequences asked for; no initial value needed.
template <typename T>
struct AttendOutput {
  T* scores = nullptr;         // [W], before the normaliser; null: not wanted
  T* weights = nullptr;        // [W]
  T* row_constants = nullptr;  // [M], 0 for a query over no rows; null: not wanted
  T* context = nullptr;        // [M, D] = Σ_i w_i m_i; 0 for a query over no rows
};

template <typename T>
struct AttendGradients {
  const T* weights = nullptr;    // [W], as the forward pass wrote them
  const T* d_context = nullptr;  // [M, D]
  const T* d_weights = nullptr;  // [W], the loss's own gradient by the weights; null: none
  const T* d_scores = nullptr;   // [W], the loss's own gradient by the scores; null: none
  // Out, written whole for the sequences asked for:
  T* d_query = nullptr;               // [M, A]
  T* d_keys = nullptr;                // [N, A]; null with kDot and A = D: added into d_memory (keys were the memory)
  T* d_memory = nullptr;              // [N, D], through the weighted sum
  T* d_score_vector_parts = nullptr;  // [B, A], row b: what sequence b adds to d_v; kAdditive only, else null
};

// Scratch that one call of `attend` or `attend_backward` needs, in floats; any alignment. `longest_memory` is the
// largest n_b of the range. Each thread brings its own; nothing in it survives the call.
int64_t attend_scratch_size(Score score, int64_t score_width);
int64_t attend_backward_scratch_size(Score score, int64_t score_width, int64_t longest_memory);

// Both compute sequences [begin, end) of B; calls on disjoint ranges may run at once, and any split of the range gives
// the same bits. No [queries, rows, A] tensor exists: forward scores are written where the weights go, backward
// recomputes tanh. O(W·(A + D)). Throw InternalError on widths or offsets that cannot be.
void attend(const AttendInput<float>& input, const AttendOutput<float>& output, float* scratch, int64_t begin,
            int64_t end);
void attend_backward(const AttendInput<float>& input, const AttendGradients<float>& gradients, float* scratch,
                     int64_t begin, int64_t end);

// context [queries, D] = weights [queries, rows] · memory [rows, D], of one sequence, all row-major. `attend` makes its
// contexts with this function, so that the context recomputed from weights and memory is the same bit for bit, for
// all queries together or one by one.
void weighted_sum(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                  float* context);

// d_v [A] = Σ_b parts [B, A], b ascending: the same bits however the sequences were split.
void sum_score_vector_parts(const float* parts, int64_t sequences, int64_t score_width, float* d_score_vector);

}  // namespace fovea::kernels
