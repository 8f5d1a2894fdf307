#include "tasks/tensors.h"

#include <cstring>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"

namespace fovea::tasks {
namespace {

checkpoint::ElementType element_type(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return checkpoint::ElementType::kFloat32;
    case at::kDouble:
      return checkpoint::ElementType::kFloat64;
    case at::kLong:
      return checkpoint::ElementType::kInt64;
    default:
      FOVEA_CHECK(false, "no array type for", at::toString(type));
  }
  return checkpoint::ElementType::kFloat32;
}

}  // namespace

checkpoint::NamedArray to_array(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().contiguous();
  checkpoint::NamedArray array;
  array.name = name;
  array.type = element_type(dense.scalar_type());
  array.shape = dense.sizes().vec();
  array.bytes.assign(static_cast<const char*>(dense.const_data_ptr()), dense.nbytes());
  return array;
}

void copy_array(const checkpoint::ArrayFile& file, const std::string& name, at::Tensor& tensor,
                const std::string& place) {
  const checkpoint::NamedArray* array = file.find(name);
  if (!array) throw UserError(ExitCode::kBadData, place + ": has no array '" + name + "'");
  if (array->type != element_type(tensor.scalar_type()) || array->shape != tensor.sizes().vec()) {
    throw UserError(ExitCode::kBadData,
                    place + ": array '" + name + "' has another shape or type than config.json says");
  }
  const at::NoGradGuard guard;
  FOVEA_CHECK(tensor.is_contiguous() && tensor.nbytes() == array->bytes.size(), name);
  std::memcpy(tensor.mutable_data_ptr(), array->bytes.data(), array->bytes.size());
}

}  // namespace fovea::tasks
