#include "tasks/translation/alignment.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "base/errors.h"
#include "base/text.h"
#include "ops/aten.h"

namespace fovea::tasks {
namespace {

constexpr std::string_view kBlank = "\xe2\x96\x81";  // U+2581, as subwords have it
constexpr int64_t kPairsRead = 4000;

constexpr double kNearlyAll = 0.95;  // of a word's weight
constexpr size_t kSteps = 2;         // LookStep

using IdLinks = std::vector<std::pair<int32_t, int32_t>>;  // of a source subword and a target subword

// All looks of a network.
std::vector<AttentionHead> looks_of(const TranslatorImpl& network) {
  std::vector<AttentionHead> looks;
  for (int64_t layer = 0; layer < network.looking_layers(); ++layer) {
    looks.push_back({.layer = layer});
    for (int64_t head = 0; head < network.heads() && network.heads() > 1; ++head) looks.push_back({layer, head});
  }
  return looks;
}

LookRead way_of(const TranslatorImpl& network, int64_t way) {
  return {static_cast<LookStep>(way % int64_t{kSteps}), looks_of(network)[static_cast<size_t>(way) / kSteps]};
}

// Calls made(pair, look, weights) for each pair and each look of the network at it, the weights being [steps, source
// subwords], as far as `most` pairs. Looks stand by layer, in it by head, the mean of all first.
void for_each_look(TranslatorImpl& network, const EncodedPairs& pairs, int64_t most,
                   const std::function<void(int64_t pair, size_t look, const float* weights)>& made) {
  EncodedPairs some;
  for (int64_t pair = 0; pair < std::min(pairs.size(), most); ++pair) {
    some.add(pairs.source_of(pair), pairs.target_of(pair));
  }
  const std::vector<AttentionHead> looks = looks_of(network);
  read_pairs(network, some, [&](std::span<const int64_t> chosen, const PairBatch& batch, const Choosing& choosing) {
    for (size_t look = 0; look < looks.size(); ++look) {
      const at::Tensor all =
          weights_of(network, choosing.looked, looks[look], batch.target_offsets, batch.source_offsets).contiguous();
      const float* weights = all.const_data_ptr<float>();
      for (const int64_t pair : chosen) {
        made(pair, look, weights);
        weights += std::ssize(some.source_of(pair)) * (std::ssize(some.target_of(pair)) + 1);
      }
    }
  });
}

// Of every way to read: of each target subword to the source subword that it got most of, the end of the source among
// them.
std::vector<IdLinks> linked_ids(TranslatorImpl& network, const EncodedPairs& pairs) {
  std::vector<IdLinks> links(looks_of(network).size() * kSteps);
  for_each_look(network, pairs, kPairsRead, [&](int64_t pair, size_t look, const float* weights) {
    const auto source = pairs.source_of(pair), target = pairs.target_of(pair);
    std::vector<int32_t> most;  // at each step
    for (size_t step = 0; step <= target.size(); ++step, weights += source.size()) {
      most.push_back(source[static_cast<size_t>(std::max_element(weights, weights + source.size()) - weights)]);
    }
    for (size_t i = 0; i < target.size(); ++i) {
      links[look * kSteps].emplace_back(most[i], target[i]);
      links[look * kSteps + 1].emplace_back(most[i + 1], target[i]);
    }
  });
  return links;
}

// Mean log probability of the target subwords of `judged`, each by the source subword that it is linked to.
double fit(const IdLinks& counted, const IdLinks& judged, int64_t symbols) {
  constexpr double kPrior = 0.01;  // of each subword beside the counted links
  std::map<std::pair<int32_t, int32_t>, int64_t> both;
  std::map<int32_t, int64_t> alone;
  for (const auto& link : counted) {
    ++both[link];
    ++alone[link.first];
  }
  double sum = 0;
  for (const auto& link : judged) {
    const auto pair = both.find(link);
    const auto source = alone.find(link.first);
    const double together = pair == both.end() ? 0 : static_cast<double>(pair->second);
    const double of_source = source == alone.end() ? 0 : static_cast<double>(source->second);
    sum += std::log((together + kPrior) / (of_source + kPrior * static_cast<double>(symbols)));
  }
  return sum / static_cast<double>(std::max<size_t>(judged.size(), 1));
}

}  // namespace

LookRead best_read(TranslatorImpl& network, const EncodedPairs& counted, const EncodedPairs& judged) {
  const std::vector<IdLinks> known = linked_ids(network, counted), asked = linked_ids(network, judged);
  std::vector<double> fits;
  for (size_t way = 0; way < known.size(); ++way) fits.push_back(fit(known[way], asked[way], network.target_size()));
  return way_of(network, std::max_element(fits.begin(), fits.end()) - fits.begin());
}

LookRead best_read(TranslatorImpl& network, const Vocabularies& vocabularies, const std::vector<data::Pair>& pairs,
                   const EncodedPairs& encoded, const LinesOfLinks& gold) {
  struct Sides {
    CutWords source, target;
  };
  std::vector<Sides> sides;
  for (size_t pair = 0; pair < pairs.size(); ++pair) {
    const data::Pair& text = pairs[pair];
    const auto number = static_cast<int64_t>(pair);
    std::vector<data::Subword> source = vocabularies.source.cut(text.source),
                               target = vocabularies.target.cut(text.target);
    source.resize(std::min(source.size(), encoded.source_of(number).size() - 1));
    target.resize(std::min(target.size(), encoded.target_of(number).size()));
    sides.push_back({source_words(text.source, source), source_words(text.target, target)});
  }
  std::vector<metrics::LinkCounts> counts(looks_of(network).size() * kSteps);
  for_each_look(network, encoded, encoded.size(), [&](int64_t pair, size_t look, const float* weights) {
    const metrics::GoldLinks* right = gold.gold_of(pairs[static_cast<size_t>(pair)]);
    if (!right) return;
    const size_t sources = encoded.source_of(pair).size(), targets = encoded.target_of(pair).size();
    const auto& [source_side, target_side] = sides[static_cast<size_t>(pair)];
    std::vector<std::vector<float>> looks;
    for (size_t step = 0; step <= targets; ++step, weights += sources) looks.emplace_back(weights, weights + sources);
    for (const LookStep step : {LookStep::kChosen, LookStep::kRead}) {
      counts[look * kSteps + static_cast<size_t>(step)] +=
          metrics::link_counts(*right, hard_links(align_words(source_side, target_side, looks, step)));
    }
  });
  const auto better = [](const auto& a, const auto& b) { return a.error_rate() < b.error_rate(); };
  return way_of(network, std::min_element(counts.begin(), counts.end(), better) - counts.begin());
}

CutWords source_words(std::string text, std::span<const data::Subword> subwords) {
  CutWords cut{std::move(text), {}, {}};
  cut.words = data::words_between_blanks(cut.text);
  size_t word = 0;
  for (const data::Subword& subword : subwords) {
    while (word + 1 < cut.words.size() && cut.words[word].second <= subword.start) ++word;
    cut.word_of.push_back(cut.words.empty() ? -1 : static_cast<int64_t>(word));
  }
  return cut;
}

// A subword belongs to the word that its last character is of; one of blanks alone to the word that follows.
CutWords target_words(const data::SubwordModel& model, std::span<const int32_t> ids, std::string text) {
  CutWords cut{std::move(text), {}, {}};
  cut.words = data::words_between_blanks(cut.text);
  const int64_t last = std::ssize(cut.words) - 1;
  int64_t word = -1;
  bool inside = false;
  for (const int32_t id : ids) {
    const std::string form = id != data::SubwordModel::kUnknown ? model.form(id)
                             : model.begins_word(id)            ? std::string(kBlank) + "?"
                                                                : "?";
    for (size_t at = 0; at < form.size();) {
      if (std::string_view(form).substr(at).starts_with(kBlank)) {
        inside = false;
        at += kBlank.size();
        continue;
      }
      if (!inside) ++word;
      inside = true;
      ++at;
    }
    cut.word_of.push_back(std::min(inside ? word : word + 1, last));
  }
  return cut;
}

WordAlignment align_words(const CutWords& source, const CutWords& target, std::span<const std::vector<float>> looks,
                          LookStep read) {
  WordAlignment alignment{std::ssize(source.words), std::ssize(target.words), {}, {}};
  const auto width = source.words.size();
  alignment.weights.assign(width * target.words.size(), 0.0);
  alignment.at_end.assign(target.words.size(), 0.0);
  std::vector<int64_t> steps(target.words.size(), 0);
  for (size_t i = 0; i < target.word_of.size(); ++i) {
    const int64_t word = target.word_of[i];
    // The last subword of a translation that was cut off is never read.
    const size_t step = std::min(read == LookStep::kRead ? i + 1 : i, looks.size() - 1);
    if (word < 0 || looks.empty()) continue;
    const std::vector<float>& look = looks[step];
    ++steps[static_cast<size_t>(word)];
    for (size_t j = 0; j < look.size(); ++j) {
      const int64_t of = j < source.word_of.size() ? source.word_of[j] : -1;
      double& to = of < 0 ? alignment.at_end[static_cast<size_t>(word)]
                          : alignment.weights[static_cast<size_t>(word) * width + static_cast<size_t>(of)];
      to += look[j];
    }
  }
  for (size_t t = 0; t < steps.size(); ++t) {
    if (steps[t] == 0) continue;
    const auto count = static_cast<double>(steps[t]);
    alignment.at_end[t] /= count;
    for (size_t s = 0; s < width; ++s) alignment.weights[t * width + s] /= count;
  }
  return alignment;
}

metrics::Links hard_links(const WordAlignment& alignment) {
  metrics::Links links;
  const auto width = static_cast<size_t>(alignment.sources);
  for (size_t t = 0; t < static_cast<size_t>(alignment.targets) && width > 0; ++t) {
    const auto first = alignment.weights.begin() + static_cast<int64_t>(t * width);
    const auto most = std::max_element(first, first + alignment.sources);
    if (*most > 0 && alignment.at_end[t] < kNearlyAll) links.push_back({most - first, static_cast<int64_t>(t)});
  }
  return metrics::tidied(std::move(links));
}

std::string soft_links_text(const WordAlignment& alignment, double least) {
  std::string text;
  const auto width = static_cast<size_t>(alignment.sources);
  for (size_t t = 0; t < static_cast<size_t>(alignment.targets); ++t) {
    for (size_t s = 0; s < width; ++s) {
      const double weight = alignment.weights[t * width + s];
      if (weight < least) continue;
      text += (text.empty() ? "" : " ") + std::to_string(s) + "-" + std::to_string(t) + ":" + fixed(weight, 3);
    }
  }
  return text;
}

}  // namespace fovea::tasks
