// Start values of parameters, from the counter-based generator: the same seed gives the same model, in whatever order
// its parts are made, and no two parameters of a network begin alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ATen/core/Tensor.h>

namespace fovea::nn {

// Nothing: the parameters are about to be loaded, and nothing is filled.
using Seed = std::optional<uint64_t>;

// Where a module's start values come from: the network's seed and the module's full path in it. A module hands
// `stream / "name"` to each of its parts, so that two parts of one kind begin with numbers of their own.
class Stream {
 public:
  Stream(uint64_t seed) : seed_(seed) {}  // of the network itself, whose path is empty
  Stream(Seed seed) : seed_(seed) {}
  Stream(std::nullopt_t) {}

  Stream operator/(std::string_view part) const;

  explicit operator bool() const { return seed_.has_value(); }
  uint64_t base(std::string_view parameter) const;  // of a parameter's numbers, for base/random.h; wants a seed

 private:
  Seed seed_;
  std::string path_;  // "encoder", "decoder.attention", …
};

// Fills in place with Uniform(-bound, bound). `name` is the parameter's in its module.
void fill_uniform(at::Tensor& parameter, double bound, const Stream& stream, std::string_view name);

// Glorot & Bengio (2010): bound sqrt(6 / (rows + columns)) for a matrix.
void fill_glorot(at::Tensor& parameter, const Stream& stream, std::string_view name);

// Each of the `blocks` square blocks [H, H] stacked in `parameter` [blocks·H, H] becomes orthogonal (Saxe et al. 2014).
void fill_orthogonal_blocks(at::Tensor& parameter, int64_t blocks, const Stream& stream, std::string_view name);

}  // namespace fovea::nn
