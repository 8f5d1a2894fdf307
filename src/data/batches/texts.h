// Texts as numbers, stored end to end, and the tensors of a batch of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include "data/vocab/ngrams.h"

namespace fovea::data {

// Many texts as vocabulary ids, or below 0 numbers of Spellings: text i owns ids[offsets[i]] … ids[offsets[i+1]-1].
// 4 bytes a token and a sentence.
class EncodedTexts {
 public:
  // sentence_starts: the first token of each sentence, rising from 0, all of them below the number of ids
  // (data/vocab/sentences.h); none: the text is one sentence.
  // spellings: of ids below 0; may lack where there are none.
  // key: ngram_key of the text that n-grams were counted in, where `ids` is a variant of it.
  void add(std::span<const int32_t> ids, int32_t label, std::span<const int32_t> sentence_starts = {},
           std::shared_ptr<const Spellings> spellings = nullptr, std::optional<uint64_t> key = std::nullopt);

  int64_t size() const { return static_cast<int64_t>(labels_.size()); }
  int64_t tokens() const { return static_cast<int64_t>(ids_.size()); }
  std::span<const int32_t> text(int64_t i) const;
  std::span<const int32_t> sentence_starts(int64_t i) const;  // none: one sentence
  const std::shared_ptr<const Spellings>& spellings(int64_t i) const { return spellings_[static_cast<size_t>(i)]; }
  uint64_t key(int64_t i) const { return keys_[static_cast<size_t>(i)]; }
  int32_t label(int64_t i) const { return labels_[static_cast<size_t>(i)]; }
  std::vector<int64_t> lengths() const;

 private:
  std::vector<int32_t> ids_;
  std::vector<int64_t> offsets_ = {0};
  std::vector<int32_t> labels_;
  std::vector<uint64_t> keys_;
  std::vector<std::shared_ptr<const Spellings>> spellings_;
  std::vector<int32_t> starts_;  // of all sentences
  std::vector<int64_t> start_offsets_ = {0};
};

// A ragged batch (docs/structure.md), on the CPU.
struct TextBatch {
  at::Tensor ids;      // [N] int64, of the vocabulary alone
  at::Tensor offsets;  // [B+1] int64
  at::Tensor labels;   // [B] int64
  at::Tensor ratios;   // [N, R] float: what the n-grams that end at each word say (data/vocab/ngrams.h); R may be 0
  // The same rows once more as sentences, of which every text that is not empty has one at least:
  at::Tensor sentence_offsets;  // [S+1] int64: sentence s owns the rows sentence_offsets[s] … sentence_offsets[s+1]-1
  at::Tensor text_sentences;    // [B+1] int64: text b owns the sentences text_sentences[b] … text_sentences[b+1]-1
  // Rows that are one: row i is as row distinct[which[i]]. [U], [N] int64; undefined: not looked for, or hardly any.
  at::Tensor distinct{}, which{};
};

enum class Counted { kNo, kYes };  // kYes: these texts are among those that the n-grams were counted in

TextBatch make_batch(const EncodedTexts& texts, std::span<const int64_t> examples, const NgramTable& ngrams,
                     Counted counted);

}  // namespace fovea::data
