// One batch in the three layouts: ragged for Fovea, padded and sorted by length for libtorch.
#pragma once

#include <ATen/core/Tensor.h>

#include "runner/case.h"

namespace fovea::bench {

// Texts padded to the longest, T.
struct Padded {
  at::Tensor ids;      // [B, T] int64, 0 beyond the end of a text
  at::Tensor mask;     // [B, T] bool, true beyond the end
  at::Tensor lengths;  // [B] int64
  at::Tensor labels;   // [B] int64
};

struct Batch {
  int64_t tokens = 0;  // N
  at::Tensor ids;      // [N] int64
  at::Tensor offsets;  // [B+1] int64
  at::Tensor labels;   // [B] int64
  Padded padded;       // in the same order
  Padded sorted;       // longest text first, as packing wants it
  at::Tensor order;    // [B]: sorted text b is text order[b]
};

// Words are drawn evenly from the vocabulary, labels from two; always the same ones.
Batch make_batch(const Case& given);

// Rows [N, …] of a ragged batch to [B, T, …], 0 beyond the end of a text.
at::Tensor padded_rows(const at::Tensor& rows, const at::Tensor& offsets);

}  // namespace fovea::bench
