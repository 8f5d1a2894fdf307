#include "attribution/input_gradients.h"

#include <cmath>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "attribution/batches.h"
#include "base/errors.h"
#include "ops/segments.h"

namespace fovea::attribution {
namespace {

class Batch {
 public:
  Batch(TextSubject& subject, std::span<const Text> texts, std::span<const Point> points,
        std::span<const int64_t> chosen)
      : subject_(subject), points_(points), chosen_(chosen) {
    std::vector<int64_t> numbers;
    for (const int64_t p : chosen) numbers.push_back(points[static_cast<size_t>(p)].text);
    batch_ = batch_of(texts, numbers, subject.parts().ngrams);
  }

  void run(Attention attention, const TakeProducts& take) {
    std::vector<at::Tensor> inputs, leaves;
    std::vector<tasks::GivenWeights> given;
    {
      const at::NoGradGuard guard;
      inputs = subject_.network().inputs(batch_);
      const at::Tensor scales = row_scales(inputs.front().scalar_type());
      for (const at::Tensor& input : inputs) leaves.push_back(input * scales);
      if (attention == Attention::kFixed && nn::weighs_rows(subject_.parts().model.attention)) {
        given = tasks::given_weights(subject_.network().forward_from(leaves, batch_, {}));
      }
    }
    const at::AutoGradMode with_gradients(true);
    for (at::Tensor& leaf : leaves) leaf.set_requires_grad(true);
    const at::Tensor logits = subject_.network().forward_from(leaves, batch_, given).logits;
    const at::Tensor asked =
        probabilities_of(logits, subject_.parts().temperature).gather(1, towards().unsqueeze(1)).squeeze(1);
    asked.sum().backward();
    hand_out(inputs, leaves, asked, take);
  }

 private:
  at::Tensor row_scales(at::ScalarType type) const {
    std::vector<double> scales;
    for (const int64_t p : chosen_) scales.push_back(points_[static_cast<size_t>(p)].scale);
    return at::tensor(scales, at::kDouble).index_select(0, ops::segment_ids(batch_.offsets)).unsqueeze(1).to(type);
  }

  at::Tensor towards() const {
    std::vector<int64_t> classes;
    for (const int64_t p : chosen_) classes.push_back(points_[static_cast<size_t>(p)].towards);
    return at::tensor(classes, at::kLong);
  }

  void hand_out(const std::vector<at::Tensor>& inputs, const std::vector<at::Tensor>& leaves, const at::Tensor& asked,
                const TakeProducts& take) const {
    at::Tensor products = at::zeros({inputs.front().size(0)}, at::kDouble);
    for (size_t m = 0; m < inputs.size(); ++m) {
      products += (inputs[m].to(at::kDouble) * leaves[m].grad().to(at::kDouble)).sum(1);
    }
    const std::vector<double> numbers = numbers_of(products), probabilities = numbers_of(asked);
    const int64_t* offsets = batch_.offsets.const_data_ptr<int64_t>();
    for (size_t b = 0; b < chosen_.size(); ++b) {
      take(
          static_cast<size_t>(chosen_[b]),
          std::span(numbers).subspan(static_cast<size_t>(offsets[b]), static_cast<size_t>(offsets[b + 1] - offsets[b])),
          probabilities[b]);
    }
  }

  TextSubject& subject_;
  std::span<const Point> points_;
  std::span<const int64_t> chosen_;
  data::TextBatch batch_;
};

// Every text that has words, whole, toward class(t).
std::vector<Point> whole_texts(std::span<const Text> texts, const std::function<int64_t(size_t)>& towards) {
  std::vector<Point> points;
  for (size_t t = 0; t < texts.size(); ++t) {
    if (!texts[t].ids.empty()) points.push_back({static_cast<int64_t>(t), 1, towards(t)});
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

void input_products(TextSubject& subject, std::span<const Text> texts, std::span<const Point> points,
                    Attention attention, const TakeProducts& take) {
  std::vector<int64_t> lengths;
  for (const Point& point : points) {
    lengths.push_back(texts[static_cast<size_t>(point.text)].size());
    FOVEA_CHECK(lengths.back() > 0, "a text without words has no input");
  }
  for (const std::vector<int64_t>& chosen : data::plan_in_order(lengths, kGradientBatches)) {
    Batch(subject, texts, points, chosen).run(attention, take);
  }
}

std::vector<Attribution> gradient(TextSubject& subject, std::span<const Text> texts) {
  std::vector<std::vector<double>> others(texts.size());  // minus the products of the last class
  std::vector<Attribution> all(texts.size());
  for (size_t t = 0; t < texts.size(); ++t) {
    all[t].scores.resize(texts[t].ids.size());
    others[t].resize(texts[t].ids.size());
  }
  for (int64_t y = 0; y + 1 < subject.classes(); ++y) {
    const std::vector<Point> points = whole_texts(texts, [y](size_t) { return y; });
    input_products(subject, texts, points, Attention::kFixed,
                   [&](size_t point, std::span<const double> products, double) {
                     const auto t = static_cast<size_t>(points[point].text);
                     for (size_t i = 0; i < products.size(); ++i) {
                       all[t].scores[i] += std::abs(products[i]);
                       others[t][i] += products[i];
                     }
                   });
  }
  for (size_t t = 0; t < texts.size(); ++t) {
    for (size_t i = 0; i < others[t].size(); ++i) all[t].scores[i] += std::abs(others[t][i]);
    scale_to_one(all[t].scores);
  }
  return all;
}

std::vector<Attribution> gradient_input(TextSubject& subject, std::span<const Text> texts,
                                        std::span<const int64_t> towards) {
  std::vector<Attribution> all(texts.size());
  const std::vector<Point> points = whole_texts(texts, [towards](size_t t) { return towards[t]; });
  input_products(subject, texts, points, Attention::kMoves,
                 [&](size_t point, std::span<const double> products, double) {
                   all[static_cast<size_t>(points[point].text)].scores.assign(products.begin(), products.end());
                 });
  return all;
}

}  // namespace fovea::attribution
