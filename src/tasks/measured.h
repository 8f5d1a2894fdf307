// The outcome of a test as measures with their intervals: what a kind of task has without writing a report of its own.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tasks/model.h"

namespace fovea::tasks {

// A loss stays finite: less is not counted as less.
inline constexpr double kLeastProbability = 1e-12;

// What there is to say beside the scores.
struct MeasuredNotes {
  int64_t unknown = 0;               // inputs without a label that the model knows, which no score counts
  std::string difference, left_out;  // as Inputs have them
};

class Measured final : public TestResult {
 public:
  Measured(const Nouns& nouns, std::vector<Scored> scored, std::vector<int64_t> sizes, MeasuredNotes notes = {})
      : nouns_(nouns), scored_(std::move(scored)), sizes_(std::move(sizes)), notes_(std::move(notes)) {}

  std::vector<Scored> scored() const override { return scored_; }
  std::vector<int64_t> sizes() const override { return sizes_; }
  // model, data, n, unknown_labels, layout_difference, and for each measure its score and its interval, "accuracy" and
  // "accuracy_ci".
  Json json() const override;
  std::string report(const draw::Style& style) const override;
  std::vector<Told> told() const override;
  std::string difference() const override { return notes_.difference; }
  void name(const std::string& model, const std::string& data) override;

 private:
  Nouns nouns_;
  std::vector<Scored> scored_;
  std::vector<int64_t> sizes_;
  MeasuredNotes notes_;
  std::string model_, data_;
};

// Accuracy and loss of a classifier on those inputs whose truth the model knows; probabilities [input][class]. Throws
// UserError (kBadData) where it knows none.
std::unique_ptr<TestResult> measured_labels(const Model& model, const Inputs& inputs,
                                            const std::vector<std::vector<double>>& probabilities);

}  // namespace fovea::tasks
