// Translations by a trained network: many sentences together, step by step.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tasks/decoding/options.h"
#include "tasks/translation/data.h"
#include "tasks/translation/network.h"

namespace fovea::tasks {

struct Translation {
  std::vector<int32_t> ids;              // without the end
  std::vector<float> log_probabilities;  // of each, and of the end where it was reached
  // Where the decoder looked when it chose each, one [source subwords, their end included] for each of
  // log_probabilities; empty where it does not look.
  std::vector<std::vector<float>> weights;
  double score = 0;       // by which the search ranks
  bool complete = false;  // it ended by itself, before it had as many subwords as it may have
};

// Whether where the decoder looked is handed out, of many sentences that is much, and which of its looks.
using Kept = std::optional<AttentionHead>;
inline constexpr Kept kNoWeights = std::nullopt;

// [W] of that look alone: the weights of query after query, each over the rows of its sentence. query_offsets [B+1].
at::Tensor weights_of(const TranslatorImpl& network, const std::vector<ops::AttendOutput>& looked,
                      const AttentionHead& look, const at::Tensor& query_offsets, const at::Tensor& source_offsets);

// The best translations of each source (ids with their end), the best first. `numbers`: of each source among all that
// there are, by which samples are drawn; empty: 0, 1, ….
std::vector<std::vector<Translation>> translate(TranslatorImpl& network, std::span<const std::vector<int32_t>> sources,
                                                const DecodingOptions& options, std::span<const uint64_t> numbers = {},
                                                Kept kept = AttentionHead{});

// The same network reading translations that are known: what it gives each subword and the end, and where it looks.
// `targets` without their end. Translation::score is the sum of the log probabilities.
std::vector<Translation> read_translations(TranslatorImpl& network, std::span<const std::vector<int32_t>> sources,
                                           std::span<const std::vector<int32_t>> targets, Kept kept = AttentionHead{});

// The same by batches: which of the pairs, as tensors, and what the decoder made of each place, before the vocabulary.
using ReadPairs = std::function<void(std::span<const int64_t> chosen, const PairBatch& batch, Choosing choosing)>;
void read_pairs(TranslatorImpl& network, const EncodedPairs& pairs, const ReadPairs& made);

}  // namespace fovea::tasks
