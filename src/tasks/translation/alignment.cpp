#include "tasks/translation/alignment.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/errors.h"
#include "base/text.h"

namespace fovea::tasks {
namespace {

constexpr std::string_view kBlank = "\xe2\x96\x81";  // U+2581, as subwords have it
constexpr int64_t kPairsRead = 4000;

using IdLinks = std::vector<std::pair<int32_t, int32_t>>;  // of a source subword and a target subword

// Of each target subword to the source subword that it got most of, the end of the source among them.
IdLinks linked_ids(TranslatorImpl& network, const EncodedPairs& pairs, LookRead read) {
  std::vector<std::vector<int32_t>> sources, targets;
  for (int64_t pair = 0; pair < std::min(pairs.size(), kPairsRead); ++pair) {
    const auto source = pairs.source_of(pair), target = pairs.target_of(pair);
    sources.emplace_back(source.begin(), source.end());
    targets.emplace_back(target.begin(), target.end());
  }
  IdLinks links;
  const std::vector<Translation> known = read_translations(network, sources, targets);
  for (size_t pair = 0; pair < known.size(); ++pair) {
    for (size_t i = 0; i < targets[pair].size(); ++i) {
      const std::vector<float>& look = known[pair].weights[read == LookRead::kRead ? i + 1 : i];
      const auto most = std::max_element(look.begin(), look.end()) - look.begin();
      links.emplace_back(sources[pair][static_cast<size_t>(most)], targets[pair][i]);
    }
  }
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

LookRead better_read(TranslatorImpl& network, const EncodedPairs& counted, const EncodedPairs& judged) {
  double fits[2];
  for (const LookRead read : {LookRead::kChosen, LookRead::kRead}) {
    fits[static_cast<size_t>(read)] =
        fit(linked_ids(network, counted, read), linked_ids(network, judged, read), network.target_size());
  }
  return fits[1] > fits[0] ? LookRead::kRead : LookRead::kChosen;
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
                          LookRead read) {
  WordAlignment alignment{std::ssize(source.words), std::ssize(target.words), {}, {}};
  const auto width = source.words.size();
  alignment.weights.assign(width * target.words.size(), 0.0);
  alignment.at_end.assign(target.words.size(), 0.0);
  std::vector<int64_t> steps(target.words.size(), 0);
  for (size_t i = 0; i < target.word_of.size(); ++i) {
    const int64_t word = target.word_of[i];
    // The last subword of a translation that was cut off is never read.
    const size_t step = std::min(read == LookRead::kRead ? i + 1 : i, looks.size() - 1);
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
    if (*most > 0 && *most >= alignment.at_end[t]) links.push_back({most - first, static_cast<int64_t>(t)});
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
