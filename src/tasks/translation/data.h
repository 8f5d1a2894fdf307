// From files of sentence pairs to numbered subwords in parts, and to batches of tensors.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "base/spilled.h"
#include "data/readers/clean_pairs.h"
#include "data/vocab/subwords.h"
#include "tasks/translation/guided.h"
#include "tasks/translation/known_pairs.h"
#include "tasks/translation/options.h"

namespace fovea::tasks {

// The subwords of both languages; the same model twice where the vocabulary is joint.
struct Vocabularies {
  data::SubwordModel source, target;
  bool joint = true;
};

// Pairs as numbers, one after the other; many of them lie in a file (base/spilled.h). A source ends with
// SubwordModel::kEnd, which attention may look at; a target stands without begin and end.
class EncodedPairs {
 public:
  explicit EncodedPairs(const SpillOptions& spill = {}) : source_(spill), target_(spill) {}

  void add(std::span<const int32_t> source, std::span<const int32_t> target);
  void finish();  // nothing is added any more; before, only pairs that are in memory can be read

  int64_t size() const { return source_.size(); }
  std::span<const int32_t> source_of(int64_t pair) const { return source_.of(pair); }
  std::span<const int32_t> target_of(int64_t pair) const { return target_.of(pair); }
  int64_t source_tokens() const { return source_.ids.size(); }
  int64_t target_tokens() const { return target_.ids.size(); }
  std::vector<int64_t> lengths() const;  // of both sides together, the target's end included

 private:
  struct Side {
    explicit Side(const SpillOptions& spill);
    int64_t size() const { return starts.size() - 1; }
    std::span<const int32_t> of(int64_t pair) const;
    void add(std::span<const int32_t> sentence);

    Spilled<int32_t> ids;
    Spilled<int64_t> starts;  // [n + 1]
  };

  Side source_, target_;
};

// B pairs as tensors: source [N] with its offsets [B+1]; what the decoder reads at each of M steps, begin and then the
// target, and what it is to answer there, the target and then end, both [M] with their offsets [B+1].
struct PairBatch {
  at::Tensor source, source_offsets;
  at::Tensor read, answer, target_offsets;
};
PairBatch make_pair_batch(const EncodedPairs& pairs, std::span<const int64_t> chosen);

// Ids and offsets of sentences, each a list of ids.
std::pair<at::Tensor, at::Tensor> ragged_ids(std::span<const std::vector<int32_t>> sentences);

// A source as the encoder reads it: cut to `max_length` subwords, and its end.
std::vector<int32_t> source_ids(std::span<const data::Subword> subwords, int64_t max_length);
std::vector<int32_t> target_ids(std::span<const data::Subword> subwords, int64_t max_length);

// Pairs as a model is used on them.
class PairInputs : public Inputs {
 public:
  int64_t size() const override { return std::ssize(pairs); }
  int64_t line(int64_t input) const override { return pairs[static_cast<size_t>(input)].line; }
  int64_t bad_bytes() const override { return report.bad_bytes; }
  std::string left_out() const override { return tasks::left_out_text(report); }
  const data::Pair& operator[](int64_t input) const { return pairs[static_cast<size_t>(input)]; }

  std::vector<data::Pair> pairs;
  bool translated = true;  // whether targets are known
  data::ReadReport report;
  std::string doubted;  // what makes it doubtful that they are what the model was trained for; "" = nothing
  std::string doubt() const override { return doubted; }
};
const PairInputs& as_pairs(const Inputs& inputs);

class TranslationData final : public FileData {
 public:
  // known: the subwords of a model, which then are not learnt anew.
  explicit TranslationData(const TranslationDataOptions& options, const Vocabularies* known = nullptr);

  int64_t rows(data::Part part) const override;
  std::vector<Told> told(const std::string& split, uint64_t seed) const override;
  Json summary(int64_t predicted_memory) const override;
  std::unique_ptr<Inputs> test_inputs() const override { return inputs_of(test_); }
  std::unique_ptr<Inputs> valid_inputs() const override { return inputs_of(valid_); }

  const Vocabularies& vocabularies() const { return vocabularies_; }
  const EncodedPairs& train() const { return train_; }
  const EncodedPairs& valid() const { return encoded_valid_; }
  const std::vector<data::Pair>& valid_pairs() const { return valid_; }
  const SubwordLinks& links() const { return links_; }  // of train(), or empty
  const LinesOfLinks& gold() const { return gold_; }    // of valid_pairs(), or without lines
  const KnownSources& known_sources() const { return known_sources_; }
  const SideWords& side_words() const { return side_words_; }

 private:
  static std::unique_ptr<Inputs> inputs_of(const std::vector<data::Pair>& pairs);
  data::PairTexts read(const TranslationDataOptions& options, const LinesOfLinks& links);
  void learn_subwords(const data::PairTexts& pairs, const TranslationDataOptions& options);
  void encode(const data::PairTexts& pairs, const TranslationDataOptions& options, const LinesOfLinks& links);

  Vocabularies vocabularies_;
  EncodedPairs train_, encoded_valid_;
  SubwordLinks links_;
  LinesOfLinks gold_;
  std::vector<data::Pair> valid_, test_;
  KnownSources known_sources_;
  SideWords side_words_;
  std::vector<data::LeftOut> left_out_;
  int64_t too_long_ = 0;  // pairs of the training part of more subwords than there may be
  int64_t longest_ = 0;   // subwords
};

}  // namespace fovea::tasks
