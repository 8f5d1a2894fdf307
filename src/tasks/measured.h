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

class Measured final : public TestResult {
 public:
  Measured(const Nouns& nouns, std::vector<Scored> scored, std::vector<int64_t> sizes)
      : nouns_(nouns), scored_(std::move(scored)), sizes_(std::move(sizes)) {}

  std::vector<Scored> scored() const override { return scored_; }
  std::vector<int64_t> sizes() const override { return sizes_; }
  // model, data, n, and for each measure its score and its interval, "accuracy" and "accuracy_ci".
  Json json() const override;
  std::string report(const draw::Style& style) const override;
  std::vector<Told> told() const override;
  void name(const std::string& model, const std::string& data) override;

 private:
  Nouns nouns_;
  std::vector<Scored> scored_;
  std::vector<int64_t> sizes_;
  std::string model_, data_;
};

// Accuracy and loss of a classifier on inputs whose truth the model knows; probabilities [input][class].
std::unique_ptr<TestResult> measured_labels(const Model& model, const Inputs& inputs,
                                            const std::vector<std::vector<double>>& probabilities);

}  // namespace fovea::tasks
