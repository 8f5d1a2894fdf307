#include "tasks/text/vectors.h"

#include <algorithm>
#include <cmath>

#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "nn/initialise.h"
#include "ops/aten.h"

namespace fovea::tasks {

std::vector<at::Tensor> embedding_tables(const TextNetwork& model) {
  std::vector<at::Tensor> tables;
  for (const auto& item : model.named_parameters()) {
    if (item.key().ends_with("embedding.weight")) tables.push_back(item.value());
  }
  return tables;
}

// Uniform numbers of the variance that the vectors have, as Kim (2014) has it: with smaller ones the words without a
// vector would be drowned, with larger ones they would be loud.
void start_from_vectors(at::Tensor table, const data::Vocabulary& vocabulary, const data::Pretrained& vectors,
                        uint64_t seed) {
  const at::NoGradGuard guard;
  const int64_t E = vectors.file.size;
  FOVEA_CHECK(table.size(0) == vocabulary.size() && table.size(1) == E, table.sizes(), vocabulary.size(), E);
  double squares = 0;
  for (const float value : vectors.values) squares += static_cast<double>(value) * value;
  if (!vectors.values.empty()) {
    const double bound = std::sqrt(3 * squares / static_cast<double>(vectors.values.size()));
    nn::fill_uniform(table, bound, seed, "embedding.weight");
  }
  float* row = table.mutable_data_ptr<float>();
  for (int32_t id = 0; id < vocabulary.size(); ++id, row += E) {
    const float* vector = id == data::Vocabulary::kUnknown ? nullptr : vectors.find(vocabulary.form(id));
    if (vector) std::copy(vector, vector + E, row);
  }
}

at::Tensor rows_with_vectors(const data::Vocabulary& vocabulary, const data::Pretrained& vectors) {
  at::Tensor mask = at::zeros({vocabulary.size()}, at::kBool);
  bool* data = mask.mutable_data_ptr<bool>();
  for (int32_t id = 1; id < vocabulary.size(); ++id) data[id] = vectors.find(vocabulary.form(id)) != nullptr;
  return mask;
}

}  // namespace fovea::tasks
