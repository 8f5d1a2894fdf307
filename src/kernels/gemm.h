// Products of large float matrices, C (+)= op(A)·op(B) (+ bias), in the shapes that recurrent layers need: tokens times
// weights, gradients times weights, and weight gradients summed over all tokens. Not a BLAS: no scaling, no triangles.
#pragma once

#include <cstdint>

namespace fovea::kernels {

// All arrays are row-major and belong to the caller. A stride is the distance in floats between two rows as they lie in
// memory. C aliases nothing else.
struct GemmArguments {
  int64_t rows = 0;     // of C
  int64_t columns = 0;  // of C
  int64_t depth = 0;    // the inner dimension; 0 leaves bias, or the C that is accumulated to, or 0

  const float* a = nullptr;   // [rows, depth], or [depth, rows] where a_transposed
  int64_t a_stride = 0;       // >= depth, or >= rows where a_transposed
  bool a_transposed = false;  // C = Aᵀ·B

  // B is given in exactly one of three ways.
  const float* b = nullptr;              // [depth, columns], or [columns, depth] where b_transposed
  const float* const* b_rows = nullptr;  // [depth] pointers to rows of `columns` floats; null stands for a row of zeros
  const float* b_packed = nullptr;       // from pack_gemm_operand() with the same depth, columns and instruction set
  int64_t b_stride = 0;                  // with b: >= columns, or >= depth where b_transposed
  bool b_transposed = false;             // with b: C = A·Bᵀ

  const float* bias = nullptr;  // [columns], added to every row of C; null: none
  bool accumulate = false;      // C += …, where C must hold numbers; then there is no bias

  float* c = nullptr;  // [rows, columns], out
  int64_t c_stride = 0;

  // A second product of the same op(A), over the same range of rows: its own B, columns, bias and C, all other fields
  // as here. A is read and packed once for both, which is worth it where A is transposed. No chains; null: none.
  const GemmArguments* beside = nullptr;

  // [rows], out, or null: the sum of each row of op(A) over the depth, which is the bias gradient where A is a
  // gradient. Only where a_transposed. Adds where `accumulate`.
  float* a_sums = nullptr;
};

// Computes rows [begin, end) of C, whole. Any split of the rows gives the same bits, and so does a packed B. `scratch`
// holds gemm_scratch_size(arguments) floats, belongs to this call alone, and needs no initial value.
// O(rows·columns·depth). Throws InternalError where a size or a stride is impossible.
void gemm(const GemmArguments& arguments, int64_t begin, int64_t end, float* scratch);

// Floats of scratch that one call of gemm() needs, whatever its range. With a packed B and A not transposed: few.
int64_t gemm_scratch_size(const GemmArguments& arguments);

// Floats that pack_gemm_operand() writes, on the instruction set that is in force.
int64_t packed_gemm_size(int64_t depth, int64_t columns);

// Lays B out as gemm() reads it, for use in any number of calls: panels as wide as two vectors, padded with zeros. The
// layout depends on the instruction set, hence it is never stored in a file. Uses b, b_rows, b_stride, b_transposed,
// depth and columns of the arguments.
void pack_gemm_operand(const GemmArguments& arguments, float* packed);

}  // namespace fovea::kernels
