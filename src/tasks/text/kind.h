// Text classification as one of the kinds of task.
#pragma once

#include <memory>
#include <optional>

#include "tasks/kind.h"
#include "tasks/text/classifier.h"
#include "tasks/text/data.h"
#include "tasks/text/settings.h"
#include "tasks/text/task.h"

namespace fovea::tasks {

const Kind& text_kind();

// The epochs and the patience that `texts` training texts of `tokens` tokens together ask for, where `usual` is right
// for a middling amount. Up to some four
// thousand short texts make so few steps an epoch that the usual epochs end before anything is learnt, and so small a
// validation part that three evaluations without a better score are chance: so there are epochs for 400 steps at least,
// and patience for a quarter of them. Of many texts fewer passes teach as much: no more epochs than make 2,200 steps,
// rounded up, or three. docs/accuracy.md has what was measured.
Length fitting_length(int64_t texts, int64_t tokens, const data::BatchOptions& batches, Length usual);

class LoadedText final : public Data {
 public:
  explicit LoadedText(TextData data) : texts(std::move(data)) {}
  int64_t rows(data::Part part) const override;
  const std::vector<std::string>& paths() const override { return texts.paths; }
  const std::vector<std::string>& sha256() const override { return texts.sha256; }
  std::vector<Told> told(const std::string& split, uint64_t seed) const override;
  Json summary(int64_t predicted_memory) const override;
  std::unique_ptr<Inputs> test_inputs() const override;
  std::unique_ptr<Inputs> valid_inputs() const override;
  std::vector<std::string> warnings() const override;

  TextData texts;

 private:
  std::unique_ptr<Inputs> inputs_of(const std::vector<data::Row>& rows, const std::vector<std::string>& paths) const;
};

class TextWork final : public Work {
 public:
  // Refers to `data`.
  TextWork(const TextSettings& settings, const TextData& data, const WorkOptions& options);
  Task& task() override { return task_; }
  int64_t parameters() const override { return task_.model()->parameter_count(); }
  int64_t predicted_memory(const data::BatchOptions& batches, int64_t held) const override;
  Finished finish(bool quantize, double usual) override;
  void finish_like(const Work& first) override;
  checkpoint::Files files(Json config) const override;
  std::shared_ptr<const Model> model() const override;

  // Takes over its parameters, as far as words and labels are the same.
  void start_from(const TextClassifier& classifier);

 private:
  TextModelOptions options_;
  const TextData& data_;
  TextTask task_;
  TextClassifierParts parts_;
  std::optional<double> temperature_;  // of the model that it learns to answer like
};

}  // namespace fovea::tasks
