// A model that gives an input one of several labels and looks at its parts: what kinds of task that classify have in
// common. They say how inputs are read; answers, tests, and what an audit asks without gradients follow.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tasks/model.h"

namespace fovea::tasks {

class LabelledModel : public Model, public std::enable_shared_from_this<LabelledModel> {
 public:
  // One reading for each question, in order; Question::input is a number of `inputs`.
  virtual std::vector<attribution::Reading> readings(const Inputs& inputs,
                                                     std::span<const attribution::Question> questions) const = 0;
  // As attribution::Subject says.
  virtual std::vector<std::vector<double>> logits_under(const Inputs& inputs, int64_t input,
                                                        std::span<const attribution::Looks> variants) const = 0;
  virtual bool can(attribution::Erased how) const = 0;
  virtual uint64_t identity(const Inputs& inputs, int64_t input) const = 0;
  // The parts of an input, weighed.
  virtual draw::Picture picture(const Inputs& inputs, int64_t input, const attribution::Weights& weights) const = 0;

  std::vector<std::unique_ptr<Answer>> answer(const Inputs& inputs, int64_t first, int64_t count,
                                              const AnswerOptions& options) const override;
  // Accuracy and loss on the inputs whose truth is known; the result says how many are not. Throws UserError: kUsage
  // for abstaining, which neither of them knows, kBadData where no truth is known.
  std::unique_ptr<TestResult> test(const Inputs& inputs, const AnswerOptions& options) const override;
  // By attention, by leaving parts out and by chance; refers to `inputs` and keeps this model, which a shared pointer
  // must hold.
  Asked ask(const Inputs& inputs, std::span<const int64_t> chosen) const override;
  std::vector<attribution::MethodFacts> methods() const override;
};

// One of its answers, by itself for kinds that read inputs in another way.
class LabelledAnswer final : public Answer {
 public:
  struct Of {
    std::vector<std::string> labels;
    std::vector<double> probabilities;  // of each label
    attribution::Weights weights;
    draw::Picture picture;
    int64_t truth = -1;  // -1: not known, or not to be told
    int64_t line = 0;    // of its file, from 1; 0: so too
    double abstain = 0;  // below this probability no label is given
  };
  explicit LabelledAnswer(Of of);

  // label (null where it abstained), probability, abstained, probabilities, truth, line, weights.
  Json json(const Shown& shown) const override;
  std::string line(Form form, const Shown& shown, const draw::Style& style) const override;
  draw::Headline headline() const override;
  draw::Picture picture() const override { return of_.picture; }
  int64_t decided() const override { return ranking_.front(); }

 private:
  double probability(int64_t label) const { return of_.probabilities[static_cast<size_t>(label)]; }
  const std::string& name(int64_t label) const { return of_.labels[static_cast<size_t>(label)]; }
  bool abstained() const { return probability(decided()) < of_.abstain; }
  std::span<const int64_t> shown(const Shown& shown) const;

  Of of_;
  std::vector<int64_t> ranking_;  // the most probable label first
};

}  // namespace fovea::tasks
