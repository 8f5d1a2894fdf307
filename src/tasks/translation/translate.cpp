#include "tasks/translation/translate.h"

#include <algorithm>
#include <numeric>

#include "base/errors.h"
#include "data/batches/plan.h"
#include "data/vocab/subwords.h"
#include "ops/aten.h"
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
  Writer(TranslatorImpl& network, std::span<const std::vector<int32_t>> sources, int64_t most_rows, bool weights)
      : network_(network), steps_(network.decoder(), std::max<int64_t>(most_rows, 1)), wants_weights_(weights) {
    const auto [ids, offsets] = ragged_ids(sources);
    sources_ = network.encode(ids, offsets, {});
    count_ = std::ssize(sources);
    steps_.begin(count_, sources_.begin);
  }

  int64_t symbols() const override { return network_.target_size(); }

  decoding::NextStep step(const decoding::StepRows& rows) override {
    const at::Tensor symbols = numbers(rows.symbols), from = numbers(rows.from);
    const at::Tensor states = steps_.step(network_.vectors_of(symbols), from);
    std::vector<int64_t> offsets(static_cast<size_t>(count_) + 1, 0);
    for (const int64_t input : rows.inputs) ++offsets[static_cast<size_t>(input) + 1];
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    const Decoded decoded = network_.decode_from(sources_, states, at::tensor(offsets, at::kLong), {});
    log_probabilities_ = at::log_softmax(decoded.logits, 1).contiguous();
    decoding::NextStep next;
    next.log_probabilities = floats(log_probabilities_);
    if (wants_weights_ && decoded.looked.weights.defined()) {
      weights_ = decoded.looked.weights.contiguous();
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
  EncodedSources sources_;
  nn::RecurrentSteps steps_;
  bool wants_weights_;
  int64_t count_ = 0;
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
  Writer writer(network, sources, std::max(rows, std::ssize(sources)), looks && (covers || kept == Kept::kWeights));
  decoding::OutputRules rules;
  rules.begin = SubwordModel::kBegin;
  rules.end = SubwordModel::kEnd;
  rules.forbidden = {SubwordModel::kBegin};
  if (!options.unknown) rules.forbidden.push_back(SubwordModel::kUnknown);
  rules.lengths = [&](int64_t length) {
    return decoding::Lengths{std::min(options.least_length, options.most_length(length)), options.most_length(length)};
  };
  rules.weights = looks && kept == Kept::kWeights;
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
  for (const std::vector<int64_t>& chosen : data::plan_in_order(pairs.lengths(), kReadBatches)) {
    const PairBatch batch = make_pair_batch(pairs, chosen);
    const EncodedSources encoded = network.encode(batch.source, batch.source_offsets, {});
    const Decoded decoded = network.decode(encoded, batch.read, batch.target_offsets, {});
    const at::Tensor given =
        at::log_softmax(decoded.logits, 1).gather(1, batch.answer.unsqueeze(1)).flatten().contiguous();
    const float* probability = given.const_data_ptr<float>();
    const bool wanted = kept == Kept::kWeights && decoded.looked.weights.defined();
    const at::Tensor weights = wanted ? decoded.looked.weights.contiguous() : at::Tensor();
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
  }
  return all;
}

}  // namespace fovea::tasks
