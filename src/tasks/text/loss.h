// What training lowers: cross-entropy, with its variations.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "base/json.h"
#include "base/options/visitor.h"

namespace fovea::tasks {

struct TextData;

enum class ClassWeights { kNone, kBalanced, kGiven };

struct TextLossOptions {
  double label_smoothing = 0;  // share of the target that is spread evenly over all classes
  ClassWeights class_weights = ClassWeights::kNone;
  std::map<std::string, double> given_weights;  // by label, with kGiven; labels left out have 1
  std::string written_weights = "none";         // as the command line has them, for parse_class_weights()

  Json to_json() const;
  static TextLossOptions from_json(const Json& json);  // throws UserError (kBadData)
};

// `several_labels`: why labels have no weights, where a text may have several; else "".
void visit(TextLossOptions& options, options::Visitor& visitor, const char* several_labels = "");

// `text`: "none", "balanced", "label=weight,label=weight…", or a file with a line "weight TAB label" per label. Throws
// UserError: kUsage for a list that cannot be read, kBadData (with the line) or kNoInput for a file.
void parse_class_weights(const std::string& text, TextLossOptions* options);

// [examples, C]: 1 where the row has the class. `labels`: TextData::train_labels or valid_labels.
at::Tensor label_targets(const std::vector<std::vector<int32_t>>& labels, std::span<const int64_t> examples,
                         int64_t classes);

// Weights of classes and rows multiply. They are scaled so that their mean over the training rows is 1: the learning
// rate keeps its meaning.
class TextLoss {
 public:
  // Refers to `data`, which must outlive it.
  // Throws UserError (kUsage) for a weight of a label that training does not have, and where all weights are 0.
  TextLoss(const TextLossOptions& options, const TextData& data);

  // Mean over the batch in nats. logits [B, C]; examples: the batch's rows in the training part; labels [B] int64, not
  // looked at where a text may have several: there it is binary cross-entropy, the mean over classes.
  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels, std::span<const int64_t> examples) const;

  // The mean loss of the answer that is the same for all texts and the best of such, above 0.
  double of_guessing() const { return of_guessing_; }

  // By which these rows count more or less than an average row of the training part.
  double mean_weight(std::span<const int64_t> examples) const;

 private:
  at::Tensor binary(const at::Tensor& logits, std::span<const int64_t> examples) const;
  at::Tensor weights_of(std::span<const int64_t> examples, at::ScalarType type) const;

  const TextData& data_;
  double label_smoothing_;
  double of_guessing_;
  std::vector<double> weights_;  // of each training row; empty: all 1
};

}  // namespace fovea::tasks
