#include "tasks/text/finish.h"

#include <algorithm>

#include <ATen/TensorOperators.h>

#include "attribution/differentiable.h"
#include "metrics/calibration.h"
#include "metrics/multi_label.h"
#include "ops/aten.h"

namespace fovea::tasks {
namespace {

constexpr int64_t kFewestRows = 50;            // fewer say too little about how sure to be
constexpr int64_t kMostNumbers = 200'000'000;  // validation rows times classes held at once

std::vector<double> thresholds_of(const at::Tensor& logits, const TextData& data) {
  const at::Tensor probabilities = logits.to(at::kDouble).sigmoid().t().contiguous();  // [C, n]
  const double* probability = probabilities.const_data_ptr<double>();
  std::vector<double> thresholds;
  for (int32_t c = 0; c < logits.size(1); ++c) {
    std::vector<std::pair<double, bool>> rows;
    for (const std::vector<int32_t>& labels : data.valid_labels) {
      rows.emplace_back(*probability++, std::binary_search(labels.begin(), labels.end(), c));
    }
    thresholds.push_back(metrics::best_threshold(std::move(rows)));
  }
  return thresholds;
}

double error_at(const at::Tensor& logits, const at::Tensor& right, double temperature) {
  const at::Tensor confidence = std::get<0>((logits.to(at::kDouble) / temperature).softmax(1).max(1));
  return metrics::expected_calibration_error(attribution::numbers_of(confidence), attribution::numbers_of(right));
}

// The validation texts that hold words: those without are answered by the shares of the labels, which no temperature
// touches (TextClassifier::answer).
std::vector<int64_t> rows_with_words(const data::EncodedTexts& texts) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < texts.size(); ++i) {
    if (!texts.text(i).empty()) rows.push_back(i);
  }
  return rows;
}

}  // namespace

Calibration fit_on_validation(TextTask& task, const TextData& data, TextClassifierParts* parts) {
  const at::NoGradGuard guard;
  Calibration result;
  parts->multi_label = data.multi_label;
  parts->train_rows = data.counted_rows;
  const std::vector<int64_t> rows = rows_with_words(data.valid);
  const int64_t n = data.multi_label ? data.valid.size() : std::ssize(rows);
  const int64_t classes = static_cast<int64_t>(data.labels.size());
  if (data.multi_label) parts->thresholds.assign(data.labels.size(), 0.5);
  if (n == 0 || n * classes > kMostNumbers || (!data.multi_label && n < kFewestRows)) return result;
  const at::Tensor all_logits = task.validation_logits();
  if (data.multi_label) {
    parts->thresholds = thresholds_of(all_logits, data);
    return result;
  }
  const at::Tensor logits = all_logits.index_select(0, at::tensor(rows, at::kLong));
  std::vector<int32_t> truth;
  for (const int64_t row : rows) truth.push_back(data.valid.label(row));
  const at::Tensor right = logits.argmax(1).eq(at::tensor(truth, at::kInt));
  parts->temperature = metrics::fit_temperature(attribution::numbers_of(logits), truth);
  result.fitted = true;
  result.temperature = parts->temperature;
  result.error_before = error_at(logits, right, 1);
  result.error_after = error_at(logits, right, result.temperature);
  return result;
}

}  // namespace fovea::tasks
