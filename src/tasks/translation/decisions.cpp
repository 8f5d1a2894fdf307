#include "tasks/translation/decisions.h"

#include <algorithm>

#include "base/errors.h"
#include "data/vocab/subwords.h"
#include "ops/aten.h"
#include "ops/attend.h"
#include "ops/segments.h"
#include "tasks/translation/data.h"

namespace fovea::tasks {
namespace {

at::Tensor tensor_of(const std::vector<int64_t>& values) {
  at::Tensor tensor = at::empty({std::ssize(values)}, at::kLong);
  std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<int64_t>());
  return tensor;
}

// a / b, and `instead` where b is 0.
at::Tensor ratio_or(const at::Tensor& a, const at::Tensor& b, const at::Tensor& instead) {
  const at::Tensor some = b.gt(0);
  return at::where(some, a / at::where(some, b, at::ones_like(b)), instead);
}

}  // namespace

Decision Decision::without(std::span<const int64_t> gone) const {
  Decision rest = *this;
  rest.source.clear();
  rest.word_of.clear();
  int64_t last = -1, number = -1;
  for (size_t i = 0; i < word_of.size(); ++i) {
    if (std::binary_search(gone.begin(), gone.end(), word_of[i])) continue;
    if (word_of[i] != last) ++number;
    last = word_of[i];
    rest.source.push_back(source[i]);
    rest.word_of.push_back(number);
  }
  rest.source.push_back(source.back());
  return rest;
}

Decision Decision::masked(std::span<const int64_t> gone) const {
  Decision holed = *this;
  for (size_t i = 0; i < word_of.size(); ++i) {
    if (std::binary_search(gone.begin(), gone.end(), word_of[i])) holed.source[i] = data::SubwordModel::kUnknown;
  }
  return holed;
}

DecisionBatch::DecisionBatch(TranslatorImpl& network, std::span<const Decision* const> decisions) : network_(network) {
  std::vector<std::vector<int32_t>> sources, read;
  for (const Decision* decision : decisions) {
    FOVEA_CHECK(decision->source.size() == decision->word_of.size() + 1, decision->source.size(), "subwords of words",
                decision->word_of.size());
    sources.push_back(decision->source);
    read.push_back({data::SubwordModel::kBegin});
    read.back().insert(read.back().end(), decision->before.begin(), decision->before.end());
  }
  std::tie(source_, source_offsets_) = ragged_ids(sources);
  std::tie(read_, read_offsets_) = ragged_ids(read);
  last_ = read_offsets_.slice(0, 1) - 1;
  std::vector<int64_t> offsets = {0}, rows, words, place, decision_of;  // place: of a subword in its word
  const int64_t heads = std::max<int64_t>(network.heads(), 1);
  std::vector<std::vector<int64_t>> at(static_cast<size_t>(heads));
  int64_t first_row = 0, first_weight = 0;
  for (size_t b = 0; b < decisions.size(); ++b) {
    const Decision& decision = *decisions[b];
    const int64_t steps = std::ssize(read[b]), subwords = std::ssize(decision.source);
    for (int64_t i = 0; i + 1 < subwords; ++i) {
      const int64_t word = offsets.back() + decision.word_of[static_cast<size_t>(i)];
      place.push_back(!words.empty() && words.back() == word ? place.back() + 1 : 0);
      width_ = std::max(width_, place.back() + 1);
      rows.push_back(first_row + i);
      words.push_back(word);
      for (int64_t head = 0; head < heads; ++head) {
        at[static_cast<size_t>(head)].push_back(first_weight + ((head + 1) * steps - 1) * subwords + i);
      }
    }
    first_row += subwords;
    first_weight += heads * steps * subwords;
    offsets.push_back(offsets.back() + decision.words());
    decision_of.insert(decision_of.end(), static_cast<size_t>(decision.words()), static_cast<int64_t>(b));
  }
  offsets_ = tensor_of(offsets);
  rows_ = tensor_of(rows);
  word_ = tensor_of(words);
  slot_ = word_ * width_ + tensor_of(place);
  decision_ = tensor_of(decision_of);
  std::vector<at::Tensor> by_head;
  for (const std::vector<int64_t>& of_head : at) by_head.push_back(tensor_of(of_head));
  at_ = at::stack(by_head);
}

EncodedSources DecisionBatch::encode() const {
  return network_.encode(source_, source_offsets_, {});
}

