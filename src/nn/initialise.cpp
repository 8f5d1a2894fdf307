#include "nn/initialise.h"

#include <cmath>

#include <ATen/Dispatch.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "base/random.h"
#include "ops/aten.h"

namespace fovea::nn {
namespace {

// FNV-1a: the stream number of a name.
uint64_t name_hash(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

Stream Stream::operator/(std::string_view part) const {
  Stream inner = *this;
  inner.path_ += path_.empty() ? "" : ".";
  inner.path_ += part;
  return inner;
}

uint64_t Stream::base(std::string_view parameter) const {
  return stream_base({seed_.value(), Purpose::kInitialise, name_hash((*this / parameter).path_)});
}

void fill_uniform(at::Tensor& parameter, double bound, const Stream& stream, std::string_view name) {
  if (!stream) return;
  const at::NoGradGuard guard;
  const uint64_t base = stream.base(name);
  at::Tensor values = at::empty(parameter.sizes(), parameter.options().requires_grad(false));
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "fill_uniform", [&] {
    scalar_t* out = values.mutable_data_ptr<scalar_t>();
    for (int64_t i = 0; i < values.numel(); ++i) {
      out[i] = static_cast<scalar_t>((2 * uniform(base, static_cast<uint64_t>(i)) - 1) * bound);
    }
  });
  parameter.copy_(values);
}

void fill_glorot(at::Tensor& parameter, const Stream& stream, std::string_view name) {
  FOVEA_CHECK(parameter.dim() == 2, parameter.dim());
  fill_uniform(parameter, std::sqrt(6.0 / static_cast<double>(parameter.size(0) + parameter.size(1))), stream, name);
}

void fill_orthogonal_blocks(at::Tensor& parameter, int64_t blocks, const Stream& stream, std::string_view name) {
  if (!stream) return;
  const at::NoGradGuard guard;
  const int64_t size = parameter.size(1);
  FOVEA_CHECK(parameter.dim() == 2 && parameter.size(0) == blocks * size, parameter.sizes());
  // Gram–Schmidt in double, row by row; O(H³): 0.3 s a block at H = 512, once per training.
  at::Tensor values = at::empty(parameter.sizes(), at::kDouble);
  fill_uniform(values, 1.0, stream, name);
  double* data = values.mutable_data_ptr<double>();
  for (int64_t block = 0; block < blocks; ++block) {
    double* rows = data + block * size * size;
    for (int64_t i = 0; i < size; ++i) {
      double* row = rows + i * size;
      for (int64_t j = 0; j < i; ++j) {
        const double* other = rows + j * size;
        double product = 0;
        for (int64_t d = 0; d < size; ++d) product += row[d] * other[d];
        for (int64_t d = 0; d < size; ++d) row[d] -= product * other[d];
      }
      double norm = 0;
      for (int64_t d = 0; d < size; ++d) norm += row[d] * row[d];
      for (int64_t d = 0; d < size; ++d) row[d] /= std::sqrt(norm);
    }
  }
  parameter.copy_(values.to(parameter.scalar_type()));
}

}  // namespace fovea::nn
