#include "tasks/translation/translate.h"

#include <algorithm>
#include <numeric>

#include "base/errors.h"
#include "data/batches/plan.h"
#include "data/vocab/subwords.h"
#include "ops/aten.h"
#include "ops/decoding.h"
#include "tasks/decoding/beam.h"
#include "tasks/decoding/sample.h"
#include "tasks/translation/data.h"

namespace fovea::tasks {
namespace {

using data::SubwordModel;

constexpr data::BatchOptions kReadBatches = {.max_examples = 128, .max_tokens = 8192};

// The network as a search asks it.
class Writer final : public decoding::NextSymbols {
 public:
  Writer(TranslatorImpl& network, std::span<const std::vector<int32_t>> sources, int64_t most_rows, Kept kept)
      : network_(network), kept_(kept), count_(std::ssize(sources)) {
    const auto [ids, offsets] = ragged_ids(sources);
    sources_ = network.encode(ids, offsets, {});
    steps_ = network.steps(sources_, std::max<int64_t>(most_rows, 1));
  }

  int64_t symbols() const override { return network_.target_size(); }

  decoding::NextStep step(const decoding::StepRows& rows) override {
    const at::Tensor symbols = numbers(rows.symbols), from = numbers(rows.from);
    std::vector<int64_t> offsets(static_cast<size_t>(count_) + 1, 0);
    for (const int64_t input : rows.inputs) ++offsets[static_cast<size_t>(input) + 1];
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    const at::Tensor query_offsets = numbers(offsets);
    const Decoded decoded = steps_->step(symbols, from, query_offsets);
    log_probabilities_ = decoded.logits.contiguous();
    float* logits = log_probabilities_.mutable_data_ptr<float>();
    ops::log_softmax(log_probabilities_.size(1), logits, log_probabilities_.size(0));
    decoding::NextStep next;
    next.log_probabilities = floats(log_probabilities_);
    if (kept_ && !decoded.looked.empty()) {
      weights_ = weights_of(network_, decoded.looked, *kept_, query_offsets, sources_.offsets).contiguous();
      next.weights = floats(weights_);
    }
    return next;
  }

 private:
  static at::Tensor numbers(std::span<const int64_t> values) {
    at::Tensor tensor = at::empty({std::ssize(values)}, at::kLong);
    std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<int64_t>());
    return tensor;
  }
  static std::span<const float> floats(const at::Tensor& tensor) {
    return {tensor.const_data_ptr<float>(), static_cast<size_t>(tensor.numel())};
  }

  TranslatorImpl& network_;
  Kept kept_;
  int64_t count_;
  EncodedSources sources_;
  std::unique_ptr<TranslatorSteps> steps_;
  at::Tensor log_probabilities_, weights_;
};

// The search ends what has grown to `most` subwords, whatever the network says of it.
Translation translation_of(decoding::Hypothesis&& found, int64_t most) {
  Translation translation;
  translation.ids.assign(found.symbols.begin(), found.symbols.end());
  translation.log_probabilities = std::move(found.log_probabilities);
  translation.weights = std::move(found.weights);
  translation.score = found.score;
  translation.complete = found.ended && std::ssize(translation.ids) < most;
  return translation;
}

// Those of one batch, whose sources have about the same length.
std::vector<std::vector<decoding::Hypothesis>> find(TranslatorImpl& network,
                                                    std::span<const std::vector<int32_t>> sources,
                                                    const DecodingOptions& options, std::span<const uint64_t> numbers,
                                                    Kept kept) {
  const bool looks = network.looks(), covers = looks && options.coverage_penalty > 0 && !options.samples();
  std::vector<int64_t> parts;
  for (const std::vector<int32_t>& source : sources) parts.push_back(std::ssize(source));
  const int64_t rows = std::ssize(sources) * (options.samples() ? options.best : options.beam);
  Writer writer(network, sources, std::max(rows, std::ssize(sources)),
                !looks            ? kNoWeights
                : kept || !covers ? kept
                                  : Kept(AttentionHead{}));
  decoding::OutputRules rules;
  rules.begin = SubwordModel::kBegin;
  rules.end = SubwordModel::kEnd;
  rules.forbidden = {SubwordModel::kBegin};
  if (!options.unknown) rules.forbidden.push_back(SubwordModel::kUnknown);
  rules.lengths = [&](int64_t length) {
    return decoding::Lengths{std::min(options.least_length, options.most_length(length)), options.most_length(length)};
  };
  rules.weights = looks && kept.has_value();
  if (options.samples()) {
    return decoding::sample(writer, parts, numbers,
                            {.rules = rules,
                             .samples = options.best,
                             .temperature = options.temperature,
                             .top = options.top_k,
                             .seed = static_cast<uint64_t>(options.seed.value())});
  }
  return decoding::search(writer, parts,
                          {.rules = rules,
                           .beam = options.beam,
                           .best = options.best,
                           .length_penalty = options.length_penalty,
                           .coverage_penalty = looks ? options.coverage_penalty : 0});
}

template <typename T>
std::vector<T> chosen_of(std::span<const T> all, std::span<const int64_t> chosen) {
  std::vector<T> out;
  for (const int64_t i : chosen) out.push_back(all[static_cast<size_t>(i)]);
  return out;
}

std::vector<int64_t> lengths_of(std::span<const std::vector<int32_t>> sentences) {
  std::vector<int64_t> lengths;
  for (const std::vector<int32_t>& sentence : sentences) lengths.push_back(std::ssize(sentence));
  return lengths;
}

}  // namespace

