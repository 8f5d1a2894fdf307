// The small loops of a decoder's step, in which each row is a hypothesis by itself: attention of single queries over
// rows that are scattered, layer normalisation, log-softmax. The matrix products between them are kernels/gemm.h. All
// work on rows [begin, end), calls on disjoint ranges may run at once, and any split gives the same bits. Arrays are
// row-major and belong to the caller.
#pragma once

#include <cstdint>

namespace fovea::kernels {

// Query r looks at count[r] rows of keys and values, by softmax of scaled products; head h with the features h·w …
// (h+1)·w − 1 of all of them.
struct AttendSlotsArguments {
  int64_t heads = 1, width = 0;     // w, features of a head
  float scale = 1;                  // of the products
  const float* query = nullptr;     // [rows, ·]
  int64_t query_stride = 0;         // floats between two rows
  const float* keys = nullptr;      // [·, heads · w]
  const float* values = nullptr;    // [·, heads · w]
  const int64_t* counts = nullptr;  // [rows], 0 …
  const int64_t* slots = nullptr;   // which rows: those of query r at slots[firsts[r]] …; null: firsts[r] …
  const int64_t* firsts = nullptr;  // [rows]
  float* context = nullptr;         // [rows, heads · w], out; 0 where there is nothing to look at
  // Out, or null: the weights of query r and head h, count[r] of them, at weights[weight_firsts[r] + h ·
  // head_strides[r]].
  float* weights = nullptr;
  const int64_t* weight_firsts = nullptr;
  const int64_t* head_strides = nullptr;
};
// `scratch`: as many floats as the largest count, of this call alone.
void attend_slots(const AttendSlotsArguments& arguments, int64_t begin, int64_t end, float* scratch);

// (x − mean) / √(variance + epsilon) · scale + shift of each row [width], from `in` to `out`, which may be the same.
struct LayerNormArguments {
  int64_t width = 0;
  float epsilon = 0;
  const float *scale = nullptr, *shift = nullptr;  // [width]
  const float* in = nullptr;                       // [rows, width]
  float* out = nullptr;                            // [rows, width]
};
void layer_norm(const LayerNormArguments& arguments, int64_t begin, int64_t end);

// x + y in place of x, and max(x, 0): [rows, width], y [width].
void add_to_rows(const float* y, int64_t width, float* x, int64_t begin, int64_t end);
void cut_below_zero(int64_t width, float* x, int64_t begin, int64_t end);

// log softmax of each row [width], in place. Rows hold numbers.
void log_softmax(int64_t width, float* x, int64_t begin, int64_t end);

}  // namespace fovea::kernels
