// Dropout on what a network holds of each word: every number for itself, or the same features along a whole sequence.
#pragma once

#include <ATen/core/Tensor.h>

#include "base/random.h"

namespace fovea::nn {

// kVariational: one mask for all steps of a sequence (Gal & Ghahramani 2016), of inputs and states; their masks on the
// connections from step to step are not used.
enum class DropoutKind { kElement, kVariational };

struct DropoutOptions {
  double share = 0;  // dropped, 0 ≤ share < 1
  DropoutKind kind = DropoutKind::kElement;
};

// values [N, F], offsets [B+1] int64: what is kept is scaled as ops/dropout.h says. kElement: ops::dropout of all.
// kVariational: feature f of sequence b is dropped in all its rows or in none, as element b · F + f of ops::dropout.
at::Tensor dropped(const at::Tensor& values, const at::Tensor& offsets, const DropoutOptions& options,
                   const RandomKey& key);

}  // namespace fovea::nn
