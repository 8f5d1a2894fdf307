#include "attribution/soft_erasure.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "base/random.h"
#include "data/batches/plan.h"
#include "ops/aten.h"

namespace fovea::attribution {
namespace {

constexpr data::BatchOptions kSoftBatches = {.max_examples = 1024, .max_tokens = 40'960};

// [N, features] of 1 and 0, for the inputs of one network among several.
at::Tensor drawn(const Subject& subject, std::span<const Softened> questions, std::span<const int64_t> chosen,
                 const at::Tensor& inputs, size_t network, uint64_t seed) {
  const int64_t features = inputs.size(1);
  at::Tensor stays = at::empty({inputs.size(0), features}, at::kFloat);
  float* to = stays.mutable_data_ptr<float>();
  for (const int64_t q : chosen) {
    const Softened& question = questions[static_cast<size_t>(q)];
    const uint64_t base =
        stream_base({seed, Purpose::kSoftErasure, mix64(subject.identity(question.input) + network) ^ question.draw});
    uint64_t position = 0;
    for (const double kept : question.kept) {
      for (int64_t d = 0; d < features; ++d) *to++ = uniform(base, position++) < kept ? 1.0F : 0.0F;
    }
  }
  return stays.to(inputs.scalar_type());
}

}  // namespace

std::vector<std::vector<double>> logits_softened(Differentiable& subject, std::span<const Softened> questions,
                                                 uint64_t seed) {
  const at::NoGradGuard guard;
  std::vector<int64_t> lengths;
  for (const Softened& question : questions) {
    lengths.push_back(subject.parts(question.input));
    FOVEA_CHECK(lengths.back() > 0 && std::ssize(question.kept) == lengths.back(), question.kept.size(),
                lengths.back());
  }
  std::vector<std::vector<double>> all(questions.size());
  for (const std::vector<int64_t>& chosen : data::plan_in_order(lengths, kSoftBatches)) {
    std::vector<int64_t> numbers;
    for (const int64_t q : chosen) numbers.push_back(questions[static_cast<size_t>(q)].input);
    const std::unique_ptr<DifferentiablePass> pass = subject.pass(numbers);
    std::vector<at::Tensor> inputs;
    for (const at::Tensor& whole : pass->inputs()) {
      inputs.push_back(whole * drawn(subject, questions, chosen, whole, inputs.size(), seed));
    }
    const std::vector<double> logits = numbers_of(pass->logits_from(inputs, Attention::kMoves));
    const auto classes = static_cast<size_t>(subject.classes());
    for (size_t b = 0; b < chosen.size(); ++b) {
      const auto from = logits.begin() + static_cast<int64_t>(b * classes);
      all[static_cast<size_t>(chosen[b])].assign(from, from + static_cast<int64_t>(classes));
    }
  }
  return all;
}

}  // namespace fovea::attribution