at::Tensor DecisionBatch::words() const {
  const at::NoGradGuard guard;
  const at::Tensor vectors = network_.source_vectors(source_, source_offsets_, {});
  const int64_t features = vectors.size(1);
  return at::zeros({decision_.numel() * width_, features}, vectors.options())
      .index_copy(0, slot_, vectors.index_select(0, rows_))
      .view({decision_.numel(), width_ * features});
}

EncodedSources DecisionBatch::encode(const at::Tensor& words) const {
  at::Tensor vectors;
  {
    const at::NoGradGuard guard;
    vectors = network_.source_vectors(source_, source_offsets_, {}).detach();
  }
  const at::Tensor subwords = words.reshape({decision_.numel() * width_, vectors.size(1)}).index_select(0, slot_);
  return network_.encode_vectors(vectors.index_copy(0, rows_, subwords), source_offsets_, {});
}

Decoded DecisionBatch::decode(const EncodedSources& sources, const GivenLooks& looks) const {
  return network_.decode(sources, read_, read_offsets_, {}, looks, last_);
}

DecisionLooks DecisionBatch::looks_of(const Decoded& decoded) const {
  const at::NoGradGuard guard;
  const int64_t heads = at_.size(0), words = decision_.numel(), count = offsets_.numel() - 1;
  const at::Tensor ones = at::ones({word_.numel()}, at::kDouble);
  const at::Tensor subwords_of = at::zeros({words}, at::kDouble).index_add(0, word_, ones).index_select(0, word_);
  const at::Tensor even = offsets_.diff().to(at::kDouble).index_select(0, decision_).reciprocal();
  DecisionLooks looks;
  std::vector<at::Tensor> mass, weights, inside;
  for (const ops::AttendOutput& looked : decoded.looked) {
    looks.own.push_back(looked.weights.detach());
    const at::Tensor got = looks.own.back().index_select(0, at_.flatten()).to(at::kDouble).view({heads, word_.numel()});
    const at::Tensor of_word = at::zeros({heads, words}, at::kDouble).index_add(1, word_, got);
    const at::Tensor of_decision =
        at::zeros({heads, count}, at::kDouble).index_add(1, decision_, of_word).index_select(1, decision_);
    mass.push_back(of_word);
    weights.push_back(ratio_or(of_word, of_decision, even.expand_as(of_word)));
    const at::Tensor share = ratio_or(got, of_word.index_select(1, word_), subwords_of.reciprocal().expand_as(got));
    inside.push_back(share * of_decision.index_select(1, word_));
  }
  looks.mass = at::cat(mass);
  looks.weights = at::cat(weights);
  looks.inside = at::cat(inside);
  return looks;
}

GivenLooks DecisionBatch::under(const DecisionLooks& looks, const at::Tensor& weights) const {
  const int64_t heads = at_.size(0);
  const at::Tensor all = weights.index_select(1, word_) * looks.inside.to(weights.scalar_type());
  GivenLooks given;
  for (size_t layer = 0; layer < looks.own.size(); ++layer) {
    const at::Tensor of_layer = all.narrow(0, static_cast<int64_t>(layer) * heads, heads).flatten();
    given.push_back(looks.own[layer].index_copy(0, at_.flatten(), of_layer.to(looks.own[layer].scalar_type())));
  }
  return given;
}

EncodedSources repeated(const EncodedSources& sources, int64_t count) {
  EncodedSources all;
  all.offsets = at::arange(count + 1, sources.offsets.options()) * sources.offsets[1].item<int64_t>();
  for (const ops::Memory& memory : sources.memories) {
    all.memories.push_back({memory.rows.repeat({count, 1}), all.offsets, memory.keys.repeat({count, 1})});
  }
  const auto states = [&](const at::Tensor& of_one) {
    return of_one.defined() ? of_one.repeat({1, count, 1}) : at::Tensor();
  };
  for (const nn::LayerState& begin : sources.begin) all.begin.push_back({states(begin.hidden), states(begin.cell)});
  return all;
}

DecisionLooks repeated(const DecisionLooks& looks, int64_t count) {
  DecisionLooks all;
  for (const at::Tensor& own : looks.own) all.own.push_back(own.repeat({count}));
  all.mass = looks.mass.repeat({1, count});
  all.weights = looks.weights.repeat({1, count});
  all.inside = looks.inside.repeat({1, count});
  return all;
}

}  // namespace fovea::tasks
