#include "kernels/gemm.h"

#include "base/errors.h"
#include "kernels/simd/gemm.h"

namespace fovea::kernels {
namespace {

void check_b(const GemmArguments& g) {
  FOVEA_CHECK(g.depth >= 0 && g.columns >= 0, "depth", g.depth, "columns", g.columns);
  if (g.b) {
    const int64_t least = g.b_transposed ? g.depth : g.columns;
    FOVEA_CHECK(g.b_stride >= least, "stride of B", g.b_stride, "but it has", least, "columns");
  }
  FOVEA_CHECK(!g.b_transposed || !g.b_rows, "rows by pointer cannot be transposed");
}

void check_product(const GemmArguments& g, int64_t begin, int64_t end) {
  check_b(g);
  FOVEA_CHECK(0 <= begin && begin <= end && end <= g.rows, "rows", begin, end, "of", g.rows);
  FOVEA_CHECK(!g.b + !g.b_rows + !g.b_packed == 2 || g.depth == 0 || g.columns == 0, "B is to be given in one way");
  FOVEA_CHECK(g.a_stride >= (g.a_transposed ? g.rows : g.depth), "stride of A", g.a_stride);
  FOVEA_CHECK(g.c_stride >= g.columns, "stride of C", g.c_stride, "columns", g.columns);
  FOVEA_CHECK(!(g.bias && g.accumulate), "a bias is added to what is not accumulated");
  FOVEA_CHECK(!g.a_sums || g.a_transposed, "sums of A need A transposed");
}

}  // namespace

void gemm(const GemmArguments& g, int64_t begin, int64_t end, float* scratch) {
  check_product(g, begin, end);
  if (const GemmArguments* other = g.beside) {
    check_product(*other, begin, end);
    FOVEA_CHECK(other->a == g.a && other->a_stride == g.a_stride && other->a_transposed == g.a_transposed &&
                    other->depth == g.depth && other->accumulate == g.accumulate,
                "products side by side share A");
    FOVEA_CHECK(!other->beside && !other->a_sums, "one product beside another, and sums with the first");
  }
  if (begin < end) simd::gemm(g, begin, end, scratch);
}

int64_t gemm_scratch_size(const GemmArguments& arguments) {
  check_b(arguments);
  if (arguments.beside) check_b(*arguments.beside);
  return simd::gemm_scratch_size(arguments);
}

int64_t packed_gemm_size(int64_t depth, int64_t columns) {
  FOVEA_CHECK(depth >= 0 && columns >= 0, "depth", depth, "columns", columns);
  return simd::packed_gemm_size(depth, columns);
}

void pack_gemm_operand(const GemmArguments& arguments, float* packed) {
  check_b(arguments);
  FOVEA_CHECK(arguments.b || arguments.b_rows || arguments.depth == 0 || arguments.columns == 0, "nothing to pack");
  simd::pack_gemm_operand(arguments, packed);
}

}  // namespace fovea::kernels
