#include "attribution/gradients.h"

#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "attribution/integrated_gradients.h"
#include "attribution/soft_erasure.h"
#include "base/errors.h"
#include "data/batches/plan.h"
#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::attribution {
namespace {

// What a pass takes at once: the states of all parts are kept for the way back.
constexpr data::BatchOptions kGradientBatches = {.max_examples = 256, .max_tokens = 16'384};

// [B]: the probability of one class of each row of logits [B, C].
at::Tensor probability_of(const at::Tensor& logits, const std::vector<int64_t>& classes) {
  return logits.softmax(1).gather(1, at::tensor(classes, at::kLong).unsqueeze(1)).squeeze(1);
}

// [B]: the logit of one class of each row less the mean of the row. Of what is added to all logits alike no answer
// knows.
at::Tensor lead_of(const at::Tensor& logits, const std::vector<int64_t>& classes) {
  return logits.gather(1, at::tensor(classes, at::kLong).unsqueeze(1)).squeeze(1) - logits.mean(1);
}

// take(b, numbers of input b) for each input of the pass; values: [N].
template <typename Take>
void hand_out(const DifferentiablePass& pass, const std::vector<double>& values, const Take& take) {
  const int64_t* offsets = pass.offsets().const_data_ptr<int64_t>();
  for (size_t b = 0; b + 1 < static_cast<size_t>(pass.offsets().numel()); ++b) {
    take(b,
         std::span(values).subspan(static_cast<size_t>(offsets[b]), static_cast<size_t>(offsets[b + 1] - offsets[b])));
  }
}

// Those points that `chosen` numbers, together.
void products_of_batch(Differentiable& subject, std::span<const Point> points, std::span<const int64_t> chosen,
                       Attention attention, const TakeProducts& take) {
  std::vector<int64_t> numbers, classes;
  std::vector<double> scales;
  for (const int64_t p : chosen) {
    const Point& point = points[static_cast<size_t>(p)];
    numbers.push_back(point.input);
    classes.push_back(point.towards);
    scales.push_back(point.scale);
  }
  const std::unique_ptr<DifferentiablePass> pass = subject.pass(numbers);
  const std::vector<at::Tensor>& inputs = pass->inputs();
  std::vector<at::Tensor> leaves;
  {
    const at::NoGradGuard guard;
    const at::Tensor of_rows = at::tensor(scales, at::kDouble)
                                   .index_select(0, ops::segment_ids(pass->offsets()))
                                   .unsqueeze(1)
                                   .to(inputs.front().scalar_type());
    for (const at::Tensor& input : inputs) leaves.push_back(input * of_rows);
  }
  const at::AutoGradMode with_gradients(true);
  for (at::Tensor& leaf : leaves) leaf.set_requires_grad(true);
  const at::Tensor asked = probability_of(pass->logits_from(leaves, attention), classes);
  asked.sum().backward();
  at::Tensor products = at::zeros({inputs.front().size(0)}, at::kDouble);
  for (size_t m = 0; m < inputs.size(); ++m) {
    products += (inputs[m].to(at::kDouble) * leaves[m].grad().to(at::kDouble)).sum(1);
  }
  const std::vector<double> probabilities = numbers_of(asked);
  hand_out(*pass, numbers_of(products), [&](size_t b, std::span<const double> of_input) {
    take(static_cast<size_t>(chosen[b]), of_input, probabilities[b]);
  });
}

// Every input that has parts, whole, toward class(input).
std::vector<Point> whole_points(const Subject& subject, const std::function<int64_t(size_t)>& towards) {
  std::vector<Point> points;
  for (int64_t input = 0; input < subject.inputs(); ++input) {
    if (subject.parts(input) > 0) points.push_back({input, 1, towards(static_cast<size_t>(input))});
  }
  return points;
}

void scale_to_one(std::vector<double>& scores) {
  double sum = 0;
  for (const double score : scores) sum += score;
  if (sum <= 0) return;  // nothing moves the answer
  for (double& score : scores) score /= sum;
}

}  // namespace

void input_products(Differentiable& subject, std::span<const Point> points, Attention attention,
                    const TakeProducts& take) {
  std::vector<int64_t> lengths;
  for (const Point& point : points) {
    lengths.push_back(subject.parts(point.input));
    FOVEA_CHECK(lengths.back() > 0, "an input without parts has no gradient");
  }
  for (const std::vector<int64_t>& chosen : data::plan_in_order(lengths, kGradientBatches)) {
    products_of_batch(subject, points, chosen, attention, take);
  }
}

std::vector<Attribution> gradient(Differentiable& subject) {
  const auto count = static_cast<size_t>(subject.inputs());
  std::vector<std::vector<double>> others(count);  // minus the products of the last class
  std::vector<Attribution> all(count);
  for (size_t i = 0; i < count; ++i) {
    others[i].resize(static_cast<size_t>(subject.parts(static_cast<int64_t>(i))));
    all[i].scores.resize(others[i].size());
  }
  for (int64_t y = 0; y + 1 < subject.classes(); ++y) {
    const std::vector<Point> points = whole_points(subject, [y](size_t) { return y; });
    input_products(subject, points, Attention::kFixed, [&](size_t point, std::span<const double> products, double) {
      const auto input = static_cast<size_t>(points[point].input);
      for (size_t i = 0; i < products.size(); ++i) {
        all[input].scores[i] += std::abs(products[i]);
        others[input][i] += products[i];
      }
    });
  }
  for (size_t input = 0; input < count; ++input) {
    for (size_t i = 0; i < others[input].size(); ++i) all[input].scores[i] += std::abs(others[input][i]);
    scale_to_one(all[input].scores);
  }
  return all;
}

std::vector<Attribution> gradient_input(Differentiable& subject, std::span<const int64_t> towards) {
  std::vector<Attribution> all(static_cast<size_t>(subject.inputs()));
  const std::vector<Point> points = whole_points(subject, [towards](size_t input) { return towards[input]; });
  input_products(subject, points, Attention::kMoves, [&](size_t point, std::span<const double> products, double) {
    all[static_cast<size_t>(points[point].input)].scores.assign(products.begin(), products.end());
  });
  return all;
}

std::vector<Attribution> weight_gradients(Differentiable& subject, std::span<const int64_t> towards, Method method) {
  const bool of_logits = method == Method::kContribution;
  FOVEA_CHECK(method == Method::kWeightGradient || method == Method::kAttentionGradient || of_logits);
  subject.require_weights();
  std::vector<Attribution> all(static_cast<size_t>(subject.inputs()));
  const std::vector<Point> points = whole_points(subject, [towards](size_t input) { return towards[input]; });
  std::vector<int64_t> lengths;
  for (const Point& point : points) lengths.push_back(subject.parts(point.input));
  for (const std::vector<int64_t>& chosen : data::plan_in_order(lengths, kGradientBatches)) {
    std::vector<int64_t> numbers, classes;
    for (const int64_t p : chosen) {
      numbers.push_back(points[static_cast<size_t>(p)].input);
      classes.push_back(points[static_cast<size_t>(p)].towards);
    }
    const std::unique_ptr<DifferentiablePass> pass = subject.pass(numbers);
    std::vector<at::Tensor> leaves = pass->weights();
    const at::AutoGradMode with_gradients(true);
    for (at::Tensor& leaf : leaves) leaf.set_requires_grad(true);
    const at::Tensor logits = pass->logits_under(leaves);
    (of_logits ? lead_of(logits, classes) : probability_of(logits, classes)).sum().backward();
    at::Tensor sum;
    for (const at::Tensor& leaf : leaves) {
      const at::Tensor slope = leaf.grad().to(at::kDouble);
      const bool times_weight = method != Method::kWeightGradient;
      const at::Tensor scores = (times_weight ? slope * leaf.detach().to(at::kDouble) : slope).sum(0);
      sum = sum.defined() ? sum + scores : scores;
    }
    hand_out(*pass, numbers_of(sum), [&](size_t b, std::span<const double> of_input) {
      all[static_cast<size_t>(numbers[b])].scores.assign(of_input.begin(), of_input.end());
    });
  }
  return all;
}

std::vector<std::vector<double>> GradientAttributor::logits_softened(std::span<const Softened> questions,
                                                                     uint64_t seed) {
  return attribution::logits_softened(subject_, questions, seed);
}

std::vector<Attribution> GradientAttributor::attribute(Method method, std::span<const int64_t> towards, uint64_t seed) {
  FOVEA_CHECK(std::ssize(towards) == subject_.inputs(), towards.size(), subject_.inputs());
  switch (method) {
    case Method::kGradient:
      return gradient(subject_);
    case Method::kGradientInput:
      return gradient_input(subject_, towards);
    case Method::kAttentionGradient:
    case Method::kWeightGradient:
    case Method::kContribution:
      return weight_gradients(subject_, towards, method);
    case Method::kIntegratedGradients:
      return integrated_gradients(subject_, towards);
    default:
      return PlainAttributor::attribute(method, towards, seed);
  }
}

}  // namespace fovea::attribution