std::vector<std::vector<Translation>> translate(TranslatorImpl& network, std::span<const std::vector<int32_t>> sources,
                                                const DecodingOptions& options, std::span<const uint64_t> given,
                                                Kept kept) {
  const at::NoGradGuard guard;
  std::vector<uint64_t> numbers(given.begin(), given.end());
  if (numbers.empty()) {
    numbers.resize(sources.size());
    std::iota(numbers.begin(), numbers.end(), uint64_t{0});
  }
  FOVEA_CHECK(numbers.size() == sources.size(), numbers.size(), sources.size());
  std::vector<std::vector<Translation>> all(sources.size());
  const data::BatchOptions batches = {.max_examples = options.batch, .max_tokens = 8192};
  for (const std::vector<int64_t>& chosen : data::plan_in_order(lengths_of(sources), batches)) {
    auto found =
        find(network, chosen_of(sources, chosen), options, chosen_of(std::span<const uint64_t>(numbers), chosen), kept);
    for (size_t i = 0; i < chosen.size(); ++i) {
      const int64_t most = options.most_length(std::ssize(sources[static_cast<size_t>(chosen[i])]));
      for (decoding::Hypothesis& one : found[i]) {
        all[static_cast<size_t>(chosen[i])].push_back(translation_of(std::move(one), most));
      }
    }
  }
  return all;
}

std::vector<Translation> read_translations(TranslatorImpl& network, std::span<const std::vector<int32_t>> sources,
                                           std::span<const std::vector<int32_t>> targets, Kept kept) {
  const at::NoGradGuard guard;
  FOVEA_CHECK(sources.size() == targets.size(), sources.size(), targets.size());
  EncodedPairs pairs;
  for (size_t i = 0; i < sources.size(); ++i) pairs.add(sources[i], targets[i]);
  std::vector<Translation> all(sources.size());
  read_pairs(network, pairs, [&](std::span<const int64_t> chosen, const PairBatch& batch, Choosing choosing) {
    const Decoded decoded = network.decided(std::move(choosing));
    const at::Tensor given =
        at::log_softmax(decoded.logits, 1).gather(1, batch.answer.unsqueeze(1)).flatten().contiguous();
    const float* probability = given.const_data_ptr<float>();
    const at::Tensor weights =
        kept && !decoded.looked.empty()
            ? weights_of(network, decoded.looked, *kept, batch.target_offsets, batch.source_offsets).contiguous()
            : at::Tensor();
    const float* weight = weights.defined() ? weights.const_data_ptr<float>() : nullptr;
    for (const int64_t number : chosen) {
      Translation& translation = all[static_cast<size_t>(number)];
      const auto target = pairs.target_of(number);
      translation.ids.assign(target.begin(), target.end());
      translation.complete = true;
      const auto steps = std::ssize(target) + 1, parts = std::ssize(pairs.source_of(number));
      for (int64_t step = 0; step < steps; ++step) {
        translation.log_probabilities.push_back(*probability);
        translation.score += *probability++;
        if (!weight) continue;
        translation.weights.emplace_back(weight, weight + parts);
        weight += parts;
      }
    }
  });
  return all;
}

void read_pairs(TranslatorImpl& network, const EncodedPairs& pairs, const ReadPairs& made) {
  const at::NoGradGuard guard;
  for (const std::vector<int64_t>& chosen : data::plan_in_order(pairs.lengths(), kReadBatches)) {
    const PairBatch batch = make_pair_batch(pairs, chosen);
    const EncodedSources sources = network.encode(batch.source, batch.source_offsets, {});
    made(chosen, batch, network.read(sources, batch.read, batch.target_offsets, {}, {}));
  }
}

at::Tensor weights_of(const TranslatorImpl& network, const std::vector<ops::AttendOutput>& looked,
                      const AttentionHead& look, const at::Tensor& query_offsets, const at::Tensor& source_offsets) {
  const at::Tensor& all = looked.at(static_cast<size_t>(look.layer)).weights;
  const int64_t heads = network.heads();
  FOVEA_CHECK(all.defined(), "weights that were not handed out");
  if (heads == 1) return all;
  const at::Tensor starts = ops::weight_offsets(query_offsets, source_offsets);
  const int64_t* from = starts.const_data_ptr<int64_t>();
  std::vector<at::Tensor> parts;
  for (int64_t b = 0; b + 1 < starts.numel(); ++b) {
    const int64_t count = from[b + 1] - from[b];
    const at::Tensor by_head = all.narrow(0, heads * from[b], heads * count).view({heads, count});
    parts.push_back(look.head == AttentionHead::kAllHeads ? by_head.mean(0) : by_head[look.head]);
  }
  return at::cat(parts);
}

}  // namespace fovea::tasks
