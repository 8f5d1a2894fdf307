// Attention over ragged memory, forward and backward, float32: any number of queries per sequence, each over a range of
// its rows; heads; additive and dot scores, three normalisers; the weights come out or are made again where they are
// wanted. Projections (keys, queries) are the caller's matrix products.
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
// likewise by memory_offsets. Its weights are a row-major [heads, r_b, n_b] that starts at heads · weight_offsets[b].
// Offsets do not decrease.
template <typename T>
struct AttendInput {
  Score score = Score::kAdditive;
  Normaliser normaliser = Normaliser::kSoftmax;
  T scale = 1;               // kDot only
  int64_t memory_width = 0;  // D
  int64_t score_width = 0;   // A
  // Head h attends for itself with features h·A/heads … (h+1)·A/heads-1 of queries, keys and v, and sums such a part of
  // the D features of the memory. Divides A and D.
  int64_t heads = 1;
  const int64_t* query_offsets = nullptr;   // [B+1]
  const int64_t* memory_offsets = nullptr;  // [B+1]
  const int64_t* weight_offsets = nullptr;  // [B+1], weight_offsets[b+1] = weight_offsets[b] + r_b·n_b
  // [M, 2]: query q sees the rows visible[2q] … visible[2q+1]-1 of its sequence, counted from its first; none where the
  // two are equal. Null: all of them. What is not seen has weight and score 0 and gets no gradient.
  const int64_t* visible = nullptr;
  const T* query = nullptr;         // [M, A]; kAdditive: projected, bias included
  const T* keys = nullptr;          // [N, A]; kAdditive: projected memory. kDot: may be `memory` itself if A = D
  const T* score_vector = nullptr;  // v [A]; kAdditive only, else null
  const T* memory = nullptr;        // [N, D]
};

// Written whole for the queries asked for; no initial value needed.
template <typename T>
struct AttendOutput {
  T* scores = nullptr;   // [heads·W], before the normaliser; null: not wanted
  T* weights = nullptr;  // [heads·W]; null: not wanted
  // Scores and weights hold the rows of the call's units alone, [queries, n_b] of one after the other, as who asks for
  // a few of many weights wants them. The fast kernels only.
  bool by_unit = false;
  T* row_constants = nullptr;  // [M, heads], 0 for a query that sees nothing; null: not wanted
  T* context = nullptr;        // [M, D] = Σ_i w_i m_i; 0 for a query that sees nothing; null: not wanted
};

template <typename T>
struct AttendGradients {
  const T* weights = nullptr;    // [heads·W], as the forward pass wrote them; null: it wrote none, they are made again
  const T* d_context = nullptr;  // [M, D]
  const T* d_weights = nullptr;  // [heads·W], the loss's own gradient by the weights; null: none
  const T* d_scores = nullptr;   // [heads·W], the loss's own gradient by the scores; null: none
  // Out, written whole for the units asked for:
  T* d_query = nullptr;   // [M, A]
  T* d_keys = nullptr;    // [N, A]; null with kDot and A = D: added into d_memory (keys were the memory)
  T* d_memory = nullptr;  // [N, D], through the weighted sum
  // Where the queries of a sequence are several parts (AttendUnit), those after the first add up what they give to keys
  // and memory for themselves; the caller adds it to d_keys and d_memory.
  int64_t parts = 1;                  // at most, of a sequence
  int64_t memory_rows = 0;            // N; wanted where parts > 1
  T* d_keys_parts = nullptr;          // [parts - 1, N, A]; null where d_keys is
  T* d_memory_parts = nullptr;        // [parts - 1, N, D]
  T* d_score_vector_parts = nullptr;  // [B·parts, A], row b·parts + p: what part p of sequence b adds to d_v; kAdditive
                                      // only, else null
};

// The piece of work that cannot be cut further without changing bits: some queries of one head of one sequence.
struct AttendUnit {
  int64_t sequence = 0, head = 0;
  int64_t first = 0;    // of the sequence's queries, a multiple of kTileQueries
  int64_t queries = 0;  // a multiple of kTileQueries, or all that are left
  int64_t part = 0;     // backward: the number of the unit among those of its sequence and head
};
constexpr int64_t kTileQueries = 64;

// Both compute `count` units; calls on other units may run at once, each with its own scratch, and however the units
// are dealt to calls, the bits are the same: forward also however the queries are cut into units, backward for the same
// units. Forward wants units that cover every query of a sequence and head, backward one at least of each, of no
// queries where there are none. O(W·(A + D)); no [queries, rows, A] tensor exists: backward recomputes tanh. Without
// an array for the weights they live in the scratch, some rows at a time. Throw InternalError on widths, offsets,
// ranges or units that cannot be.
void attend(const AttendInput<float>& input, const AttendOutput<float>& output, float* scratch, const AttendUnit* units,
            int64_t count);
void attend_backward(const AttendInput<float>& input, const AttendGradients<float>& gradients, float* scratch,
                     const AttendUnit* units, int64_t count);

// Scratch that such a call needs, in floats; any alignment. Nothing in it survives the call. `with_weights`: there is
// an array for the weights.
int64_t attend_scratch_size(const AttendInput<float>& input, bool with_weights, const AttendUnit* units, int64_t count);
int64_t attend_backward_scratch_size(const AttendInput<float>& input, bool with_weights, const AttendUnit* units,
                                     int64_t count);

// context [queries, D] = weights [queries, rows] · memory [rows, D], of one sequence and head, all row-major. The
// contexts that `attend` makes are, bit for bit, what this function makes of the weights, for all queries together or
// one by one.
void weighted_sum(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                  float* context);

// d_v [A] = Σ_b parts [rows, A], ascending: the same bits however the units were dealt.
void sum_score_vector_parts(const float* parts, int64_t rows, int64_t score_width, float* d_score_vector);

}  // namespace fovea::kernels
