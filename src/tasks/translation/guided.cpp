#include "tasks/translation/guided.h"

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/bytes.h"
#include "metrics/sequence/links_text.h"
#include "ops/aten.h"
#include "tasks/translation/alignment.h"
#include "tasks/translation/data.h"

namespace fovea::tasks {
namespace {

constexpr double kLeastWeight = 1e-8;  // of a logarithm

int64_t words_of(const std::string& text) {
  return std::ssize(data::words_between_blanks(text));
}

}  // namespace

void SubwordLinks::add(const data::Pair& pair, std::span<const data::Subword> source,
                       std::span<const data::Subword> target, const metrics::Links& words) {
  const std::vector<int64_t> source_word = source_words(pair.source, source).word_of;
  const std::vector<int64_t> target_word = source_words(pair.target, target).word_of;
  for (size_t t = 0; t < target_word.size(); ++t) {
    for (size_t s = 0; s < source_word.size(); ++s) {
      if (std::binary_search(words.begin(), words.end(), metrics::Link{source_word[s], target_word[t]})) {
        links_.emplace_back(static_cast<int32_t>(s), static_cast<int32_t>(t));
      }
    }
  }
  starts_.push_back(std::ssize(links_));
}

std::span<const SubwordLinks::Link> SubwordLinks::of(int64_t pair) const {
  const auto first = static_cast<size_t>(starts_[static_cast<size_t>(pair)]);
  return std::span(links_).subspan(first, static_cast<size_t>(starts_[static_cast<size_t>(pair) + 1]) - first);
}

void LinesOfLinks::check(const data::Pair& pair, const metrics::Links& links) const {
  const int64_t sources = words_of(pair.source), targets = words_of(pair.target);
  for (const metrics::Link& link : links) {
    if (link.source < sources && link.target < targets) continue;
    throw UserError(
        ExitCode::kBadData,
        path + ":" + std::to_string(pair.line) + ": " + metrics::links_text({link}) +
            " (counted from 0) links words that are not there: the sentences have " + std::to_string(sources) +
            " and " + std::to_string(targets),
        "Words are what stands between blanks. Make the links of the files as they are; where links count from "
        "1, say so with --gold-base 1.");
  }
}

const metrics::Links& LinesOfLinks::of(const data::Pair& pair) const {
  if (pair.line > std::ssize(lines)) {
    throw UserError(ExitCode::kBadData,
                    path + ": has " + counted(std::ssize(lines), "line", "lines") + ", and there is a pair in line " +
                        std::to_string(pair.line),
                    "Give a line of links for each line of DATA; a pair without links has an empty one.");
  }
  const metrics::Links& links = lines[static_cast<size_t>(pair.line) - 1];
  check(pair, links);
  return links;
}

const metrics::GoldLinks* LinesOfLinks::gold_of(const data::Pair& pair) const {
  if (pair.line > std::ssize(gold)) return nullptr;
  const metrics::GoldLinks& links = gold[static_cast<size_t>(pair.line) - 1];
  check(pair, links.possible);
  return &links;
}

LinesOfLinks read_line_links(const std::string& path, int64_t base) {
  const data::FileBytes file = data::read_bytes(path);
  return {path, file.sha256, metrics::read_links({.name = path, .text = file.bytes, .base = base}), {}};
}

LinesOfLinks read_line_gold(const std::string& path, int64_t base) {
  const data::FileBytes file = data::read_bytes(path);
  return {path, file.sha256, {}, metrics::read_gold_links({.name = path, .text = file.bytes, .base = base})};
}

AttentionHead taught_head(const TranslationModelOptions& options) {
  if (!options.transformer()) return {};
  return {.layer = std::max<int64_t>(options.layers - 2, 0), .head = 0};
}

at::Tensor guided_loss(const TranslatorImpl& network, const Choosing& choosing, const AttentionHead& head,
                       const PairBatch& batch, const SubwordLinks& links, std::span<const int64_t> chosen) {
  const at::Tensor& weights = choosing.looked.at(static_cast<size_t>(head.layer)).weights;
  const at::Tensor starts = ops::weight_offsets(batch.target_offsets, batch.source_offsets);
  const int64_t *start = starts.const_data_ptr<int64_t>(), *rows = batch.source_offsets.const_data_ptr<int64_t>(),
                *steps = batch.target_offsets.const_data_ptr<int64_t>();
  std::vector<int64_t> places;
  std::vector<float> shares;
  int64_t linked = 0;
  for (size_t b = 0; b < chosen.size(); ++b) {
    const int64_t width = rows[b + 1] - rows[b], count = (steps[b + 1] - steps[b]) * width;
    const int64_t first = network.heads() * start[b] + std::max<int64_t>(head.head, 0) * count;
    const auto of = links.of(chosen[b]);
    for (size_t begin = 0, end = 0; begin < of.size(); begin = end) {
      while (end < of.size() && of[end].second == of[begin].second) ++end;
      ++linked;
      for (size_t i = begin; i < end; ++i) {
        places.push_back(first + of[i].second * width + of[i].first);
        shares.push_back(1 / static_cast<float>(end - begin));
      }
    }
  }
  if (places.empty()) return at::zeros({}, weights.options().requires_grad(false));
  const at::Tensor share = at::tensor(shares).to(weights.scalar_type()) / static_cast<double>(linked);
  return -(weights.index_select(0, at::tensor(places, at::kLong)).clamp_min(kLeastWeight).log() * share).sum();
}

}  // namespace fovea::tasks
