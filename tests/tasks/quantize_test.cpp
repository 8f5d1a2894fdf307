#include "tasks/quantize.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "support/gradients.h"

namespace fovea::tasks {
namespace {

struct Two : nn::Module {
  at::Tensor matrix, small, vector;
  Two() {
    at::Tensor values = test::awkward({37, 53}, 1.0).to(at::kFloat);
    values[5].mul_(1000);
    values[6].zero_();
    matrix = register_parameter("matrix", values);
    small = register_parameter("small", test::awkward({3, 5}, 1.0).to(at::kFloat));
    vector = register_parameter("vector", test::awkward({2000}, 1.0).to(at::kFloat));
  }
};

TEST(Quantize, ErrorsAreHalfAStepOfTheirRow) {
  Two module;
  const at::Tensor before = module.matrix.detach().clone(), small = module.small.detach().clone(),
                   vector = module.vector.detach().clone();
  round_to_int8(module);
  EXPECT_TRUE(at::equal(module.small, small));
  EXPECT_TRUE(at::equal(module.vector, vector));
  EXPECT_FALSE(at::equal(module.matrix, before));
  const at::Tensor steps = std::get<0>(before.abs().max(1)) / 127;
  const at::Tensor errors = std::get<0>((module.matrix.detach() - before).abs().max(1));
  EXPECT_TRUE((errors <= steps * 0.501).all().item<bool>());
  EXPECT_TRUE(at::equal(module.matrix.detach()[6], at::zeros({53})));
}

TEST(Quantize, WhatWasRoundedComesBackFromItsFileBitForBit) {
  Two module;
  round_to_int8(module);
  const at::Tensor rounded = module.matrix.detach().clone();
  round_to_int8(module);
  EXPECT_TRUE(at::equal(module.matrix, rounded)) << "rounding again changes nothing";
  checkpoint::ArrayFile file;
  file.arrays = to_int8_arrays("matrix", module.matrix);
  EXPECT_EQ(file.arrays[0].bytes.size(), 37U * 53);
  const checkpoint::ArrayFile read = checkpoint::parse_arrays(checkpoint::serialize_arrays(file), "f");
  at::Tensor back = at::empty({37, 53});
  copy_quantized(read, "matrix", back, "f");
  EXPECT_TRUE(at::equal(back, rounded));
  at::Tensor other = at::empty({53, 37});
  EXPECT_THROW(copy_quantized(read, "matrix", other, "f"), UserError);
  EXPECT_THROW(copy_quantized(read, "none", back, "f"), UserError);
}

}  // namespace
}  // namespace fovea::tasks
