// A trained text classifier as every door uses a model.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/readers/table.h"
#include "tasks/model.h"
#include "tasks/text/answer.h"
#include "tasks/text/classifier.h"

namespace fovea::tasks {

// Texts with what their files say of them.
class TextInputs final : public Inputs {
 public:
  TextInputs(data::Table read, std::string different) : table(std::move(read)), difference_(std::move(different)) {}
  int64_t size() const override { return std::ssize(table.rows); }
  int64_t line(int64_t input) const override { return table.rows[static_cast<size_t>(input)].line; }
  std::string difference() const override { return difference_; }
  std::string left_out() const override { return left_out_text(table.report); }
  std::string doubt() const override { return table.report.doubt; }
  int64_t bad_bytes() const override { return table.report.bad_bytes; }

  data::Table table;
  bool labels_expected = true;  // that none of them is known to the model is a mistake

 private:
  std::string difference_;
};

class AnsweredText final : public Answer {
 public:
  AnsweredText(TextAnswer value, std::string label_prefix, int64_t decided)
      : answer(std::move(value)), label_prefix_(std::move(label_prefix)), decided_(decided) {}
  Json json(const Shown& shown) const override;
  std::string line(Form form, const Shown& shown, const draw::Style& style) const override;
  draw::Headline headline() const override;
  draw::Picture picture() const override;
  int64_t decided() const override { return decided_; }

  TextAnswer answer;

 private:
  std::string note_of_top() const;

  std::string label_prefix_;
  int64_t decided_;
};

class ExplainedText final : public Explanation {
 public:
  explicit ExplainedText(Mechanism value) : mechanism(std::move(value)) {}
  Json json(const Shown& shown) const override;
  std::string lesson(const draw::Style& style) const override;

  Mechanism mechanism;
};

class TestedTexts final : public TestResult {
 public:
  TestedTexts(TextTestResult value, std::vector<TextScore> each) : result(std::move(value)), texts_(std::move(each)) {}
  std::vector<Scored> scored() const override;
  std::vector<int64_t> sizes() const override;
  metrics::Interval interval() const override { return {result.accuracy_low, result.accuracy_high}; }
  Json json() const override;
  std::string report(const draw::Style& style) const override;
  std::string fasttext_report() const override;
  std::vector<Told> told() const override;
  std::optional<double> score(std::string_view name) const override;
  std::string difference() const override { return result.layout_difference; }
  void name(const std::string& model, const std::string& data) override;

  TextTestResult result;

 private:
  std::vector<TextScore> texts_;
};

class TrainedText final : public Model {
 public:
  explicit TrainedText(TextClassifier classifier) : classifier_(std::move(classifier)) {}
  const Kind& kind() const override;
  ModelFacts facts() const override;
  std::unique_ptr<Inputs> read(const InputSource& source) const override;
  // Bytes that are not UTF-8 become U+FFFD.
  std::unique_ptr<Inputs> take(std::span<const std::string> inputs) const override;
  LineForm line_form(std::string_view beginning, const std::string& path) const override;
  // Throws UserError (kUsage) where abstaining cannot apply: a model of several labels has thresholds of its own.
  void require(const AnswerOptions& options) const override;
  std::vector<std::unique_ptr<Answer>> answer(const Inputs& inputs, int64_t first, int64_t count,
                                              const AnswerOptions& options) const override;
  std::unique_ptr<Explanation> explain(const Inputs& inputs, int64_t input, std::optional<int64_t> word) const override;
  // Throws UserError (kBadData) where no label of the inputs is known to the model.
  std::unique_ptr<TestResult> test(const Inputs& inputs, const AnswerOptions& options) const override;
  bool remembers() const override { return true; }
  int seen(const Inputs& inputs, int64_t input) const override;
  std::vector<std::string> classes() const override { return classifier_.parts().labels; }
  int64_t truth(const Inputs& inputs, int64_t input) const override;
  int64_t parts(const Inputs& inputs, int64_t input) const override;
  Spelled spelled(const Inputs& inputs, int64_t input) const override;
  // Throws UserError (kUsage) where a text may have several labels.
  Asked ask(const Inputs& inputs, std::span<const int64_t> chosen) const override;
  std::vector<attribution::MethodFacts> methods() const override;
  StandIn stand_in() const override;
  std::vector<std::vector<double>> read_map(const std::string& path, const std::string& data, const Inputs& inputs,
                                            std::span<const int64_t> chosen) const override;
  double temperature() const override { return classifier_.parts().temperature; }
  bool knows_the_same(const Data& data) const override;

  const TextClassifier& classifier() const { return classifier_; }

 private:
  int64_t class_of(const std::string& label) const;  // −1: there is none

  TextClassifier classifier_;
};

}  // namespace fovea::tasks
