// Modules: what holds the parameters of a network, modules within modules. Each parameter is found by its path, as
// "encoder.layer0_forward_input_weight". In place of libtorch's torch/nn/module.h, which takes many times as long to
// compile, for serialisation and containers that Fovea has no use for.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/ordered_dict.h>

namespace fovea::nn {

// By path: a module's own ones first, then those of the modules within, each in the order in which they were
// registered.
using NamedTensors = torch::OrderedDict<std::string, at::Tensor>;

class Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  virtual ~Module() = default;

  // What training moves. The tensors share the module's memory.
  NamedTensors named_parameters() const;
  std::vector<at::Tensor> parameters() const;

  // What belongs to the model's state besides, and has no gradient.
  NamedTensors named_buffers() const;
  std::vector<at::Tensor> buffers() const;

 protected:
  // Each returns what was registered. `name` holds no dot and is new among its kind in this module.
  at::Tensor& register_parameter(std::string name, at::Tensor tensor, bool requires_grad = true);
  at::Tensor& register_buffer(std::string name, at::Tensor tensor);

  template <typename Impl>
  std::shared_ptr<Impl> register_module(std::string name, std::shared_ptr<Impl> module) {
    add(std::move(name), module);
    return module;
  }
  template <typename Holder, typename Impl = typename Holder::Contained>
  Holder register_module(std::string name, Holder holder) {
    add(std::move(name), holder.ptr());
    return holder;
  }

 private:
  void add(std::string name, std::shared_ptr<Module> module);
  void collect(NamedTensors Module::*kind, const std::string& path, NamedTensors& into) const;

  NamedTensors parameters_{"Parameter"}, buffers_{"Buffer"};
  torch::OrderedDict<std::string, std::shared_ptr<Module>> modules_{"Submodule"};
};

// Registers a parameter with the module that a part without parameters of its own belongs to.
using AddParameter = std::function<void(const std::string& name, const at::Tensor& tensor)>;

// A module that is held in common: copies hold the same one. nullptr makes an empty one.
template <typename Impl>
class ModuleHolder {
 public:
  using Contained = Impl;

  ModuleHolder(std::nullptr_t) {}
  ModuleHolder(std::shared_ptr<Impl> module) : module_(std::move(module)) {}

  // Makes the module, of what its constructor takes.
  template <typename First, typename... Rest>
  requires(!std::is_base_of_v<ModuleHolder, std::remove_cvref_t<First>> &&
           !std::is_convertible_v<First, std::shared_ptr<Impl>>) explicit ModuleHolder(First&& first, Rest&&... rest)
      : module_(std::make_shared<Impl>(std::forward<First>(first), std::forward<Rest>(rest)...)) {}

  explicit operator bool() const { return module_ != nullptr; }
  bool is_empty() const { return module_ == nullptr; }
  const std::shared_ptr<Impl>& ptr() const { return module_; }
  Impl* operator->() { return module_.get(); }
  const Impl* operator->() const { return module_.get(); }
  Impl& operator*() { return *module_; }
  const Impl& operator*() const { return *module_; }

 private:
  std::shared_ptr<Impl> module_;
};

}  // namespace fovea::nn
