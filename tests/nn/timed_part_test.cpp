#include "nn/timed_part.h"

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/profile.h"
#include "ops/aten.h"

namespace fovea::nn {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names_of(const Profile& profile) {
  std::vector<std::string> names;
  for (const auto& [name, seconds] : profile.parts()) names.push_back(name);
  return names;
}

at::Tensor two_parts(const at::Tensor& input, const StepContext& context) {
  const TimedPart first(context, "first");
  const at::Tensor middle = first.made(at::tanh(input));
  const TimedPart second(context, "second");
  return second.made((middle * middle + at::exp(middle)).sum());
}

TEST(TimedPart, TellsThePartsInBothPasses) {
  Profile profile;
  StepContext context;
  context.profile = &profile;
  at::Tensor input = at::tensor({0.5, -1.0, 2.0}, at::kDouble).requires_grad_();
  at::Tensor result = two_parts(input, context);
  profile.enter("between");
  result.backward();
  profile.leave();
  EXPECT_THAT(names_of(profile), ElementsAre("first", "second", "between", "second_backward", "first_backward"));

  at::Tensor other = input.detach().clone().requires_grad_();
  two_parts(other, {}).backward();
  EXPECT_TRUE(at::equal(input.grad(), other.grad()));
}

TEST(TimedPart, TellsTheForwardPassAloneWhereNothingWantsAGradient) {
  Profile profile;
  StepContext context;
  context.profile = &profile;
  two_parts(at::tensor({0.5, -1.0}, at::kDouble), context);
  EXPECT_THAT(names_of(profile), ElementsAre("first", "second"));
}

}  // namespace
}  // namespace fovea::nn
