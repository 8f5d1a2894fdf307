// Texts of an audit as batches of the network, and its logits as probabilities.
#pragma once

#include <span>
#include <vector>

#include "attribution/subject.h"
#include "data/batches/plan.h"
#include "data/batches/texts.h"

namespace fovea::attribution {

// The tokens that a pass without gradients takes at once: every word of a text of 200 words left out in turn, and some.
inline constexpr data::BatchOptions kReadBatches = {.max_examples = 1024, .max_tokens = 40'960};
// Of a model that reads sentences, which reads a sentence once however many texts of the batch have it.
inline constexpr data::BatchOptions kVariantBatches = {.max_examples = 1024, .max_tokens = 400'000};
// With gradients the states of all words are kept for the way back.
inline constexpr data::BatchOptions kGradientBatches = {.max_examples = 256, .max_tokens = 16'384};

// Which texts go together; those without words are in no batch.
data::BatchPlan plan_texts(std::span<const Text> texts, const data::BatchOptions& options);

// The texts with the numbers `chosen`, of which one may occur several times.
data::TextBatch batch_of(std::span<const Text> texts, std::span<const int64_t> chosen, const data::NgramTable& ngrams);

// logits [B, C] as the network makes them → those divided by the temperature, and their softmax; in double.
at::Tensor tempered(const at::Tensor& logits, double temperature);
at::Tensor probabilities_of(const at::Tensor& logits, double temperature);

std::vector<double> numbers_of(const at::Tensor& tensor);            // row by row
std::vector<std::vector<double>> rows_of(const at::Tensor& matrix);  // [B, C] → B of C

}  // namespace fovea::attribution
