// What the operators share that are registered with libtorch as fovea::…, so that Python can call them and
// torch.compile can record them.
#pragma once

#include <optional>

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace fovea::ops {

// Whether a call with `tensor` must go through libtorch's dispatcher, because somebody records it (torch.compile, a
// dispatch mode) or it has a shape and no numbers. Elsewhere the implementation is called directly.
bool is_recorded(const at::Tensor& tensor);

inline std::optional<at::Tensor> if_defined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional<at::Tensor>(tensor) : std::nullopt;
}

// The operator fovea::…, `Signature` being that of its implementation.
template <typename Signature>
auto operator_named(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

}  // namespace fovea::ops
