#include "ops/softmax_loss.h"

#include <algorithm>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "base/errors.h"
#include "kernels/softmax_loss.h"
#include "ops/aten.h"
#include "ops/products.h"

namespace fovea::ops {
namespace {

// Scores that are there at once: 4 MB of floats, which stay in the last cache between the products that read them.
constexpr int64_t kScoresAtOnce = 1 << 20;
constexpr int64_t kLeastRows = 24;

struct Gradients {
  at::Tensor rows, weight, bias;
};

kernels::GemmArguments product(const float* a, int64_t a_stride, const float* b, int64_t b_stride, float* c,
                               int64_t c_stride) {
  kernels::GemmArguments arguments;
  arguments.a = a;
  arguments.a_stride = a_stride;
  arguments.b = b;
  arguments.b_stride = b_stride;
  arguments.c = c;
  arguments.c_stride = c_stride;
  return arguments;
}

// The mean loss, and the gradients of it where they are wanted.
double pass(const SoftmaxLossInput& in, Gradients* gradients) {
  const int64_t count = in.rows.size(0), width = in.rows.size(1), classes = in.weight.size(0);
  const int64_t most = std::clamp(kScoresAtOnce / classes, kLeastRows, std::max(count, kLeastRows));
  const at::Tensor scores = at::empty({std::min(most, count), classes}, in.rows.options().requires_grad(false));
  std::vector<double> losses(static_cast<size_t>(count));
  float* score = scores.mutable_data_ptr<float>();
  const float *rows = in.rows.const_data_ptr<float>(), *weight = in.weight.const_data_ptr<float>();
  for (int64_t first = 0; first < count; first += most) {
    const int64_t some = std::min(most, count - first);
    kernels::GemmArguments forward = product(rows + first * width, width, weight, width, score, classes);
    forward.rows = some, forward.columns = classes, forward.depth = width;
    forward.b_transposed = true;
    forward.bias = in.bias.const_data_ptr<float>();
    multiply(forward);
    kernels::SoftmaxLossArguments loss;
    loss.classes = classes;
    loss.answers = in.answers.const_data_ptr<int64_t>() + first;
    loss.smoothing = in.smoothing;
    loss.scale = 1 / static_cast<float>(count);
    loss.scores = score;
    loss.losses = losses.data() + first;
    at::parallel_for(
        0, some, 1, [&](int64_t begin, int64_t end) { kernels::softmax_loss(loss, begin, end, gradients != nullptr); });
    if (!gradients) continue;
    kernels::GemmArguments to_rows =
        product(score, classes, weight, width, gradients->rows.mutable_data_ptr<float>() + first * width, width);
    to_rows.rows = some, to_rows.columns = width, to_rows.depth = classes;
    multiply(to_rows);
    kernels::GemmArguments to_weight =
        product(score, classes, rows + first * width, width, gradients->weight.mutable_data_ptr<float>(), width);
    to_weight.rows = classes, to_weight.columns = width, to_weight.depth = some;
    to_weight.a_transposed = true;
    to_weight.accumulate = true;
    to_weight.a_sums = gradients->bias.mutable_data_ptr<float>();
    multiply(to_weight);
  }
  double sum = 0;
  for (const double loss : losses) sum += loss;
  return sum / static_cast<double>(count);
}

class SoftmaxLoss : public torch::autograd::Function<SoftmaxLoss> {
 public:
  // All contiguous.
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& rows, const at::Tensor& weight,
                            const at::Tensor& bias, const at::Tensor& answers, double smoothing) {
    const SoftmaxLossInput in = {rows, weight, bias, answers, smoothing};
    const bool wanted = rows.requires_grad() || weight.requires_grad() || bias.requires_grad();
    Gradients gradients;
    if (wanted) gradients = {at::empty_like(in.rows), at::zeros_like(in.weight), at::zeros_like(in.bias)};
    const double loss = pass(in, wanted ? &gradients : nullptr);
    context->save_for_backward({gradients.rows, gradients.weight, gradients.bias});
    return at::full({}, loss, rows.options().requires_grad(false));
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& upper) {
    FOVEA_CHECK(!at::GradMode::is_enabled(), "the second derivative of softmax_loss is not there");
    torch::autograd::variable_list down = context->get_saved_variables();
    const double factor = upper[0].item<double>();
    if (factor != 1) {
      for (at::Tensor& gradient : down) gradient = gradient * factor;
    }
    down.resize(5);
    return down;
  }
};

}  // namespace

at::Tensor softmax_loss_composite(const SoftmaxLossInput& input) {
  return at::cross_entropy_loss(at::linear(input.rows, input.weight, input.bias), input.answers, {},
                                at::Reduction::Mean, /*ignore_index=*/-100, input.smoothing);
}

at::Tensor softmax_loss(const SoftmaxLossInput& in) {
  FOVEA_CHECK(
      in.rows.dim() == 2 && in.weight.dim() == 2 && in.rows.size(0) > 0 && in.rows.size(1) == in.weight.size(1) &&
          in.bias.dim() == 1 && in.bias.size(0) == in.weight.size(0) && in.answers.dim() == 1 &&
          in.answers.size(0) == in.rows.size(0) && in.answers.scalar_type() == at::kLong &&
          in.answers.is_contiguous() && in.smoothing >= 0 && in.smoothing < 1,
      "rows", in.rows.sizes(), "weight", in.weight.sizes(), "bias", in.bias.sizes(), "answers", in.answers.sizes());
  if (!in.rows.device().is_cpu() || in.rows.scalar_type() != at::kFloat) return softmax_loss_composite(in);
  const SoftmaxLossInput dense = {in.rows.contiguous(), in.weight.contiguous(), in.bias.contiguous(), in.answers,
                                  in.smoothing};
  if (!at::GradMode::is_enabled()) return at::full({}, pass(dense, nullptr), in.rows.options());
  return SoftmaxLoss::apply(dense.rows, dense.weight, dense.bias, dense.answers, dense.smoothing);
}

}  // namespace fovea::ops
