// Start values of parameters, from the counter-based generator: the same seed gives the same model, in whatever order
// its parts are made.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <ATen/core/Tensor.h>

namespace fovea::nn {

// Nothing: the parameters are about to be loaded, and nothing is filled.
using Seed = std::optional<uint64_t>;

// Fills in place with Uniform(-bound, bound). `name` is the parameter's full name: it tells the streams apart.
void fill_uniform(at::Tensor& parameter, double bound, Seed seed, std::string_view name);

// Glorot & Bengio (2010): bound sqrt(6 / (rows + columns)) for a matrix.
void fill_glorot(at::Tensor& parameter, Seed seed, std::string_view name);

// Each of the `blocks` square blocks [H, H] stacked in `parameter` [blocks·H, H] becomes orthogonal (Saxe et al. 2014).
void fill_orthogonal_blocks(at::Tensor& parameter, int64_t blocks, Seed seed, std::string_view name);

}  // namespace fovea::nn
