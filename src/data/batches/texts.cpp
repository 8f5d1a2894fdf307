#include "data/batches/texts.h"

#include <algorithm>
#include <utility>

#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace fovea::data {

void EncodedTexts::add(std::span<const int32_t> ids, int32_t label, std::span<const int32_t> sentence_starts,
                       std::shared_ptr<const Spellings> spellings, std::optional<uint64_t> key) {
  keys_.push_back(key ? *key : ngram_key(ids));
  spellings_.push_back(std::move(spellings));
  ids_.insert(ids_.end(), ids.begin(), ids.end());
  offsets_.push_back(static_cast<int64_t>(ids_.size()));
  labels_.push_back(label);
  starts_.insert(starts_.end(), sentence_starts.begin(), sentence_starts.end());
  start_offsets_.push_back(static_cast<int64_t>(starts_.size()));
}

std::span<const int32_t> EncodedTexts::text(int64_t i) const {
  const auto begin = static_cast<size_t>(offsets_[static_cast<size_t>(i)]);
  const auto end = static_cast<size_t>(offsets_[static_cast<size_t>(i) + 1]);
  return std::span<const int32_t>(ids_).subspan(begin, end - begin);
}

std::span<const int32_t> EncodedTexts::sentence_starts(int64_t i) const {
  const auto begin = static_cast<size_t>(start_offsets_[static_cast<size_t>(i)]);
  const auto end = static_cast<size_t>(start_offsets_[static_cast<size_t>(i) + 1]);
  return std::span<const int32_t>(starts_).subspan(begin, end - begin);
}

std::vector<int64_t> EncodedTexts::lengths() const {
  std::vector<int64_t> lengths(labels_.size());
  for (size_t i = 0; i < lengths.size(); ++i) lengths[i] = offsets_[i + 1] - offsets_[i];
  return lengths;
}

namespace {

void add_sentences(const EncodedTexts& texts, std::span<const int64_t> examples, TextBatch& batch) {
  std::vector<int64_t> ends = {0}, counts = {0};
  for (const int64_t example : examples) {
    const int64_t begin = ends.back(), rows = static_cast<int64_t>(texts.text(example).size());
    for (const int32_t start : texts.sentence_starts(example)) {
      if (start > 0) ends.push_back(begin + start);
    }
    if (rows > 0) ends.push_back(begin + rows);
    counts.push_back(static_cast<int64_t>(ends.size()) - 1);
  }
  const auto tensor_of = [](const std::vector<int64_t>& values) {
    const at::Tensor tensor = at::empty({static_cast<int64_t>(values.size())}, at::TensorOptions().dtype(at::kLong));
    std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<int64_t>());
    return tensor;
  };
  batch.sentence_offsets = tensor_of(ends);
  batch.text_sentences = tensor_of(counts);
}

}  // namespace

TextBatch make_batch(const EncodedTexts& texts, std::span<const int64_t> examples, const NgramTable& ngrams,
                     Counted counted) {
  int64_t rows = 0;
  for (const int64_t example : examples) rows += static_cast<int64_t>(texts.text(example).size());
  const auto options = at::TensorOptions().dtype(at::kLong);
  TextBatch batch{at::empty({rows}, options),
                  at::empty({static_cast<int64_t>(examples.size()) + 1}, options),
                  at::empty({static_cast<int64_t>(examples.size())}, options),
                  at::empty({rows, ngrams.width()}, at::kFloat),
                  {},
                  {}};
  int64_t* ids = batch.ids.mutable_data_ptr<int64_t>();
  int64_t* offsets = batch.offsets.mutable_data_ptr<int64_t>();
  int64_t* labels = batch.labels.mutable_data_ptr<int64_t>();
  float* ratios = batch.ratios.mutable_data_ptr<float>();
  *offsets = 0;
  for (const int64_t example : examples) {
    const std::span<const int32_t> text = texts.text(example);
    ids = std::transform(text.begin(), text.end(), ids, [](int32_t id) { return std::max(id, Vocabulary::kUnknown); });
    offsets[1] = offsets[0] + static_cast<int64_t>(text.size());
    ++offsets;
    *labels++ = texts.label(example);
    ngrams.ratios(text, counted == Counted::kYes ? texts.label(example) : NgramTable::kAllTexts, texts.key(example),
                  texts.spellings(example).get(), ratios);
    ratios += static_cast<int64_t>(text.size()) * ngrams.width();
  }
  add_sentences(texts, examples, batch);
  return batch;
}

}  // namespace fovea::data
