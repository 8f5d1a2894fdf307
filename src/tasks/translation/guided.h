// Links that people or another aligner gave for sentence pairs. Attention is taught by them (Mi, Wang & Ittycheriah
// 2016; Garg et al. 2019), and the ways to read it are judged by them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "data/readers/pairs.h"
#include "data/vocab/subwords.h"
#include "metrics/sequence/links.h"
#include "tasks/translation/network.h"
#include "tasks/translation/options.h"

namespace fovea::tasks {

struct PairBatch;

// Of numbered pairs the links of their subwords, as (source, target) in their sentences, by target subword.
class SubwordLinks {
 public:
  using Link = std::pair<int32_t, int32_t>;

  // Those of the next pair: every subword of a word is linked to every one of a word that it is linked to.
  void add(const data::Pair& pair, std::span<const data::Subword> source, std::span<const data::Subword> target,
           const metrics::Links& words);
  std::span<const Link> of(int64_t pair) const;
  bool empty() const { return links_.empty(); }

 private:
  std::vector<Link> links_;
  std::vector<int64_t> starts_ = {0};
};

// A file of links with a line for each line of the files of pairs, its hash beside it.
struct LinesOfLinks {
  std::string path, sha256;
  std::vector<metrics::Links> lines;
  std::vector<metrics::GoldLinks> gold;

  // The entry of a pair. Throws UserError (kBadData) where the file has no such line, or links words that the pair does
  // not have.
  const metrics::Links& of(const data::Pair& pair) const;
  // Null where the file ends before. Throws as of() where words are linked that the pair does not have.
  const metrics::GoldLinks* gold_of(const data::Pair& pair) const;

  void check(const data::Pair& pair, const metrics::Links& links) const;
};
// Throw UserError, with the line.
LinesOfLinks read_line_links(const std::string& path, int64_t base);
LinesOfLinks read_line_gold(const std::string& path, int64_t base);

// The head that is taught: the first of the last layer but one (Garg et al. 2019), or the only one.
AttentionHead taught_head(const TranslationModelOptions& options);

// Mean over the linked target subwords of a batch of −log of the weight that they give to the source subwords that they
// are linked to, evenly, when they are chosen; 0 where nothing is linked. A number [], differentiable.
at::Tensor guided_loss(const TranslatorImpl& network, const Choosing& choosing, const AttentionHead& head,
                       const PairBatch& batch, const SubwordLinks& links, std::span<const int64_t> chosen);

}  // namespace fovea::tasks
