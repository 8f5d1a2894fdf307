#include "nn/heads/linear.h"

#include "base/errors.h"
#include "nn/initialise.h"
#include "ops/aten.h"
#include "ops/dropout.h"

namespace fovea::nn {

LinearHeadImpl::LinearHeadImpl(const LinearHeadOptions& options, const Stream& stream) : options_(options) {
  FOVEA_CHECK(options.input_size > 0 && options.class_count > 1, options.input_size, options.class_count);
  weight_ = register_parameter("weight", at::empty({options.class_count, options.input_size}));
  bias_ = register_parameter("bias", at::zeros({options.class_count}));
  fill_glorot(weight_, stream, "weight");
}

at::Tensor LinearHeadImpl::forward(const at::Tensor& context, const StepContext& step) {
  const at::Tensor kept = step.training
                              ? ops::dropout(context, options_.dropout, {step.seed, Purpose::kDropoutOutput, step.step})
                              : context;
  return at::addmm(bias_, kept, weight_.t());
}

}  // namespace fovea::nn
