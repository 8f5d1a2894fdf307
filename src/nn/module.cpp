#include "nn/module.h"

#include "base/errors.h"

namespace fovea::nn {
namespace {

void check_name(const std::string& name) {
  FOVEA_CHECK(!name.empty() && name.find('.') == std::string::npos, name);
}

}  // namespace

at::Tensor& Module::register_parameter(std::string name, at::Tensor tensor, bool requires_grad) {
  check_name(name);
  if (tensor.defined()) tensor.set_requires_grad(requires_grad);
  return parameters_.insert(std::move(name), std::move(tensor));
}

at::Tensor& Module::register_buffer(std::string name, at::Tensor tensor) {
  check_name(name);
  return buffers_.insert(std::move(name), std::move(tensor));
}

void Module::add(std::string name, std::shared_ptr<Module> module) {
  check_name(name);
  FOVEA_CHECK(module != nullptr, name);
  modules_.insert(std::move(name), std::move(module));
}

void Module::collect(NamedTensors Module::*kind, const std::string& path, NamedTensors& into) const {
  for (const auto& item : this->*kind) {
    if (item.value().defined()) into.insert(path + item.key(), item.value());
  }
  for (const auto& item : modules_) item.value()->collect(kind, path + item.key() + ".", into);
}

NamedTensors Module::named_parameters() const {
  NamedTensors found;
  collect(&Module::parameters_, "", found);
  return found;
}

NamedTensors Module::named_buffers() const {
  NamedTensors found;
  collect(&Module::buffers_, "", found);
  return found;
}

std::vector<at::Tensor> Module::parameters() const {
  return named_parameters().values();
}

std::vector<at::Tensor> Module::buffers() const {
  return named_buffers().values();
}

}  // namespace fovea::nn
