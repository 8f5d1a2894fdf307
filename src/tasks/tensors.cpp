#include "tasks/tensors.h"

#include <cstring>

#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/aten.h"

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
    case at::kInt:
      return checkpoint::ElementType::kInt32;
    case at::kChar:
      return checkpoint::ElementType::kInt8;
    case at::kByte:
    case at::kBool:
      return checkpoint::ElementType::kUint8;
    default:
      FOVEA_CHECK(false, "no array type for", at::toString(type));
  }
  return checkpoint::ElementType::kFloat32;
}

// `array`: null where the file has none.
template <typename Array>
void copy_found(const Array* array, const std::string& name, at::Tensor& tensor, const std::string& place) {
  if (!array) throw UserError(ExitCode::kBadData, place + ": has no array '" + name + "'");
  if (array->type != element_type(tensor.scalar_type()) || array->shape != tensor.sizes().vec()) {
    throw UserError(ExitCode::kBadData,
                    place + ": array '" + name + "' has another shape or type than config.json says");
  }
  const at::NoGradGuard guard;
  FOVEA_CHECK(tensor.is_contiguous() && tensor.nbytes() == array->bytes.size(), name);
  std::memcpy(tensor.mutable_data_ptr(), array->bytes.data(), array->bytes.size());
}

}  // namespace

checkpoint::NamedArray to_array(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().contiguous();
  const checkpoint::ArrayView view = array_view(name, dense);
  return {view.name, view.type, view.shape, std::string(view.bytes)};
}

checkpoint::ArrayView array_view(const std::string& name, const at::Tensor& tensor) {
  FOVEA_CHECK(tensor.is_contiguous() && tensor.device().is_cpu(), name, tensor.toString());
  return {name, element_type(tensor.scalar_type()), tensor.sizes().vec(),
          std::string_view(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes())};
}

std::vector<std::pair<std::string, at::Tensor>> tensors_of(const nn::Module& module) {
  std::vector<std::pair<std::string, at::Tensor>> all;
  for (const auto& item : module.named_parameters()) all.emplace_back(item.key(), item.value());
  for (const auto& item : module.named_buffers()) all.emplace_back(item.key(), item.value());
  return all;
}

void copy_array(const checkpoint::ArrayFile& file, const std::string& name, at::Tensor& tensor,
                const std::string& place) {
  copy_found(file.find(name), name, tensor, place);
}

void copy_array(const checkpoint::ArrayViews& file, const std::string& name, at::Tensor& tensor,
                const std::string& place) {
  copy_found(file.find(name), name, tensor, place);
}

}  // namespace fovea::tasks
