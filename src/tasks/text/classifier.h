// A trained text classifier: loaded from its files, it answers texts and shows how.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "checkpoint/folder.h"
#include "data/readers/table.h"
#include "tasks/text/answer.h"
#include "tasks/text/data.h"
#include "tasks/text/network.h"

namespace fovea::tasks {

// The model of SentencePiece, where texts are cut into its pieces.
inline constexpr const char* kPiecesFile = "pieces.model";

// All of a model but its weights, as config.json and vocab.txt carry it.
struct TextClassifierParts {
  TextModelOptions model;
  data::TextOptions text;
  data::TableLayout layout;
  std::vector<std::string> labels;
  std::vector<int64_t> label_counts;  // rows of the training part, per class: the prior
  data::Vocabulary vocabulary;
  data::NgramTable ngrams;
  std::vector<uint64_t> train_identities, valid_identities;  // sorted
  double temperature = 1;                                    // logits are divided by it before the softmax
  bool quantized = false;                                    // its matrices are written as 8-bit numbers
  bool multi_label = false;                                  // a text may have several labels: a sigmoid for each
  std::vector<double> thresholds{};                          // of the classes, with multi_label
  int64_t train_rows = 0;                                    // with multi_label: of which label_counts are shares
  data::PieceModel pieces{};                                 // with Tokenizer::kSentencePiece
};

// Segmenters are not safe to share: each call borrows one.
class SegmenterPool;

// May be asked from several threads at once, once it is made.
class TextClassifier {
 public:
  // The training of `model` is over: its parameters collect no gradients from now on.
  TextClassifier(TextClassifierParts parts, TextModel model);

  // From the files of a model folder, whose hashes are checked already. Throws UserError (kBadData) beginning with
  // `name`.
  static TextClassifier load(const checkpoint::Files& files, const std::string& name);

  // One answer per text, in order, with what each word adds where that is asked for. Texts must be well-formed UTF-8.
  // Batches are made inside.
  std::vector<TextAnswer> answer(std::span<const std::string> texts, bool contributions = false) const;

  // One text, with everything that adds up to its answer.
  Mechanism explain(const std::string& text) const;

  int64_t word_count(const std::string& text) const;  // that it reads

  // +1: the text was in the training part; 0: in neither; -1: in the validation part.
  int seen(const std::string& text) const;

  const TextClassifierParts& parts() const { return parts_; }
  const TextModel& network() const { return model_; }
  int64_t parameter_count() const { return model_->parameter_count(); }

 private:
  EncodedText encode(const std::string& text, data::Spellings* spellings) const;
  TextForward read(const data::TextBatch& batch) const;
  TextAnswer begin_answer(const std::string& text, const EncodedText& encoded) const;
  std::vector<double> probabilities_of(const at::Tensor& logits) const;  // [B, C] → row by row
  // The same without the temperature. `probabilities`: with it.
  std::vector<double> uncalibrated_of(const at::Tensor& logits, const std::vector<double>& probabilities) const;
  void rank(TextAnswer& answer, const double* probabilities, const double* uncalibrated) const;
  void fill_contributions(TextAnswer& answer, const at::Tensor& contributions) const;
  void answer_prior(TextAnswer& answer) const;
  void answer_batch(std::span<const int64_t> chosen, std::span<const std::string> texts,
                    const std::shared_ptr<const data::Spellings>& spellings, std::vector<EncodedText>& encoded,
                    std::vector<TextAnswer>& answers, bool with_contributions) const;

  TextClassifierParts parts_;
  TextModel model_;
  std::shared_ptr<SegmenterPool> segmenters_;
};

// The files of a model folder: config.json (`config` with the parts added), vocab.txt, pieces.model,
// ngrams.safetensors, weights.safetensors, seen.safetensors (identities of the training and validation texts).
checkpoint::Files classifier_files(const TextClassifierParts& parts, const TextModel& model, Json config);

}  // namespace fovea::tasks
