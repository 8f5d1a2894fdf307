#include "nn/module.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::nn {
namespace {

struct LeafImpl : Module {
  explicit LeafImpl(int64_t rows) {
    weight = register_parameter("weight", at::full({rows, 2}, 3.0));
    fixed = register_parameter("fixed", at::zeros({rows}), /*requires_grad=*/false);
    register_parameter("absent", at::Tensor());
    seen = register_buffer("seen", at::full({rows}, 5.0));
  }
  at::Tensor weight, fixed, seen;
};
using Leaf = ModuleHolder<LeafImpl>;

struct BranchImpl : Module {
  BranchImpl(int64_t left_rows, int64_t right_rows) {
    left = register_module("left", Leaf(left_rows));
    right = register_module("right", std::make_shared<LeafImpl>(right_rows));
    scale = register_parameter("scale", at::full({1}, 7.0));
  }
  void name(const std::string& name) { register_parameter(name, at::zeros({1})); }

  Leaf left{nullptr};
  std::shared_ptr<LeafImpl> right;
  at::Tensor scale;
};
using Branch = ModuleHolder<BranchImpl>;

TEST(Module, NamesItsOwnParametersThenThoseOfItsModules) {
  const Branch branch(3, 5);
  EXPECT_THAT(branch->named_parameters().keys(),
              testing::ElementsAre("scale", "left.weight", "left.fixed", "right.weight", "right.fixed"));
  EXPECT_THAT(branch->named_buffers().keys(), testing::ElementsAre("left.seen", "right.seen"));
  EXPECT_EQ(branch->parameters().size(), 5u);
  EXPECT_EQ(branch->parameters()[3].size(0), 5);
  EXPECT_EQ(branch->buffers()[1].size(0), 5);
}

TEST(Module, HandsOutItsParametersAndNoCopies) {
  Branch branch(3, 5);
  const at::NoGradGuard guard;
  branch->named_parameters()["left.weight"].fill_(11.0);
  EXPECT_EQ(branch->left->weight.sum().item<double>(), 66);
  EXPECT_TRUE(branch->left->weight.requires_grad());
  EXPECT_FALSE(branch->left->fixed.requires_grad());
  EXPECT_FALSE(branch->left->seen.requires_grad());
}

TEST(Module, HoldersShareTheirModule) {
  Branch branch(3, 5), other = branch, empty(nullptr);
  EXPECT_EQ(branch.ptr(), other.ptr());
  EXPECT_TRUE(empty.is_empty());
  EXPECT_FALSE(empty);
  EXPECT_TRUE(branch);
}

TEST(Module, RefusesNamesThatWouldNotBePaths) {
  Branch branch(3, 5);
  EXPECT_THROW(branch->name("a.b"), InternalError);
  EXPECT_THROW(branch->name(""), InternalError);
  EXPECT_THROW(branch->name("scale"), std::exception);  // there already
}

}  // namespace
}  // namespace fovea::nn
