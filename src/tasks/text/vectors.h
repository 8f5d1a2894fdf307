// Pre-trained word vectors as the start of an embedding table.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "data/vocab/pretrained.h"
#include "data/vocab/vocabulary.h"
#include "tasks/text/network.h"

namespace fovea::tasks {

std::vector<at::Tensor> embedding_tables(const TextNetwork& model);  // [V, E] each, one of every member

// Fills `table` [V, E]: words with a vector have it, all others numbers of the same spread.
void start_from_vectors(at::Tensor table, const data::Vocabulary& vocabulary, const data::Pretrained& vectors,
                        uint64_t seed);

// [V] bool
at::Tensor rows_with_vectors(const data::Vocabulary& vocabulary, const data::Pretrained& vectors);

}  // namespace fovea::tasks
