#include "data/batches/distinct.h"

#include <string_view>
#include <unordered_map>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace fovea::data {
namespace {

// Where some words and their ratios lie, as bytes.
struct Words {
  std::string_view ids, ratios;
  bool operator==(const Words&) const = default;
};

struct WordsHash {
  size_t operator()(const Words& words) const {
    const std::hash<std::string_view> hash;
    return hash(words.ids) * 31 + hash(words.ratios);
  }
};

template <typename T>
std::string_view bytes_of(const at::Tensor& rows, int64_t begin, int64_t end) {
  const int64_t width = rows.dim() == 2 ? rows.size(1) : 1;
  return {reinterpret_cast<const char*>(rows.const_data_ptr<T>() + begin * width),
          static_cast<size_t>((end - begin) * width) * sizeof(T)};
}

at::Tensor offsets_of_one_text(int64_t count, const at::Tensor& like) {
  const at::Tensor offsets = at::zeros({2}, like.options());
  offsets.mutable_data_ptr<int64_t>()[1] = count;
  return offsets;
}

}  // namespace

TextBatch with_distinct_rows(TextBatch batch) {
  const int64_t rows = batch.ids.numel();
  if (rows == 0) return batch;
  const at::Tensor which = at::empty({rows}, batch.ids.options());
  int64_t* of_row = which.mutable_data_ptr<int64_t>();
  std::unordered_map<Words, int64_t, WordsHash> numbers;
  std::vector<int64_t> first;
  for (int64_t row = 0; row < rows; ++row) {
    const Words word{bytes_of<int64_t>(batch.ids, row, row + 1), bytes_of<float>(batch.ratios, row, row + 1)};
    const auto [entry, fresh] = numbers.try_emplace(word, std::ssize(first));
    of_row[row] = entry->second;
    if (fresh) first.push_back(row);
    if (2 * std::ssize(first) > rows) return batch;
  }
  batch.distinct = at::tensor(first, at::kLong);
  batch.which = which;
  return batch;
}

DistinctSentences distinct_sentences(const TextBatch& batch) {
  const int64_t sentences = batch.sentence_offsets.numel() - 1;
  const int64_t* from = batch.sentence_offsets.const_data_ptr<int64_t>();
  DistinctSentences distinct;
  distinct.which = at::empty({sentences}, batch.ids.options());
  int64_t* which = distinct.which.mutable_data_ptr<int64_t>();
  std::unordered_map<Words, int64_t, WordsHash> numbers;
  std::vector<int64_t> rows, ends = {0};
  for (int64_t s = 0; s < sentences; ++s) {
    const Words sentence{bytes_of<int64_t>(batch.ids, from[s], from[s + 1]),
                         bytes_of<float>(batch.ratios, from[s], from[s + 1])};
    const auto [entry, fresh] = numbers.try_emplace(sentence, std::ssize(ends) - 1);
    which[s] = entry->second;
    if (!fresh) continue;
    for (int64_t row = from[s]; row < from[s + 1]; ++row) rows.push_back(row);
    ends.push_back(std::ssize(rows));
  }
  const at::Tensor chosen = at::tensor(rows, at::kLong);
  distinct.batch.ids = batch.ids.index_select(0, chosen);
  distinct.batch.ratios = batch.ratios.index_select(0, chosen);
  distinct.batch.sentence_offsets = at::tensor(ends, at::kLong);
  distinct.batch.offsets = offsets_of_one_text(std::ssize(rows), batch.ids);
  distinct.batch.text_sentences = offsets_of_one_text(std::ssize(ends) - 1, batch.ids);
  return distinct;
}

TextBatch some_sentences(const TextBatch& batch, int64_t begin, int64_t end) {
  const int64_t* from = batch.sentence_offsets.const_data_ptr<int64_t>();
  const int64_t first = from[begin], rows = from[end] - first;
  TextBatch part;
  part.ids = batch.ids.narrow(0, first, rows);
  part.ratios = batch.ratios.narrow(0, first, rows);
  part.sentence_offsets = batch.sentence_offsets.narrow(0, begin, end - begin + 1) - first;
  part.offsets = offsets_of_one_text(rows, batch.ids);
  part.text_sentences = offsets_of_one_text(end - begin, batch.ids);
  return part;
}

}  // namespace fovea::data
