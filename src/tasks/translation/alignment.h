// Which words of the source a translator looked at for each word of its translation: weights of subwords brought
// together by words, which are what stands between blanks.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/vocab/subwords.h"
#include "metrics/sequence/links.h"
#include "tasks/translation/data.h"
#include "tasks/translation/translate.h"

namespace fovea::tasks {

// Where the look that belongs to a subword is read: at the step that chose it, or at the next, in which the decoder
// reads it; and which of the decoder's looks. What says most of the words depends on the network.
enum class LookStep { kChosen, kRead };
struct LookRead {
  LookStep step = LookStep::kChosen;
  AttentionHead from;
  bool operator==(const LookRead&) const = default;
};

// The words of a text, and which of them each of its subwords belongs to.
struct CutWords {
  std::string text;
  std::vector<std::pair<size_t, size_t>> words;  // bytes [start, end) of the text
  std::vector<int64_t> word_of;                  // [subwords]
};
CutWords source_words(std::string text, std::span<const data::Subword> subwords);
CutWords target_words(const data::SubwordModel& model, std::span<const int32_t> ids, std::string text);

struct WordAlignment {
  int64_t sources = 0, targets = 0;  // S, T words
  // [T × S], those of a target word one after the other: what its subwords gave those of a source word, their mean.
  std::vector<double> weights;
  std::vector<double> at_end;  // [T] what they gave the source's end; with it the weights of a target word sum to 1
};

// `looks`: by step of the decoder, the last being the one that chose the end, where it was reached; [source subwords,
// their end last]. Source subwords without a word of their own count for the end.
WordAlignment align_words(const CutWords& source, const CutWords& target, std::span<const std::vector<float>> looks,
                          LookStep step);

// Each target word to the source word that it got most of; to none where the end got nearly all, 95 %.
metrics::Links hard_links(const WordAlignment& alignment);

// "0-0:0.812 1-0:0.120 …", target word by target word: the links that have at least `least` of a target word's weight.
std::string soft_links_text(const WordAlignment& alignment, double least = 0.1);

// What says most of the words, of every layer, its heads and their mean, at both steps: that under which the subwords
// looked at tell best which ones they are translated by. Counts links of the subwords of `counted` pairs, the network
// reading their translations, and asks how probable the subwords of the `judged` pairs are by those that they are
// linked to. At most some thousand pairs of each are read.
LookRead best_read(TranslatorImpl& network, const EncodedPairs& counted, const EncodedPairs& judged);

// The one of the least alignment error rate (AER) against people's links of these pairs, as far as they go.
LookRead best_read(TranslatorImpl& network, const Vocabularies& vocabularies, const std::vector<data::Pair>& pairs,
                   const EncodedPairs& encoded, const LinesOfLinks& gold);

}  // namespace fovea::tasks
