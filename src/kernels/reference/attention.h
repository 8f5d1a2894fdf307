// Additive and dot attention over ragged memory as plain loops in double: the oracle of the tests, not the fast path.
// Dimensions: B sequences, N memory rows of all sequences together, D width of a memory row, A width of the score
// space.
#pragma once

#include <cstdint>

namespace fovea::kernels::reference {

enum class Score {
  kAdditive,  // score_i = v · tanh(P m_i + q_b)
  kDot,       // score_i = q_b · m_i
};

// All arrays are contiguous and row-major, belong to the caller and live until the call returns. Outputs are written
// whole for the sequences asked for, need no initial value, and may alias neither an input nor one another.
struct AttendArguments {
  Score score = Score::kAdditive;
  int64_t memory_width = 0;              // D
  int64_t score_width = 0;               // A; with kDot it equals D
  const int64_t* offsets = nullptr;      // [B+1], not decreasing: sequence b owns rows offsets[b] … offsets[b+1]-1
  const double* memory = nullptr;        // [N, D]
  const double* query = nullptr;         // [B, A], one per sequence; with kAdditive already projected, bias included
  const double* projection = nullptr;    // P [A, D], kAdditive only, else null
  const double* score_vector = nullptr;  // v [A], kAdditive only, else null
  double* scores = nullptr;              // [N], out: before the softmax
  double* weights = nullptr;             // [N], out: softmax of the scores, within each sequence
  double* context = nullptr;             // [B, D], out: weighted sum of the memory rows; 0 for an empty sequence
};

// Computes sequences [begin, end) of B: their rows of scores and weights, their row of context. Any split of the range
// gives the same bits. O(N·A·D) additive, O(N·D) dot. Throws InternalError where a width or the range is negative, or
// where kDot has A != D.
void attend(const AttendArguments& arguments, int64_t begin, int64_t end);

}  // namespace fovea::kernels::reference
