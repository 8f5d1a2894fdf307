// The words of a batch, and its sentences, each kept once: variants of one text share most of theirs.
#pragma once

#include <ATen/core/Tensor.h>

#include "data/batches/texts.h"

namespace fovea::data {

// `batch` with what TextBatch::distinct says of its rows: the same word with the same ratios, to the last bit. Left as
// it is where more than half of the rows are of their own.
TextBatch with_distinct_rows(TextBatch batch);

struct DistinctSentences {
  // ids, ratios, sentence_offsets of the S' ≤ S distinct sentences in the order of their first place, as one text;
  // without labels.
  TextBatch batch;
  at::Tensor which;  // [S] int64, in 0 … S'−1
};

// Two sentences are one where they have the same words with the same ratios, to the last bit.
DistinctSentences distinct_sentences(const TextBatch& batch);

// Sentences begin … end−1 of `batch` as a batch of one text, without labels; shares its memory.
TextBatch some_sentences(const TextBatch& batch, int64_t begin, int64_t end);

}  // namespace fovea::data
