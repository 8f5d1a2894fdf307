#include "attribution/batches.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace fovea::attribution {

data::BatchPlan plan_texts(std::span<const Text> texts, const data::BatchOptions& options) {
  std::vector<int64_t> lengths, numbers;
  for (size_t t = 0; t < texts.size(); ++t) {
    if (texts[t].ids.empty()) continue;
    lengths.push_back(texts[t].size());
    numbers.push_back(static_cast<int64_t>(t));
  }
  data::BatchPlan plan = data::plan_in_order(lengths, options);
  for (std::vector<int64_t>& batch : plan) {
    for (int64_t& text : batch) text = numbers[static_cast<size_t>(text)];
  }
  return plan;
}

data::TextBatch batch_of(std::span<const Text> texts, std::span<const int64_t> chosen, const data::NgramTable& ngrams) {
  data::EncodedTexts encoded;
  std::vector<int64_t> all;
  for (const int64_t t : chosen) {
    all.push_back(encoded.size());
    const Text& text = texts[static_cast<size_t>(t)];
    encoded.add(text.ids, 0, text.sentence_starts, text.spellings);
  }
  return data::make_batch(encoded, all, ngrams, data::Counted::kNo);
}

at::Tensor tempered(const at::Tensor& logits, double temperature) {
  return logits.to(at::kDouble) / temperature;
}

at::Tensor probabilities_of(const at::Tensor& logits, double temperature) {
  return tempered(logits, temperature).softmax(1);
}

std::vector<double> numbers_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().to(at::kDouble).contiguous();
  const double* data = dense.const_data_ptr<double>();
  return std::vector<double>(data, data + dense.numel());
}

std::vector<std::vector<double>> rows_of(const at::Tensor& matrix) {
  const at::Tensor dense = matrix.detach().to(at::kDouble).contiguous();
  const double* data = dense.const_data_ptr<double>();
  const int64_t width = dense.size(1);
  std::vector<std::vector<double>> rows;
  for (int64_t i = 0; i < dense.size(0); ++i) rows.emplace_back(data + i * width, data + (i + 1) * width);
  return rows;
}

}  // namespace fovea::attribution
